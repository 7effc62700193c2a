"""A run from its lock to its account: what every command that stores has in common."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import clock
from pipeline.batch import Batch, SpoolFull
from pipeline.facts import MATCHER, prepare_store
from pipeline.workers import WorkerLost, worked_out
from sinks import manifest as spooled
from sinks.commit import Counts
from sinks.locks import run_lock
from sinks.manifest import SpoolError
from sinks.store import StoreError
from sinks.writer import Writer
from sources.plan import discard
from transforms.topicrules import TopicRules
from transforms.versions import versions


class Progress(NamedTuple):
    """What is told while a run goes on."""

    said: Callable[[str], None]  # a sentence for people
    stored: Callable[[Counts], None]  # one more batch is stored


def waiting_in(spool: Path | str) -> Sequence[Path | str]:
    """The complete batches of a spool, a folder or URL, in the order of their names."""
    if isinstance(spool, Path):
        return spooled.waiting(spool)
    from sinks import remote  # loads Beam

    return remote.waiting(spool)


class Begun:
    """A run whose row in `runs` is open."""

    def __init__(
        self,
        writer: Writer,
        run_id: str,
        started: float,
        progress: Progress,
        topics: TopicRules | None,
    ) -> None:
        self.writer = writer
        self.topics = topics
        self.run_id = run_id
        self.progress = progress
        self._started = started
        self._batches = 0

    @property
    def name(self) -> str:
        """Of this run among the files in the spool."""
        return self.run_id[:8]

    def batch(self, now: int, **given: Any) -> Batch:
        """The next batch of this run; names of folders sort in the order batches were made."""
        self._batches += 1
        folder = self.writer.spool / f"{now:016d}-{self.name}-{self._batches:06d}"
        return Batch(str(folder), versions(self.topics), topics=self.topics, **given)

    def store_all(self, batches: Iterable[Batch], workers: int | None, apart: bool = False) -> None:
        """Work batches out and store each as it gets done; what it was made from is discarded.

        Into a large store batches go a few later, when those behind them are complete, too: the
        oldest is then matched together with them.
        """
        complete: deque[Path] = deque()
        made: dict[str, Batch] = {}

        def noted() -> Iterator[Batch]:
            for batch in batches:
                made[batch.folder] = batch
                yield batch

        try:
            for folder in worked_out(noted(), workers, apart):
                for section in made.pop(str(folder)).sections:
                    discard(section)
                complete.append(folder)
                if len(complete) > self.writer.ahead:
                    self.store(complete.popleft(), complete)
        except (SpoolFull, WorkerLost):  # what was complete before is good
            self._store(complete)
            raise
        self._store(complete)

    def _store(self, complete: deque[Path]) -> None:
        while complete:
            self.store(complete.popleft(), complete)

    def store(self, folder: Path, waiting: Iterable[Path] = ()) -> Counts | None:
        """Commit one complete batch, and what it held; None where it was stored before.

        Those complete ones that are `waiting` are to follow it.
        """
        counts = self.writer.commit(folder, self.run_id, clock.now(), waiting)
        if counts is not None:
            self.progress.stored(counts)
        return counts

    def store_waiting(self, spool: Path | str) -> list[str]:
        """Store the complete batches of a spool, a folder or URL. Returns what is wrong with the
        others."""
        troubles = []
        batches = waiting_in(spool)
        for number, batch in enumerate(batches, 1):
            self.progress.said(f"storing {batch}, which was waiting")
            try:
                self.store_spooled(batch, [b for b in batches[number:] if isinstance(b, Path)])
            except SpoolError as error:
                troubles.append(str(error))
            except OSError as error:
                if isinstance(batch, Path):  # this machine's disk: it is the others', too
                    raise
                troubles.append(f"{batch}: {error}")
        return troubles

    def store_spooled(self, batch: Path | str, waiting: Sequence[Path] = ()) -> None:
        """Store a complete batch of any spool and remove it there. SpoolError where it cannot be.

        One behind a URL is brought into the spool of the store first: whatever happens then, it
        is in one of the two. OSError where it cannot be reached; that it cannot be removed is said.
        """
        if isinstance(batch, str):
            from sinks import remote

            manifest = remote.manifest_of(batch)
            left = self.writer.not_stored(manifest, remote.there(manifest))
            if left is not None:
                self.store_spooled(remote.bring(left, self.writer.spool / left.batch_id))
            try:
                remote.remove(manifest)
            except OSError as error:  # it is known by its id and not stored again
                self.progress.said(f"{batch} is stored, and cannot be removed: {error}")
            return
        manifest = spooled.read_manifest(batch)
        current = versions(self.topics)
        if manifest.versions == current:
            self.store(batch, waiting)
            return
        if self.writer.not_stored(manifest, spooled.on_disk(batch)) is not None:
            self.progress.said(f"{batch} was made by another version: worked out anew")
            again = Batch(
                str(self.writer.spool / f"{manifest.batch_id}{spooled.AGAIN}"),
                current,
                known_to=manifest.known_to,
                again=str(batch),
                topics=self.topics,
            )
            for anew in worked_out([again], workers=1):
                self.store(anew)
        spooled.remove(batch)

    def finish(self, status: str) -> dict[str, Any]:
        """Close the account and return it."""
        seconds = round(time.monotonic() - self._started, 3)
        return self.writer.finish(self.run_id, status, clock.now(), seconds)


@contextlib.contextmanager
def begun(
    writer: Writer, command: str, progress: Progress, topics: TopicRules | None = None
) -> Iterator[Begun]:
    """Under the run lock: the store made ready, what was waiting for it stored, a row in `runs`.

    `topics` are the rules to tag by; None: those that newsbeam brings.

    RunLocked where another run is at work. Where the block fails for want of a writable store or
    spool, the row says whether something was left spooled.
    """
    with run_lock(writer.path):
        started = time.monotonic()
        for sentence in prepare_store(writer, topics):
            progress.said(sentence)
        spooled.remove_orphans(writer.spool)
        run = Begun(writer, writer.start(command, clock.now()), started, progress, topics)
        try:
            for trouble in run.store_waiting(writer.spool):
                progress.said(f"left where it is: {trouble}")
            yield run
        except (StoreError, SpoolFull, SpoolError, WorkerLost, OSError):
            run.writer = Writer(writer.path, MATCHER, wait=0)  # it was waited for already
            with contextlib.suppress(StoreError):
                run.finish("spooled" if spooled.waiting(writer.spool) else "failed")
            raise
        finally:
            with contextlib.suppress(OSError):
                writer.spool.rmdir()  # only where it is empty
