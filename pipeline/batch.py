"""One batch of a run: what it is, and how a process works it out and when it gives up."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import NamedTuple

from records import Section


class Batch(NamedTuple):
    """What a worker is given: sections, and the folder that the finished batch goes to."""

    folder: str
    sections: tuple[Section, ...]
    versions: dict[str, str]
    known: str | None = None  # the file of document ids that the store `known_to` holds
    known_to: str | None = None
    again: str | None = None  # a spooled batch that other versions made, in place of sections


class SpoolFull(Exception):
    """The spool cannot be written: disk full, quota, size limit."""


def work_out(batch: Batch) -> str:
    """Run the graph over a batch. Returns its folder, complete with a manifest.

    Beam is loaded here, so that the process that only plans and commits never does.
    """
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from pipeline.engine import run_graph

    run_graph(batch)
    return batch.folder


def leave_with_parent() -> None:
    """End this worker when the process that started it is gone, however it went.

    Ctrl-C goes to all processes of a terminal; here the one that started the others answers it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
