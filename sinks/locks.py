"""The run lock: at most one run a store, held beside it, released by the system however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class RunLocked(Exception):
    """Another run is at work on the same store: says which process."""


def _path(store: Path) -> Path:
    return store.with_name(f"{store.name}.lock")


@contextlib.contextmanager
def run_lock(store: Path) -> Iterator[None]:
    """Hold STORE.lock for the block. RunLocked where another process holds it, naming it."""
    path = _path(store)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read(20).strip()
            raise RunLocked(f"process {holder}" if holder else "just started") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def holder(store: Path) -> int | None:
    """The process of the run at work on a store; None where there is none.

    By asking whether the process that is named lives, not by trying the lock: a run that starts
    at that moment would find it taken. One that began after it was named is another.
    """
    path = _path(store)
    try:
        process = int(path.read_text(encoding="utf-8"))
        began = os.stat(f"/proc/{process}").st_mtime
        return process if began <= path.stat().st_mtime + 1 else None
    except (OSError, ValueError):
        return None
