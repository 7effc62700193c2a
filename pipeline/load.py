"""Batches out of a spool into a store: those that wait, or whatever arrives until stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.batch import SpoolFull
from pipeline.begun import Progress, begun, waiting_in
from pipeline.facts import MATCHER
from pipeline.stopping import Stop
from pipeline.workers import WorkerLost
from sinks.locks import RunLocked
from sinks.manifest import MANIFEST, SpoolError
from sinks.store import StoreError
from sinks.writer import FactsError, Writer
from transforms.topicrules import TopicRules

_LONGEST = 900.0  # seconds between two tries of one batch


def load(
    spool: Path | str,
    store: Path,
    progress: Progress,
    *,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Commit the complete batches under `spool`, made elsewhere or while the store was locked.

    Batches made by other versions are worked out anew from what they received. Raises as
    pipeline.run.run; OSError where a URL cannot be listed, SpoolError where single batches could
    not be stored, after all others were.
    """
    with begun(Writer(store, MATCHER, wait), f"load {spool}", progress, topics) as started:
        troubles = started.store_waiting(spool)
        if troubles:
            raise SpoolError("\n".join(troubles))
        return started.finish("done")


def follow(
    spool: Path | str,
    store: Path,
    progress: Progress,
    told: Callable[[dict[str, Any]], None],
    stop: Stop,
    *,
    every: float,
    wait: float,
    topics: TopicRules | None = None,
) -> None:
    """Commit what arrives under `spool`, looking `every` so many seconds, until `stop` is set.

    Each batch is a run of its own, so that others get their turn at the store between two; the
    one in hand is finished. What goes wrong is said once and tried again, but for a damaged batch:
    that one is left until its manifest is another. A batch that cannot be reached keeps none of the
    others, and is tried after pauses that double. FactsError does not pass and is raised.
    """
    left: dict[Path | str, bytes] = {}  # batches as they were when they were left
    pauses: dict[Path | str, _Pause] = {}  # of batches that could not be reached
    last = ""

    def say(sentence: str) -> None:
        nonlocal last
        if sentence != last:
            progress.said(sentence)
        last = sentence

    while not stop.is_set():
        began = time.monotonic()
        try:
            for batch in waiting_in(spool):
                if stop.is_set():
                    return
                if batch in left and left[batch] == _manifest(batch):
                    continue
                if batch in pauses and time.monotonic() < pauses[batch].until:
                    continue
                writer = Writer(store, MATCHER, wait)  # others may write to the store in between
                with begun(writer, f"load --follow {spool}", progress, topics) as run:
                    try:
                        run.store_spooled(batch)
                    except SpoolError as error:
                        left[batch] = _manifest(batch)
                        say(f"left where it is: {error}")
                        run.finish("failed")
                        continue
                    except OSError as error:
                        pauses[batch] = pause = _paused(pauses.get(batch), every)
                        say(f"{batch}: {error}; tried again in {pause.seconds:g} s")
                        run.finish("failed")
                        continue
                    told(run.finish("done"))
                    last = ""
                pauses.pop(batch, None)
                if _is_there(batch):
                    left[batch] = _manifest(batch)
                    if isinstance(batch, Path):  # of another the run has said it, and why
                        say(f"{batch} is stored, and cannot be removed")
        except RunLocked as holder:
            say(f"another run ({holder}) is at work on {store}: waiting for it")
        except FactsError:
            raise
        except (StoreError, SpoolFull, WorkerLost, OSError) as error:
            say(f"{error}; tried again in {every:g} s")
        stop.wait(max(every - (time.monotonic() - began), 0))


class _Pause(NamedTuple):
    """For how long a batch is left alone, and until when."""

    seconds: float
    until: float


def _paused(last: _Pause | None, every: float) -> _Pause:
    """The next pause of a batch: each is twice the one before, up to a quarter of an hour."""
    seconds = min(2 * last.seconds, _LONGEST) if last else max(every, 1.0)
    return _Pause(seconds, time.monotonic() + seconds)


def _is_there(batch: Path | str) -> bool:
    """Whether a batch that was stored is still there, or may be."""
    try:
        if isinstance(batch, Path):
            return (batch / MANIFEST).exists()
        from sinks import remote

        return remote.exists(batch)
    except OSError:
        return True


def _manifest(batch: Path | str) -> bytes:
    """The bytes of a batch's manifest; none where it cannot be read."""
    try:
        if isinstance(batch, Path):
            return (batch / MANIFEST).read_bytes()
        from sinks import remote

        return remote.read(f"{batch}/{MANIFEST}")
    except OSError:
        return b""
