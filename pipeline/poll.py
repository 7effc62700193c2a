"""Live feeds: those that are due are asked, then the pages behind them; once, or on and on."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from live.job import Job, Settings
from live.response import Response, body_of, read_response
from pipeline import clock
from pipeline.begun import Begun, Progress, begun
from pipeline.facts import MATCHER
from pipeline.workers import fetched, usual_workers
from records import Feed
from sinks.writer import Writer

MOST_PAGES = 10_000  # asked for in one go; the rest waits for the next
BATCH_ENTRIES = 10_000
BATCH_BYTES = 32 * 2**20  # of bodies
WORTH_A_PROCESS = 1_000  # entries


class Network(NamedTuple):
    """How a poll asks."""

    settings: Settings
    pages: bool = True  # whether the pages behind summaries are fetched
    budget: float = 300.0  # seconds in which requests for pages are begun
    workers: int | None = None


def poll(run: Begun, feeds: list[Feed], network: Network) -> None:
    """Ask `feeds` and store their entries; then ask for pages that wait and store their texts."""
    asked: dict[str, int] = {}
    job = Job("", clock.now(), feeds=tuple(feeds), settings=network.settings)
    if feeds:
        asked = _ask_and_store(run, job, network)
    if not network.pages:
        return
    pages = run.writer.due_pages(clock.now(), MOST_PAGES)
    if pages:
        _ask_and_store(
            run,
            job._replace(
                now=clock.now(),
                feeds=(),
                pages=tuple(pages),
                hosts=tuple(run.writer.hosts()),
                budget=network.budget,
                asked=tuple(asked.items()),
            ),
            network,
        )


def _ask_and_store(run: Begun, job: Job, network: Network) -> dict[str, int]:
    """Returns when each host was asked last."""
    spool = run.writer.spool
    kind = "feeds" if job.feeds else "pages"
    folder = spool / f"fetched-{run.name}-{kind}"
    known = spool / f"known-{run.name}-{kind}.npy"
    try:
        folder.mkdir(parents=True)
        sidecars = fetched(job._replace(folder=str(folder)))
        store_id = run.writer.export_known(known)
        responses = [(sidecar, read_response(sidecar)) for sidecar in sidecars]
        batches = (
            run.batch(
                job.now,
                responses=tuple(some),
                known=str(known),
                known_to=store_id,
                queue_pages=network.pages,
            )
            for some in _batched(responses, network.workers or usual_workers())
        )
        run.store_all(batches, network.workers, apart=True)
        return {
            urlsplit(url).netloc: response.at
            for _, response in responses
            for url in (response.asked, *(hop for _, hop in response.hops))
            if response.requests
        }
    finally:
        known.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _batched(responses: list[tuple[str, Response]], workers: int) -> Iterator[list[str]]:
    """Sidecars in batches: one for each worker where that pays, none beyond the limits."""
    weighed = [(sidecar, *_weight(response)) for sidecar, response in responses]
    entries = sum(weight for _, weight, _ in weighed)
    share = max(WORTH_A_PROCESS, -(-entries // workers))
    some: list[str] = []
    weight = size = 0
    for sidecar, more, length in weighed:
        full = weight + more > min(share, BATCH_ENTRIES) or size + length > BATCH_BYTES
        if some and full:
            yield some
            some, weight, size = [], 0, 0
        some.append(sidecar)
        weight += more
        size += length
    if some:
        yield some


def _weight(response: Response) -> tuple[int, int]:
    """About how many entries a body has, and its length in bytes."""
    body = body_of(response) or b""
    if response.kind != "feed":
        return len(body) > 0, len(body)
    return max(body.count(b"<item"), body.count(b"<entry"), body.count(b'"id"')), len(body)


def run_feeds(store: Path, progress: Progress, network: Network, *, wait: float) -> dict[str, Any]:
    """One polite poll of every subscribed feed that is due; returns the account.

    RunLocked where another run is at work; StoreError where the store cannot be written: before
    the poll nothing is asked, after it what was received stays spooled and no feed is further on.
    """
    with begun(Writer(store, MATCHER, wait), "run --feeds", progress) as run:
        poll(run, run.writer.due_feeds(clock.now()), network)
        return run.finish("done")
