"""One bounded run: plan, work out batch after batch, commit each, ask feeds, give the account."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline import clock
from pipeline.begun import Begun, Progress, begun
from pipeline.facts import MATCHER
from pipeline.poll import Asking, poll
from records import Feed, Section
from sinks.writer import Writer
from sources.outlines import BadOutlines, read_outlines
from sources.plan import PathError, plan_paths
from sources.subscriptions import BadSubscription, shown, subscription
from transforms.topicrules import TopicRules

BATCH_ARTICLES = 10_000
BATCH_BYTES = 32 * 2**20
# Beyond so many batches they are twice as large: in a long run what a batch costs whatever is in it
# counts for more than how soon the last one is stored.
SHORT_RUN = 10
_ADDRESS = re.compile(r"(?:https?|feed):", re.IGNORECASE)


def run(
    paths: list[str],
    store: Path,
    progress: Progress,
    asking: Asking,
    *,
    batch_articles: int | None = None,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Read everything under `paths` into `store`; returns the account, a row of `runs`.

    Among the paths may be addresses of feeds; they and the feeds of an OPML file that is named
    itself are asked now, whenever they are due. PathError for a path that is not there, before
    anything is read; RunLocked where another run is at work; StoreError where the store cannot
    be written: what was worked out stays spooled.
    """
    writer = Writer(store, MATCHER, wait)
    scratch = writer.spool / f"unpacked-{uuid.uuid4().hex[:8]}"
    files, lists, wanted = _parted(paths)
    sections = plan_paths(
        files, scratch=scratch, now=clock.now(), section_lines=min(batch_articles or 2000, 2000)
    )
    with begun(writer, "run " + " ".join(map(shown, paths)), progress, topics) as started:
        if files:
            sections = (each._replace(asked=each.source in lists) for each in sections)
            _read_sections(started, sections, scratch, asking.workers, batch_articles)
        if wanted:
            known = {feed.url: feed for feed in writer.feeds()}
            poll(started, [known.get(feed.url, feed) for feed in wanted], asking)
        return started.finish("done")


def _parted(paths: list[str]) -> tuple[list[str], set[str], list[Feed]]:
    """Paths that are read as files, which of these are lists of feeds, and the feeds to ask."""
    files: list[str] = []
    lists: set[str] = set()
    wanted: dict[str, Feed] = {}
    for path in paths:
        found = []
        if _ADDRESS.match(path):
            try:
                found = [subscription(path)]
            except BadSubscription as error:
                raise PathError(str(error)) from error
        else:
            files.append(path)
            if path.lower().endswith(".opml") and os.path.isfile(path):
                with contextlib.suppress(BadOutlines):  # the reader tells why it is none
                    found = read_outlines(Path(path).read_bytes()).feeds
                    lists.add(os.path.abspath(path))
        for feed in found:
            once = feed._replace(declared_in="run", added_at=clock.now())
            wanted.setdefault(feed.url, once)
    return files, lists, list(wanted.values())


def _read_sections(
    run: Begun,
    sections: Iterable[Section],
    scratch: Path,
    workers: int | None,
    batch_articles: int | None,
) -> None:
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


def batched(sections: Iterable[Section], articles: int | None) -> Iterator[list[Section]]:
    """Sections in batches of about so many articles: JSON lines by their sections, files by one.

    None: of BATCH_ARTICLES, and twice as many beyond a SHORT_RUN.
    """
    some: list[Section] = []
    weight = size = 0
    most, most_bytes = articles or BATCH_ARTICLES, BATCH_BYTES
    batches = 0
    for section in sections:
        lines = min(most, 2000) if section.format == "jsonl" else 1
        length = max(section.stop - section.start, 0)
        if some and (weight + lines > most or size + length > most_bytes):
            yield some
            some, weight, size = [], 0, 0
            batches += 1
            if batches == SHORT_RUN and articles is None:
                most, most_bytes = 2 * most, 2 * most_bytes
        some.append(section)
        weight += lines
        size += length
    yield some
