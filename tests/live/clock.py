"""A clock that does not wait, and a network that tells it when nothing is under way."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from live.addresses import Address
from live.job import Settings
from live.names import Lookup, system_lookup
from live.network import Answer, Limits, Network
from live.politeness import Clock
from live.sockets import Meter

_SETTLED = 50  # turns of the event loop in which nobody did anything


class Simulated(Clock):
    """Time passes only when everyone waits for it: to whoever waits for the earliest moment."""

    START = 1_000.0

    def __init__(self) -> None:
        self.time = self.START
        self._busy = 0
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._activity = 0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleeping, (self.time + seconds, next(self._numbers), woken))
        self._stirred()
        await woken

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While something real is under way, no time passes."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._stirred()

    def _stirred(self) -> None:
        self._activity += 1
        self._settle(self._activity, _SETTLED)

    def _settle(self, activity: int, turns: int) -> None:
        if self._busy or activity != self._activity or not self._sleeping:
            return
        if turns:
            asyncio.get_running_loop().call_soon(self._settle, activity, turns - 1)
            return
        self.time, _, woken = heapq.heappop(self._sleeping)
        woken.set_result(None)
        self._stirred()


class Watched(Network):
    """The network as it is, and the clock told about it."""

    def __init__(
        self, clock: Simulated, settings: Settings, lookup: Lookup = system_lookup
    ) -> None:
        super().__init__(settings, lookup)
        self._clock = clock

    async def resolve(self, address: Address) -> list[str]:
        with self._clock.busy():
            return await super().resolve(address)

    async def ask(
        self, address: Address, headers: list[tuple[bytes, bytes]], limits: Limits, meter: Meter
    ) -> Answer:
        with self._clock.busy():
            return await super().ask(address, headers, limits, meter)
