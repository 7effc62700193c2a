"""One bounded run over files: plan, work out batch after batch, commit each, give the account."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline import clock
from pipeline.begun import Begun, Progress, begun
from pipeline.facts import MATCHER
from records import Section
from sinks.manifest import SpoolError
from sinks.writer import Writer
from sources.plan import plan_paths

BATCH_ARTICLES = 10_000
BATCH_BYTES = 32 * 2**20


def run(
    paths: list[str],
    store: Path,
    progress: Progress,
    *,
    workers: int | None = None,
    batch_articles: int = BATCH_ARTICLES,
    wait: float,
) -> dict[str, Any]:
    """Read everything under `paths` into `store`; returns the account, a row of `runs`.

    PathError for a path that is not there, before anything is read; RunLocked where another run
    is at work; StoreError where the store cannot be written: what was worked out stays spooled.
    """
    writer = Writer(store, MATCHER, wait)
    scratch = writer.spool / f"unpacked-{uuid.uuid4().hex[:8]}"
    sections = plan_paths(
        paths, scratch=scratch, now=clock.now(), section_lines=min(batch_articles, 2000)
    )
    with begun(writer, "run " + " ".join(paths), progress) as started:
        read_sections(started, sections, scratch, workers, batch_articles)
        return started.finish("done")


def read_sections(
    run: Begun,
    sections: Iterable[Section],
    scratch: Path,
    workers: int | None,
    batch_articles: int,
) -> None:
    """Store what is in `sections`, which are planned lazily and unpacked into `scratch`."""
    now = clock.now()
    known = run.writer.spool / f"known-{run.name}.npy"
    try:
        scratch.mkdir(parents=True)
        store_id = run.writer.export_known(known)
        batches = (
            run.batch(now, sections=tuple(some), known=str(known), known_to=store_id)
            for some in batched(sections, batch_articles)
        )
        run.store_all(batches, workers)
    finally:
        known.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def load(spool: Path, store: Path, progress: Progress, *, wait: float) -> dict[str, Any]:
    """Commit the complete batches under `spool`, made elsewhere or while the store was locked.

    Batches made by other versions are worked out anew from what they received. Raises as `run`.
    """
    with begun(Writer(store, MATCHER, wait), f"load {spool}", progress) as started:
        troubles = started.store_waiting(spool)
        if troubles:
            raise SpoolError("\n".join(troubles))
        return started.finish("done")


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
