"""Live feeds without an end: at each tick, those that are due are asked, and what came is read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.coders import PickleCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from live.addresses import parse_address
from live.failure import Failed
from live.fetch import fetch_all, last_asked
from live.job import Job, Settings
from live.read import TAGS, Responses, records_of
from live.response import is_offline, read_response
from records import Article, Feed, Host, Page
from sources.control import Control, ControlFile
from sources.ticks import Tick, is_over

_PAGES_A_TICK = 500
_WINDOWS_BEHIND = 4  # or
_BEHIND = 60_000_000  # microseconds, whichever is more
_BUDGET = 5.0  # seconds at a tick in which requests for pages are begun; feeds are all asked
_OFFLINE = 60_000_000  # microseconds until it is tried again whether this machine is online
_POLITE = 120_000_000  # microseconds for which it is remembered who was asked when


class _Ahead(NamedTuple):
    """What a group of hosts is further on than the store: it is forgotten once that has it."""

    feeds: dict[str, Feed] = {}
    pages: dict[str, tuple[int, int, int]] = {}  # article -> its row in the queue, when asked for
    hosts: dict[str, Host] = {}
    asked: dict[str, int] = {}  # host -> when
    rest: int = 0  # this machine is offline: it is not tried again before


class PollFeeds(beam.PTransform):
    """PCollection[Tick] to `Responses`: the feeds and pages that the control file names, when due.

    State is kept by `groups` of hosts, since politeness is due to hosts: all feeds and pages of a
    host are in one group, and groups are asked side by side where there are workers for them.
    What a poll found is the feed's state from then on, also before the store has it; after a
    restart the store's counts. Nobody is asked while the store is more than a few windows of
    `window` seconds behind. `stopped_at`: the time that everything is told to happen at.
    """

    def __init__(
        self,
        control: str,
        settings: Settings,
        window: float,
        groups: int = 1,
        stopped_at: int | None = None,
    ) -> None:
        super().__init__()
        self._groups = groups
        behind = max(_WINDOWS_BEHIND * round(window * 1e6), _BEHIND)
        self._given = control, settings, behind, groups, stopped_at

    def expand(self, ticks: pvalue.PCollection[Tick]) -> Responses:
        first, *others = Responses._fields
        outputs = (
            ticks
            | "To each group" >> beam.FlatMap(_to_each, self._groups)
            | "Poll" >> beam.ParDo(_Poll(*self._given)).with_outputs(*others, main=first)
        )
        return Responses(*(outputs[name] for name in Responses._fields))


def _to_each(tick: Tick, groups: int) -> Iterator[tuple[int, Tick]]:
    first = tick.at // tick.every  # each is the first in turn: the first one's pages may take long
    yield from (((first + group) % groups, tick) for group in range(groups))


_AHEAD = beam.DoFn.StateParam(ReadModifyWriteStateSpec("ahead", PickleCoder()))


class _Poll(beam.DoFn):
    def __init__(
        self, control: str, settings: Settings, behind: int, groups: int, stopped_at: int | None
    ) -> None:
        self._path = control
        self._settings = settings
        self._behind = behind
        self._groups = groups
        self._stopped_at = stopped_at

    def setup(self) -> None:
        self._control = ControlFile(self._path)

    def process(self, element: tuple[int, Tick], state: Any = _AHEAD) -> Iterator[Any]:
        group, tick = element
        control = self._control.now()
        if control.stop or is_over(tick) or tick.at - control.stored_until > self._behind:
            return
        before = state.read() or _Ahead()
        now = time.time_ns() // 1000 if self._stopped_at is None else self._stopped_at
        if now < before.rest:
            return
        ahead = _behind_forgotten(before, control, now)
        job = Job(
            "",
            now,
            feeds=tuple(self._due_feeds(group, control, ahead, now)),
            pages=tuple(islice(self._due_pages(group, control, ahead), _PAGES_A_TICK)),
            hosts=tuple({**{host.origin: host for host in control.hosts}, **ahead.hosts}.values()),
            settings=self._settings,
            budget=_BUDGET,
            asked=tuple(ahead.asked.items()),
            stopped_clock=self._stopped_at is not None,
        )
        if job.feeds or job.pages:
            with tempfile.TemporaryDirectory(prefix="newsbeam-") as folder:
                sidecars = fetch_all(job._replace(folder=folder))
                responses = [read_response(sidecar) for sidecar in sidecars]
                ahead.asked.update(last_asked(responses))
                ahead.pages.update(_row(each.page) for each in responses if each.page)
                if job.feeds and is_offline(responses):
                    ahead = before._replace(rest=now + _OFFLINE)
                else:
                    for sidecar in sidecars:
                        for record in records_of(sidecar):
                            _keep(ahead, record)
                            if isinstance(record, Article):
                                yield record
                            else:
                                yield pvalue.TaggedOutput(TAGS[type(record)], record)
        if ahead != before:
            state.write(ahead)

    def _due_feeds(self, group: int, control: Control, ahead: _Ahead, now: int) -> Iterator[Feed]:
        for stored in control.feeds:
            feed = ahead.feeds.get(stored.url, stored)
            if feed.next_at <= now and self._group(feed.fetch_url or feed.url) == group:
                yield feed._replace(outlet=stored.outlet, folder=stored.folder)

    def _due_pages(self, group: int, control: Control, ahead: _Ahead) -> Iterator[Page]:
        for page in control.pages:
            article, row = _row(page)
            if ahead.pages.get(article) != row and self._group(page.url) == group:
                yield page

    def _group(self, url: str) -> int:
        return _number(url) % self._groups


@lru_cache(50_000)
def _number(url: str) -> int:
    """The same for all addresses of a host."""
    try:
        return blake2b(parse_address(url).host.encode(), digest_size=4).digest()[0]
    except Failed:
        return 0


def _behind_forgotten(ahead: _Ahead, control: Control, now: int) -> _Ahead:
    """Without what the store has by now, or does not want any more."""
    stored = {feed.url: feed for feed in control.feeds}
    waiting = dict(map(_row, control.pages))
    hosts = {host.origin: host for host in control.hosts}
    return _Ahead(
        {
            url: feed
            for url, feed in ahead.feeds.items()
            if url in stored and (stored[url].polled_at or 0) < (feed.polled_at or 0)
        },
        {article: asked for article, asked in ahead.pages.items() if waiting.get(article) == asked},
        {
            origin: host
            for origin, host in ahead.hosts.items()
            if not (known := hosts.get(origin))
            or (known.robots_at or 0) < (host.robots_at or 0)
            or known.not_before < host.not_before
        },
        {host: at for host, at in ahead.asked.items() if at > now - _POLITE},
    )


def _row(page: Page) -> tuple[str, tuple[int, int, int]]:
    """What the queue says of an article until the outcome of asking for its page is stored."""
    return page.article_id, (page.queued_at, page.attempts, page.next_at)


def _keep(ahead: _Ahead, record: Any) -> None:
    if isinstance(record, Feed):
        ahead.feeds[record.url] = record
    elif isinstance(record, Host):
        known = ahead.hosts.get(record.origin, record)
        robots = record if record.robots_at else known
        ahead.hosts[record.origin] = Host(
            record.origin,
            robots.robots,
            robots.robots_at,
            max(known.not_before, record.not_before),
        )
