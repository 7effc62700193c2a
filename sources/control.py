"""What the one who commits and the unbounded graph tell each other while it runs.

The graph asks the network and lists folders; the store is somebody else's. So it is told what the
store has by now and when to stop, and tells how far it is, in two small files beside the batches
that it leaves: on disk or, as URLs, on any file system that Beam knows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from records import Feed, Host, Page


class Control(NamedTuple):
    """What the graph is told; times in microseconds since 1970, UTC."""

    stop: bool = False  # nothing more is read or asked for: the source ends
    stored_until: int = 0  # the end of the last window that is stored, with all before it
    feeds: tuple[Feed, ...] = ()  # those subscribed to, as the store has them
    pages: tuple[Page, ...] = ()  # those that are due, as the store has them
    hosts: tuple[Host, ...] = ()


class ControlFile:
    """Reads a control file again where it has changed. One that is gone says to stop."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._text: bytes | None = None
        self._state: tuple[int, int] | None = None
        self._control = Control(stop=True)

    def now(self) -> Control:
        """What it says now."""
        if not _is_url(self._path):
            try:
                found = os.stat(self._path)
            except FileNotFoundError:
                return Control(stop=True)
            if (found.st_mtime_ns, found.st_ino) == self._state:
                return self._control
            self._state = found.st_mtime_ns, found.st_ino
        text = _read(self._path)
        if text is None:
            return Control(stop=True)
        if text != self._text:
            self._text, self._control = text, _control(text)
        return self._control


def write_control(path: str, control: Control) -> None:
    """Tell the graph."""
    fields = control._asdict()
    for name in ("feeds", "pages", "hosts"):
        fields[name] = [tuple(record) for record in fields[name]]
    _write(path, json.dumps(fields).encode())


def write_until(path: str, until: int) -> None:
    """Tell how far the graph is: everything in windows that end by then is in complete batches."""
    _write(path, str(until).encode())


def read_until(path: str) -> int:
    """How far the graph is; 0 before its first window has closed."""
    return int(_read(path) or 0)


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


def _is_url(path: str) -> bool:
    return "://" in path


def _read(path: str) -> bytes | None:
    """What a file says; None where there is none."""
    if not _is_url(path):
        try:
            return Path(path).read_bytes()
        except FileNotFoundError:
            return None
    from apache_beam.io.filesystems import FileSystems  # the committer loads no Beam without need

    if not FileSystems.exists(path):
        return None
    with FileSystems.open(path) as file:
        return bytes(file.read())


def _write(path: str, text: bytes) -> None:
    """The file is there whole, or as it was before."""
    if _is_url(path):
        from apache_beam.io.filesystems import FileSystems

        with FileSystems.create(path) as file:
            file.write(text)
        return
    part = Path(f"{path}.part")
    part.write_bytes(text)
    os.replace(part, path)
