"""What the one who commits and the unbounded graph tell each other while it runs.

The graph asks the network and lists folders; the store is somebody else's. So it is told what the
store has by now and when to stop, and tells how far it is, in two small files beside the batches
that it leaves.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import NamedTuple

from records import Feed, Host, Page

LEFT = 900.0  # seconds; longer than anybody waits for a store that somebody else keeps open


class Control(NamedTuple):
    """What the graph is told; times in microseconds since 1970, UTC."""

    stop: bool = False  # nothing more is read or asked for: the source ends
    stored_until: int = 0  # the end of the last window that is stored, with all before it
    feeds: tuple[Feed, ...] = ()  # those subscribed to, as the store has them
    pages: tuple[Page, ...] = ()  # those that are due, as the store has them
    hosts: tuple[Host, ...] = ()


class ControlFile:
    """Reads a control file again where it has changed.

    One that is gone says to stop, and so does one that has not changed for LEFT seconds: whoever
    wrote it is gone, and a job on a cluster must not go on for ever.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._state: tuple[int, int] | None = None
        self._since = 0.0
        self._control = Control(stop=True)

    def now(self) -> Control:
        """What it says now."""
        try:
            with open(self._path, "rb") as file:
                found = os.fstat(file.fileno())
                if (found.st_mtime_ns, found.st_ino) != self._state:
                    self._control = _control(file.read())
                    self._state = found.st_mtime_ns, found.st_ino
                    self._since = time.monotonic()
        except FileNotFoundError:
            return Control(stop=True)
        if time.monotonic() - self._since > LEFT:
            return Control(stop=True)
        return self._control


def write_control(path: str, control: Control) -> None:
    """Tell the graph."""
    fields = control._asdict()
    for name in ("feeds", "pages", "hosts"):
        fields[name] = [tuple(record) for record in fields[name]]
    _write(path, json.dumps(fields))


def write_until(path: str, until: int) -> None:
    """Tell how far the graph is: everything in windows that end by then is in complete batches."""
    _write(path, str(until))


def read_until(path: str) -> int:
    """How far the graph is; 0 before its first window has closed."""
    try:
        return int(Path(path).read_bytes() or 0)
    except FileNotFoundError:
        return 0


def _control(text: bytes) -> Control:
    fields = json.loads(text)
    pages = [Page._make(tuple(v) if isinstance(v, list) else v for v in p) for p in fields["pages"]]
    return Control(
        fields["stop"],
        fields["stored_until"],
        tuple(Feed(*feed) for feed in fields["feeds"]),
        tuple(pages),
        tuple(Host(*host) for host in fields["hosts"]),
    )


def _write(path: str, text: str) -> None:
    """The file is there whole, or as it was before, also where two write at once."""
    part = Path(f"{path}.{uuid.uuid4().hex}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
