"""Entries for schedulers, ready to be installed: absolute paths, and minutes that are spread."""

from __future__ import annotations

import plistlib
import re
import shlex
import socket
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

EVERY = (5, 10, 15, 20, 30, 60)  # minutes; they divide the hour, so that no gap is shorter
STOPPING = 300  # seconds that `watch` is given to finish the batch in hand

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


class Entry(NamedTuple):
    """What a scheduler is told."""

    command: tuple[str, ...]  # the program first
    folder: Path  # where it starts, and finds newsbeam.toml
    log: Path  # where it writes, unless the scheduler keeps logs itself
    every: int | None  # minutes; None: it is to be kept running
    first: int = 0  # minute of the hour at which the first one starts


def program() -> tuple[str, ...]:
    """How this newsbeam is started from anywhere."""
    installed = Path(sys.executable).with_name("newsbeam")
    return (str(installed),) if installed.exists() else (sys.executable, "-m", "pipeline.cli")


def spread(store: Path, every: int) -> int:
    """A minute below `every` that is always the same for this store on this machine.

    Servers meet everybody's schedules on the full hour; they should not meet ours.
    """
    name = f"{socket.gethostname()} {store}".encode("utf-8", "surrogateescape")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") % every


def cron(entry: Entry) -> dict[str, str]:
    """A line of a crontab, as {file name: text}."""
    command = f"cd {shlex.quote(str(entry.folder))} && {shlex.join(entry.command)}"
    command += f" >> {shlex.quote(str(entry.log))} 2>&1"
    return {"newsbeam.cron": f"{_cron_when(entry)} {command}".replace("%", "\\%") + "\n"}


def _cron_when(entry: Entry) -> str:
    if entry.every is None:
        return "@reboot"
    if entry.every == 60:
        return f"{entry.first} * * * *"
    return f"{entry.first}-59/{entry.every} * * * *"


def systemd(entry: Entry) -> dict[str, str]:
    """A service, and the timer that starts it unless it keeps running, as {file name: text}."""
    folder, words = _systemd_path(entry.folder), " ".join(map(_systemd_word, entry.command))
    if entry.every is None:
        return {
            "newsbeam-watch.service": _WATCH_SERVICE.format(
                folder=folder, words=words, stopping=STOPPING
            )
        }
    when = f"*:{entry.first:02d}" if entry.every == 60 else f"*:{entry.first:02d}/{entry.every}"
    return {
        "newsbeam.service": _SERVICE.format(folder=folder, words=words),
        "newsbeam.timer": _TIMER.format(every=entry.every, when=when),
    }


_SERVICE = """\
[Unit]
Description=Poll the news feeds that are due

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={words}
Nice=10
NoNewPrivileges=true
"""

_TIMER = """\
[Unit]
Description=Poll news feeds every {every} minutes

[Timer]
OnCalendar={when}
AccuracySec=15s
Persistent=true

[Install]
WantedBy=timers.target
"""

# Exit code 2 is a mistake in the settings: starting again would not mend it. Stopping is asked of
# the first process alone, which then lets its workers finish.
_WATCH_SERVICE = """\
[Unit]
Description=Watch news feeds

[Service]
Type=simple
WorkingDirectory={folder}
ExecStart={words}
Restart=on-failure
RestartSec=60
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec={stopping}
Nice=10
NoNewPrivileges=true

[Install]
WantedBy=default.target
"""


def _systemd_path(path: Path) -> str:
    return str(path).replace("%", "%%")


def _systemd_word(word: str) -> str:
    escaped = word.replace("%", "%%").replace("$", "$$")
    if _PLAIN.fullmatch(word):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


def launchd(entry: Entry) -> dict[str, str]:
    """A property list of a launch agent, as {file name: text}."""
    values: dict[str, Any] = {
        "Label": "newsbeam" if entry.every else "newsbeam-watch",
        "ProgramArguments": list(entry.command),
        "WorkingDirectory": str(entry.folder),
        "StandardOutPath": str(entry.log),
        "StandardErrorPath": str(entry.log),
        "ProcessType": "Background",
    }
    if entry.every is None:
        values |= {"RunAtLoad": True, "KeepAlive": {"SuccessfulExit": False}}
        values |= {"ThrottleInterval": 60, "ExitTimeOut": STOPPING}
    else:
        minutes = range(entry.first, 60, entry.every)
        values["StartCalendarInterval"] = [{"Minute": minute} for minute in minutes]
    text = plistlib.dumps(values, sort_keys=False).decode()
    return {f"{values['Label']}.plist": text}


KINDS = {"cron": cron, "systemd": systemd, "launchd": launchd}
# How what was printed is installed: {files} are those written, or to be written.
INSTALL = {
    "cron": "add the line to what `crontab -e` opens",
    "systemd": (
        "put {files} into ~/.config/systemd/user, then\n"
        "  systemctl --user enable --now {start}\n"
        "  loginctl enable-linger    # so that it goes on while you are logged out"
    ),
    "launchd": (
        "put {files} into ~/Library/LaunchAgents, then\n"
        "  launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{start}"
    ),
}
