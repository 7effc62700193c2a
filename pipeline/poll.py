"""Live feeds: those that are due are asked, then the pages behind them; once, or on and on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from live.job import Job, Settings
from live.response import Response, body_of, is_offline, read_response
from pipeline import clock
from pipeline.batch import Batch, SpoolFull
from pipeline.begun import Begun, Progress, begun
from pipeline.facts import MATCHER
from pipeline.query import reading
from pipeline.stopping import Stop
from pipeline.workers import WorkerLost, fetched, usual_workers
from records import Feed
from sinks import feeds as subscriptions
from sinks.locks import RunLocked
from sinks.manifest import SpoolError, spool_of, waiting
from sinks.store import StoreError
from sinks.writer import FactsError, Writer
from sources.feeds_file import FeedsFileError, read_feeds_file
from transforms.topicrules import TopicRules

MOST_PAGES = 10_000  # asked for in one go; the rest waits for the next
BATCH_ENTRIES = 10_000
BATCH_BYTES = 32 * 2**20  # of bodies
WORTH_A_PROCESS = 1_000  # entries


class Asking(NamedTuple):
    """How feeds and pages are asked for."""

    settings: Settings
    feeds_file: Path | None = None  # declares what is subscribed to
    pages: bool = True  # whether the pages behind summaries are fetched
    budget: float | None = None  # seconds in which requests for pages are begun; None: all are
    workers: int | None = None


def run_feeds(
    store: Path,
    progress: Progress,
    asking: Asking,
    *,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """One polite poll of every subscribed feed that is due; returns the account, and how many were.

    FeedsFileError for a feeds file that is wrong, before anything is done; RunLocked where another
    run is at work; StoreError where the store cannot be written: before the poll nothing is asked,
    after it what was received stays spooled and no feed is further on.
    """
    declared = declared_feeds(asking.feeds_file)
    with begun(Writer(store, MATCHER, wait), "run --feeds", progress, topics) as run:
        if declared:
            run.writer.declare(declared[0].declared_in, declared)
        if not run.writer.feeds():
            progress.said("no feeds are subscribed to yet: newsbeam feeds add URL")
        due = run.writer.due_feeds(clock.now())
        poll(run, due, asking)
        return run.finish("done") | {"feeds_due": len(due)}


def declared_feeds(file: Path | None) -> list[Feed]:
    """The feeds that a feeds file declares. FeedsFileError where it is wrong."""
    return read_feeds_file(file, clock.now()) if file else []


def poll(run: Begun, feeds: Sequence[Feed], asking: Asking) -> None:
    """Ask `feeds` and store their entries; then ask for pages that wait and store their texts."""
    job = Job(
        "",
        clock.now(),
        feeds=tuple(feeds),
        hosts=tuple(run.writer.hosts()),
        settings=asking.settings,
        stopped_clock=clock.stopped(),
    )
    responses = _ask_and_store(run, job, asking) if feeds else []
    pages = run.writer.due_pages(clock.now(), MOST_PAGES) if asking.pages else []
    if pages:
        from live.fetch import last_asked  # loads what asks the network

        job = job._replace(
            now=clock.now(),
            feeds=(),
            pages=tuple(pages),
            hosts=tuple(run.writer.hosts()),
            budget=asking.budget,
            asked=tuple(last_asked(responses).items()),
        )
        _ask_and_store(run, job, asking)


def _ask_and_store(run: Begun, job: Job, asking: Asking) -> list[Response]:
    spool = run.writer.spool
    kind = "feeds" if job.feeds else "pages"
    folder = spool / f"fetched-{run.name}-{kind}"
    known = spool / f"known-{run.name}-{kind}.npy"
    try:
        folder.mkdir(parents=True)
        # Before anybody is asked: from then on the store is not needed until the commit, and what
        # was received can be spooled even where it is locked.
        known_to = run.writer.export_known(known)
        sidecars = fetched(job._replace(folder=str(folder)))
        responses = [read_response(sidecar) for sidecar in sidecars]
        if job.feeds and is_offline(responses):
            run.progress.said("no server could be reached: this machine seems to be offline")
            return responses

        def batches() -> Iterator[Batch]:
            for some in batched(sidecars, responses, asking.workers or usual_workers()):
                yield run.batch(
                    job.now,
                    responses=tuple(some),
                    known=str(known),
                    known_to=known_to,
                    queue_pages=asking.pages,
                )

        run.store_all(batches(), asking.workers, apart=True)
        return responses
    finally:
        known.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def batched(
    sidecars: list[str], responses: list[Response], workers: int
) -> Iterator[tuple[str, ...]]:
    """Sidecars in batches: one for each worker where that pays, none beyond the limits."""
    weights = [_weight(response) for response in responses]
    share = max(WORTH_A_PROCESS, -(-sum(entries for entries, _ in weights) // workers))
    some: list[str] = []
    entries = size = 0
    for sidecar, (more, length) in zip(sidecars, weights, strict=True):
        full = entries + more > min(share, BATCH_ENTRIES) or size + length > BATCH_BYTES
        if some and full:
            yield tuple(some)
            some, entries, size = [], 0, 0
        some.append(sidecar)
        entries += more
        size += length
    if some:
        yield tuple(some)


def _weight(response: Response) -> tuple[int, int]:
    """About how many entries there are in a body, and its length in bytes."""
    body = body_of(response) or b""
    if response.kind != "feed":
        return int(bool(body)), len(body)
    return max(body.count(b"<item"), body.count(b"<entry"), body.count(b'"id"')), len(body)


def watch(
    store: Path,
    progress: Progress,
    asking: Asking,
    told: Callable[[dict[str, Any]], None],
    stop: Stop,
    *,
    every: float,
    wait: float,
    topics: TopicRules | None = None,
) -> None:
    """Poll what is due, `every` so many seconds, until `stop` is set; the poll in hand is finished.

    What goes wrong with one poll is said, and the next tries again: a store that somebody keeps
    open, a full disk, a feeds file being edited. FactsError does not pass and is raised, as is
    FeedsFileError at the start.
    """
    declared_feeds(asking.feeds_file)
    while not stop.is_set():
        began = time.monotonic()
        try:
            if _due(store, asking, wait):
                told(run_feeds(store, progress, asking, wait=wait, topics=topics))
        except RunLocked as holder:
            progress.said(f"another run ({holder}) is at work on {store}: left to it")
        except FactsError:
            raise
        except (StoreError, SpoolError, SpoolFull, WorkerLost, FeedsFileError, OSError) as error:
            progress.said(f"{error}; tried again in {every:g} s")
        stop.wait(max(every - (time.monotonic() - began), 0))


def _due(store: Path, asking: Asking, wait: float) -> bool:
    """Whether a poll would do anything: most looks at the store find that it would not."""
    if not store.exists() or waiting(spool_of(store)):
        return True
    with reading(store, wait) as db:
        if not subscriptions.there(db):
            return True
        if differs(subscriptions.feeds(db), declared_feeds(asking.feeds_file)):
            return True
        now = clock.now()
        return bool(
            subscriptions.due_feeds(db, now)
            or (asking.pages and subscriptions.due_pages(db, now, 1))
        )


def differs(feeds: list[Feed], declared: list[Feed]) -> bool:
    """Whether a feeds file says something else than the store has of it."""

    def said(feeds: list[Feed]) -> set[tuple[str, str | None, str | None]]:
        return {(feed.url, feed.outlet, feed.folder) for feed in feeds}

    path = declared[0].declared_in if declared else None
    return said(declared) != said([feed for feed in feeds if feed.declared_in == path])
