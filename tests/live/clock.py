"""A clock that does not wait."""

from __future__ import annotations

import asyncio

from live.politeness import Clock


class Simulated(Clock):
    """Time passes when someone waits for it, and then at once."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)
