"""Turns: at most two requests to a host at a time, a gap between them, and none once it asks for
peace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from live.failure import Failed

CONNECTIONS = 2  # to one host at a time, as RFC 2616 had it and feed readers still do
LONGEST_GAP = 30.0  # seconds; a longer Crawl-delay is cut to this


class OutOfTime(Exception):
    """The round's budget is spent: what was not begun is left for the next."""


class Clock:
    """Seconds that only grow, and waiting for them to pass; tests bring one that does not wait."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Host:
    """What is remembered of a host during a job."""

    def __init__(self, gap: float) -> None:
        self.connections = asyncio.Semaphore(CONNECTIONS)
        self.door = asyncio.Lock()  # waited at in the order of coming
        self.gap = gap
        self.asked_at: float | None = None
        self.closed: str | None = None  # why nothing more is asked of it
        self.strained = False  # whether it said once that it cannot serve now
        self.retry_at: int | None = None  # microseconds since 1970


class Politeness:
    """The turns of one job. Hosts are names or addresses in lower case, without a port.

    Two starts of requests to one host are at least `gap` seconds apart on `clock`, whoever
    asks, redirects and robots.txt included; no turn begins after `deadline`.
    """

    def __init__(
        self, clock: Clock, gap: float, concurrency: int, deadline: float | None = None
    ) -> None:
        self._clock = clock
        self._gap = gap
        self._deadline = float("inf") if deadline is None else deadline
        self._slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _Host] = {}

    def _host(self, host: str) -> _Host:
        found = self._hosts.get(host)
        if found is None:
            found = self._hosts[host] = _Host(self._gap)
        return found

    def asked(self, host: str, at: float) -> None:
        """`host` was asked at this time of the clock, before this job."""
        known = self._host(host)
        known.asked_at = at if known.asked_at is None else max(at, known.asked_at)

    def slow_down(self, host: str, gap: float) -> None:
        """`host` states a gap of its own (Crawl-delay)."""
        known = self._host(host)
        known.gap = max(known.gap, min(gap, LONGEST_GAP))

    def close(self, host: str, why: str, retry_at: int | None) -> None:
        """`host` wants to be left alone: nothing more is begun."""
        known = self._host(host)
        known.closed = why
        known.retry_at = max(filter(None, (known.retry_at, retry_at)), default=None)

    def is_strained(self, host: str) -> bool:
        """Notes that `host` cannot serve now; whether it said so before in this job."""
        known = self._host(host)
        before, known.strained = known.strained, True
        return before

    def retry_at(self, host: str) -> int | None:
        """When a closed host may be asked again, where it said so."""
        return self._host(host).retry_at

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """The right to make one request to `host`, when it is due.

        Raises OutOfTime, and Failed (host_waiting) where the host is closed.
        """
        known = self._host(host)
        async with known.connections:
            async with known.door:
                await self._due(known)
                await self._slots.acquire()
                known.asked_at = self._clock.now()
            try:
                self._begin(known, known.asked_at)
                yield
            finally:
                self._slots.release()

    async def _due(self, host: _Host) -> None:
        while True:
            now = self._clock.now()
            due = now if host.asked_at is None else host.asked_at + host.gap
            self._begin(host, max(now, due))
            if due <= now:
                return
            await self._clock.sleep(due - now)

    def _begin(self, host: _Host, at: float) -> None:
        if host.closed is not None:
            raise Failed("host_waiting", host.closed)
        if at > self._deadline:
            raise OutOfTime
