"""The archive, or a part of it, tagged again: slice by slice through Beam, then one commit."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import clock
from pipeline.batch import RetagBatch, SpoolFull
from pipeline.begun import Progress
from pipeline.facts import MATCHER
from pipeline.workers import WorkerLost, worked_out
from sinks import manifest as spooled
from sinks.commit import Counts
from sinks.locks import run_lock
from sinks.manifest import SpoolError
from sinks.retag import Part, Rules
from sinks.shards import TAGS
from sinks.store import StoreError
from sinks.writer import Writer
from transforms.rules import nearest
from transforms.topicrules import TopicRules
from transforms.versions import FIXED, versions


class PartError(ValueError):
    """There is nothing of that name to tag again."""


def retag(
    store: Path,
    topics: TopicRules,
    part: Part,
    progress: Progress,
    *,
    command: str,
    workers: int | None = None,
    wait: float,
) -> dict[str, Any]:
    """Tag what is stored by `topics`; returns what changed.

    The store stays as it is until all new tags are spooled, and changes in one transaction: a
    kill at any moment leaves it old or new. Raises as pipeline.run.run; batches that wait in the
    spool are left to the next run.
    """
    if not store.exists():
        raise PartError(f"there is no store at {store}: make one with `newsbeam run PATH`")
    writer = Writer(store, MATCHER, wait)
    started = time.monotonic()
    with run_lock(store):
        known = {topic.slug for topic in topics.topics} | writer.slugs()
        for slug in part.topics:
            if slug not in known:
                raise PartError(f"there is no topic {slug}{nearest(slug, sorted(known))}")
        facts = {name: value for name, value in versions(topics).items() if name != "topics"}
        for sentence in writer.prepare(facts, FIXED, None, clock.now()):
            progress.said(sentence)
        spooled.remove_orphans(writer.spool)
        run_id = writer.start(command, clock.now())
        # A folder within the folder, which no run takes for a batch that waits.
        folder = writer.spool / f"retag-{run_id[:8]}"
        status = "failed"
        try:
            folders = []
            for done in worked_out(_batches(writer, folder, topics, part), workers, work=tag_slice):
                progress.stored(Counts(read=spooled.read_manifest(done).rows(TAGS)))
                folders.append(done)
            rules = Rules(topics.topics, topics.version, topics.own.name if topics.own else "")
            changed = writer.retag(folders, part, rules, run_id, clock.now())
            status = "done"
        except (StoreError, SpoolFull, SpoolError, WorkerLost):
            writer = Writer(store, MATCHER, wait=0)  # it was waited for already
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                writer.spool.rmdir()  # only where it is empty
            with contextlib.suppress(StoreError):
                seconds = round(time.monotonic() - started, 3)
                writer.finish(run_id, status, clock.now(), seconds)
    return {
        "run_id": run_id,
        "topics": topics.version,
        **changed._asdict(),
        "seconds": seconds,
        "articles_per_second": changed.revisions / max(seconds, 0.001),
    }


def _batches(writer: Writer, folder: Path, topics: TopicRules, part: Part) -> Iterator[RetagBatch]:
    store = str(writer.path.absolute())
    for number, rows in enumerate(writer.slices()):
        where = str(folder.absolute() / f"{number:06d}")
        yield RetagBatch(where, store, part, rows, versions(topics), topics)


def tag_slice(batch: RetagBatch) -> str:
    """Tag one slice. Returns its folder, complete with a manifest."""
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from pipeline.engine import run_retag

    run_retag(batch)
    return batch.folder
