"""A bounded run that leaves its batches in a spool, on any of Beam's runners; `load` stores them.

No store is needed, and workers never load DuckDB. The input is cut into portions of about a
batch, and each portion has a window of its own, a second of event time: so the runner may spread
the sections over all its workers, and what makes a stream's windows into batches makes these.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import clock
from pipeline.begun import Progress
from pipeline.run import BATCH_ARTICLES, batched
from records import Section
from sinks.manifest import spool_of
from sinks.places import is_url
from sources.plan import PathError, plan_paths
from transforms.topicrules import TopicRules
from transforms.versions import versions

_SECOND = 1_000_000


class RunnerFailed(Exception):
    """The runner gave up; what it says. Batches that are complete stay, and may be loaded."""


def spool_run(
    paths: Sequence[str],
    spool: str,
    progress: Progress,
    *,
    runner: str,
    options: Sequence[str] = (),
    batch_articles: int = BATCH_ARTICLES,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Read everything under `paths` and leave it in `spool`, a folder or URL; what was done.

    Workers read the files by their paths. PathError for a path that is not there, and for what
    has to be unpacked where the spool is a URL: workers could not see the pieces. `options` are
    Beam's and the runner's.
    """
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from pipeline.everywhere import run_everywhere

    started = time.monotonic()
    name = uuid.uuid4().hex[:8]
    shared = not is_url(spool)
    if shared:
        spool = str(Path(spool).absolute())
        _check(Path(spool))
    # Pieces of what is unpacked: in the spool, which every worker reaches.
    scratch = Path(spool) / f"unpacked-{name}" if shared else Path(tempfile.mkdtemp())
    try:
        sections = plan_paths(
            paths, scratch=scratch, now=clock.now(), section_lines=min(batch_articles, 2000)
        )
        scratch.mkdir(parents=True, exist_ok=True)
        if not shared:
            sections = map(_not_unpacked, sections)
        portions = list(batched(sections, batch_articles))
        first = clock.now() // _SECOND
        timed = [
            (section, first + number)
            for number, portion in enumerate(portions)
            for section in portion
        ]
        progress.said(f"{len(timed):,} sections in {len(portions):,} batches, on {runner}")
        try:
            run_everywhere(timed, spool, name, versions(topics), runner, options, topics)
        except OSError:
            raise
        except Exception as error:  # runners have no kind of their own for it
            raise RunnerFailed(f"{runner} failed: {error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        "name": name,
        "spool": spool,
        "runner": runner,
        "sections": len(timed),
        "batches": len(portions),
        "seconds": round(time.monotonic() - started, 3),
    }


def _check(spool: Path) -> None:
    """PathError for what is, or by its name is to be, the spool of a store."""
    spool = spool.resolve()
    store = spool.with_suffix("")
    if spool == spool_of(store) and (store.suffix == ".duckdb" or store.is_file()):
        raise PathError(
            f"{spool} belongs to {store}, whose runs clear what is not complete there: choose "
            "another folder"
        )


def _not_unpacked(section: Section) -> Section:
    """A section whose file workers reach by its path. PathError for an unpacked piece."""
    if section.path != section.source:
        raise PathError(
            f"{section.source} has to be unpacked, and workers would not see the pieces where "
            "the spool is a URL: unpack it first, or spool to a shared folder"
        )
    return section
