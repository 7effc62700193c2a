"""A polite round over the network: everything that a job names is asked once, host by host."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from live.addresses import (
    Address,
    Allowed,
    parse_address,
    parse_allowed,
    secured,
    without_credentials,
)
from live.client import UNAVAILABLE, Client, Request, wants_peace
from live.failure import Failed
from live.job import Job as Job
from live.job import Settings as Settings
from live.network import Network
from live.politeness import CONNECTIONS, Clock, OutOfTime, Politeness
from live.response import Response, read_response, sidecar_of, write_response
from live.robots import FRESH, Rules, read_rules, robots_text
from records import Feed, Host, Page
from sources.reasons import printable


def fetch_all(job: Job, clock: Clock | None = None, network: Network | None = None) -> list[str]:
    """Ask for everything in a job; returns the sidecars of all responses, robots.txt included.

    What the folder already has is not asked for again. What was not begun when the budget was
    spent has no response. A wrong setting is a ValueError; whatever servers do is a response
    with an `error`. Runs an event loop of its own, in whatever thread it is called.
    """
    allowed = parse_allowed(job.settings.allow_private)
    return asyncio.run(_Round(job, allowed, clock or Clock(), network).run())


def last_asked(responses: Iterable[Response]) -> dict[str, int]:
    """Which hosts these responses asked, and when at the latest: for the next job's `asked`."""
    asked: dict[str, int] = {}
    for response in responses:
        if response.requests:
            ended = response.at + round(response.seconds * 1e6)
            for url in (response.asked, *(to for _, to in response.hops)):
                host = parse_address(url).host
                asked[host] = max(ended, asked.get(host, 0))
    return asked


class _Round:
    """One job at work."""

    def __init__(self, job: Job, allowed: Allowed, clock: Clock, network: Network | None) -> None:
        self._job = job
        self._folder = Path(job.folder)
        self._clock = clock
        self._network = network or Network(job.settings)
        self._start = clock.now()
        deadline = None if job.budget is None else self._start + job.budget
        settings = job.settings
        self._politeness = Politeness(clock, settings.host_gap, settings.concurrency, deadline)
        self._client = Client(
            settings, allowed, self._network, self._politeness, clock, self._time_of
        )
        self._hosts = {host.origin: host for host in job.hosts}
        self._robots: dict[str, asyncio.Future[Rules | None]] = {}
        self._sidecars: dict[Path, None] = {}  # in order

    def _time_of(self, moment: float) -> int:
        passed = 0.0 if self._job.stopped_clock else moment - self._start
        return self._job.now + round(passed * 1e6)

    async def run(self) -> list[str]:
        self._folder.mkdir(parents=True, exist_ok=True)
        queues = self._queues()
        self._remember()
        try:
            async with asyncio.TaskGroup() as tasks:
                for host, queue in queues.items():
                    for _ in range(min(len(queue), CONNECTIONS)):
                        tasks.create_task(self._work(host, queue))
        finally:
            await self._network.aclose()
        return [str(path) for path in self._sidecars]

    def _queues(self) -> dict[str, deque[Request]]:
        """What there is to do, by host, feeds first; what is no address is answered at once.

        What is named twice is asked for once: a response has one name.
        """
        queues: dict[str, deque[Request]] = {}
        named: set[Path] = set()
        items: list[Feed | Page] = [*self._job.feeds, *self._job.pages]
        for item in items:
            kind = "feed" if isinstance(item, Feed) else "page"
            sidecar = sidecar_of(self._folder, kind, item.url)
            if sidecar in named:
                continue
            named.add(sidecar)
            if sidecar.exists():
                self._sidecars[sidecar] = None
                continue
            try:
                request = _request(item)
            except Failed as failed:
                self._keep(_unasked(item, self._job.now, failed), None)
            else:
                queues.setdefault(request.address.host, deque()).append(request)
        return queues

    def _remember(self) -> None:
        """Who was asked when, and who wants peace: from earlier jobs, and from an earlier try."""
        before = [read_response(path) for path in self._sidecars]
        for host, at in (*self._job.asked, *last_asked(before).items()):
            self._politeness.asked(host, self._start + (at - self._job.now) / 1e6)
        waiting: list[tuple[str, int | None]] = [
            (host.origin, host.not_before)
            for host in self._job.hosts
            if host.not_before > self._job.now
        ]
        waiting += [
            (each.final_url, each.retry_at)
            for each in before
            if each.final_url and wants_peace(each.status, each.retry_at)
        ]
        for each in before:
            if each.final_url and each.status == UNAVAILABLE and each.retry_at is None:
                host = parse_address(each.final_url).host
                if self._politeness.is_strained(host):
                    waiting.append((each.final_url, None))
        for url, until in waiting:
            host = parse_address(url).host
            self._politeness.close(host, f"{host} asked to be left alone", until)

    async def _work(self, host: str, queue: deque[Request]) -> None:
        """Ask one host for one thing after the other."""
        async with self._network.using(host):
            while queue:
                request = queue.popleft()
                permit = partial(self._permit, request.typed) if request.kind == "page" else None
                try:
                    self._keep(*await self._client.fetch(request, permit))
                except OutOfTime:
                    continue

    async def _permit(self, typed: Address | None, address: Address) -> None:
        """Failed where robots.txt keeps an address from being asked."""
        found = self._robots.get(address.origin)
        if found is None:
            found = asyncio.ensure_future(self._rules(address.origin, typed))
            self._robots[address.origin] = found
        rules = await found
        if rules is None:
            raise Failed("robots_unread", f"{address.origin}/robots.txt could not be read")
        if not rules.allow(address):
            raise Failed("robots", f"{address.origin}/robots.txt asks not to fetch it")

    async def _rules(self, origin: str, typed: Address | None) -> Rules | None:
        """The rules of an origin: what is known of it, where that is fresh, else asked for."""
        known = self._hosts.get(origin)
        text = known.robots if known else None
        if not _is_fresh(known, self._job.now):
            sidecar = sidecar_of(self._folder, "robots", origin)
            if sidecar.exists():
                self._sidecars[sidecar] = None
                response = read_response(sidecar)
                body = Path(response.body).read_bytes() if response.body else None
            else:
                address = parse_address(origin + "/robots.txt")
                response, body = await self._client.fetch(Request("robots", origin, address, typed))
                if response.error == "host_waiting":
                    raise Failed("host_waiting", response.detail or "")
                self._keep(response, body)
            asked = robots_text(response, body)
            text = text if asked is None else asked
        if text is None:
            return None
        rules = read_rules(text)
        if rules.delay:
            self._politeness.slow_down(parse_address(origin).host, rules.delay)
        return rules

    def _keep(self, response: Response, body: bytes | None) -> None:
        self._sidecars[write_response(self._folder, response, body)] = None


def _is_fresh(host: Host | None, now: int) -> bool:
    return host is not None and host.robots is not None and now - (host.robots_at or 0) <= FRESH


def _request(item: Feed | Page) -> Request:
    """What to ask for a feed or a page; Failed where it has no address that could be asked."""
    if isinstance(item, Page):
        try:
            typed = parse_address(item.feed or "")
        except Failed:
            typed = None  # listed by something else than a feed on the network
        return Request("page", item.url, parse_address(item.url), typed, page=item)
    subscribed = parse_address(item.url)
    if item.fetch_url is None:
        return Request("feed", item.url, subscribed, subscribed, feed=item)
    moved = parse_address(item.fetch_url)._replace(credentials=None)
    if moved.origin == subscribed.origin or secured(subscribed, moved):
        moved = moved._replace(credentials=subscribed.credentials)
    return Request("feed", item.url, moved, subscribed, feed=item)


def _unasked(item: Feed | Page, now: int, failed: Failed) -> Response:
    response = Response(
        kind="feed" if isinstance(item, Feed) else "page",
        url=item.url,
        asked=without_credentials(item.url),
        at=now,
        error=failed.reason,
        detail=printable(failed.detail),
    )
    if isinstance(item, Feed):
        return response._replace(feed=item)
    return response._replace(page=item)
