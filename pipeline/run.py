"""One bounded run: plan, work out batch after batch, commit each, give the account."""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import clock
from pipeline.batch import Batch, SpoolFull
from pipeline.facts import MATCHER, prepare_store
from pipeline.workers import WorkerLost, worked_out
from records import Section
from sinks import manifest as spooled
from sinks.commit import Counts
from sinks.locks import run_lock
from sinks.manifest import SpoolError
from sinks.store import StoreError
from sinks.writer import Writer
from sources.plan import discard, plan_paths
from transforms.topicrules import TopicRules
from transforms.versions import versions

BATCH_ARTICLES = 10_000
BATCH_BYTES = 32 * 2**20


class Progress(NamedTuple):
    """What is told while a run goes on."""

    said: Callable[[str], None]  # a sentence for people
    stored: Callable[[Counts], None]  # one more batch is stored


def run(
    paths: list[str],
    store: Path,
    progress: Progress,
    *,
    workers: int | None = None,
    batch_articles: int = BATCH_ARTICLES,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Read everything under `paths` into `store`; returns the account, a row of `runs`.

    PathError for a path that is not there, before anything is read; RunLocked where another run
    is at work; StoreError where the store cannot be written: what was worked out stays spooled.
    """
    now = clock.now()
    writer = Writer(store, MATCHER, wait)
    scratch = writer.spool / f"unpacked-{uuid.uuid4().hex[:8]}"
    sections = plan_paths(paths, scratch=scratch, now=now, section_lines=min(batch_articles, 2000))
    with run_lock(store), _opened(writer, "run " + " ".join(paths), progress, topics) as begun:
        known = writer.spool / f"known-{begun.run_id[:8]}.npy"
        try:
            scratch.mkdir(parents=True)
            store_id = writer.export_known(known)
            batches = (
                Batch(
                    str(writer.spool / f"{now:016d}-{begun.run_id[:8]}-{number:06d}"),
                    tuple(some),
                    versions(topics),
                    str(known),
                    store_id,
                    topics=topics,
                )
                for number, some in enumerate(batched(sections, batch_articles))
            )
            _store_all(writer, batches, begun, progress, workers)
        finally:
            known.unlink(missing_ok=True)
            shutil.rmtree(scratch, ignore_errors=True)
        return begun.finish("done")


def load(
    spool: Path,
    store: Path,
    progress: Progress,
    *,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Commit the complete batches under `spool`, made elsewhere or while the store was locked.

    Batches made by other versions are worked out anew from what they received. Raises as `run`.
    """
    writer = Writer(store, MATCHER, wait)
    with run_lock(store), _opened(writer, f"load {spool}", progress, topics) as begun:
        troubles = _store_waiting(writer, spool, begun, progress)
        if troubles:
            raise SpoolError("\n".join(troubles))
        return begun.finish("done")


class _Begun:
    """A run whose row is open."""

    def __init__(
        self, writer: Writer, run_id: str, started: float, topics: TopicRules | None
    ) -> None:
        self.writer = writer
        self.run_id = run_id
        self.topics = topics
        self._started = started

    def finish(self, status: str) -> dict[str, Any]:
        seconds = round(time.monotonic() - self._started, 3)
        return self.writer.finish(self.run_id, status, clock.now(), seconds)


@contextlib.contextmanager
def _opened(
    writer: Writer, command: str, progress: Progress, topics: TopicRules | None
) -> Iterator[_Begun]:
    """The store made ready, what was waiting for it stored, the account opened."""
    started = time.monotonic()
    for sentence in prepare_store(writer, topics):
        progress.said(sentence)
    spooled.remove_orphans(writer.spool)
    begun = _Begun(writer, writer.start(command, clock.now()), started, topics)
    try:
        for trouble in _store_waiting(writer, writer.spool, begun, progress):
            progress.said(f"left where it is: {trouble}")
        yield begun
    except (StoreError, SpoolFull, SpoolError, WorkerLost):
        begun.writer = Writer(writer.path, MATCHER, wait=0)  # it was waited for already
        with contextlib.suppress(StoreError):
            begun.finish("spooled" if spooled.waiting(writer.spool) else "failed")
        raise
    finally:
        with contextlib.suppress(OSError):
            writer.spool.rmdir()  # only where it is empty


def _store_waiting(writer: Writer, spool: Path, begun: _Begun, progress: Progress) -> list[str]:
    """Store the complete batches of a spool. Returns what is wrong with those that cannot be."""
    troubles = []
    current = versions(begun.topics)
    for folder in spooled.waiting(spool):
        try:
            manifest = spooled.read_manifest(folder)
            if manifest.versions == current:
                progress.said(f"storing {folder}, which was waiting")
                _store(writer, folder, begun, progress)
                continue
            progress.said(f"{folder} was made by another version: worked out anew")
            again = Batch(
                str(writer.spool / f"{manifest.batch_id}-again"),
                (),
                current,
                known_to=manifest.known_to,
                again=str(folder),
                topics=begun.topics,
            )
            for anew in worked_out([again], workers=1):
                _store(writer, anew, begun, progress)
            spooled.remove(folder)
        except SpoolError as error:
            troubles.append(str(error))
    return troubles


def _store(writer: Writer, folder: Path, begun: _Begun, progress: Progress) -> None:
    counts = writer.commit(folder, begun.run_id, clock.now())
    if counts is not None:
        progress.stored(counts)


def _store_all(
    writer: Writer,
    batches: Iterable[Batch],
    begun: _Begun,
    progress: Progress,
    workers: int | None,
) -> None:
    read: dict[str, Batch] = {}

    def noted() -> Iterator[Batch]:
        for batch in batches:
            read[batch.folder] = batch
            yield batch

    for folder in worked_out(noted(), workers):
        for section in read.pop(str(folder)).sections:
            discard(section)
        _store(writer, folder, begun, progress)


def batched(sections: Iterable[Section], articles: int) -> Iterator[list[Section]]:
    """Sections in batches of about so many articles: JSON lines by their sections, files by one."""
    some: list[Section] = []
    weight = size = 0
    for section in sections:
        lines = min(articles, 2000) if section.format == "jsonl" else 1
        length = max(section.stop - section.start, 0)
        if some and (weight + lines > articles or size + length > BATCH_BYTES):
            yield some
            some, weight, size = [], 0, 0
        some.append(section)
        weight += lines
        size += length
    yield some
