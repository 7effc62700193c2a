"""Turns, on a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from live.failure import Failed
from live.politeness import OutOfTime, Politeness
from tests.live.clock import Simulated


async def take(politeness: Politeness, clock: Simulated, host: str, times: int) -> list[float]:
    """When so many turns of a host began, asked for all at once."""

    async def one() -> float:
        async with politeness.turn(host):
            return clock.now()

    return await asyncio.gather(*(one() for _ in range(times)))


def begun(
    prepare: Callable[[Politeness], object], times: int = 3, **settings: float
) -> list[float]:
    """Seconds after the start at which turns of "a" begin."""
    clock = Simulated()
    start = clock.now()
    deadline = start + settings["budget"] if "budget" in settings else None
    politeness = Politeness(clock, settings.get("gap", 1.0), 64, deadline)
    prepare(politeness)
    return [at - start for at in asyncio.run(take(politeness, clock, "a", times))]


def test_requests_to_a_host_begin_a_gap_apart() -> None:
    assert begun(lambda _: None) == [0.0, 1.0, 2.0]
    assert begun(lambda _: None, gap=0.0) == [0.0, 0.0, 0.0]


def test_the_gap_holds_over_jobs() -> None:
    assert begun(lambda politeness: politeness.asked("a", 999.75)) == [0.75, 1.75, 2.75]
    assert begun(lambda politeness: politeness.asked("a", 900.0)) == [0.0, 1.0, 2.0]


def test_a_host_may_ask_for_a_longer_gap_but_for_no_shorter_and_no_endless_one() -> None:
    assert begun(lambda politeness: politeness.slow_down("a", 5)) == [0.0, 5.0, 10.0]
    assert begun(lambda politeness: politeness.slow_down("a", 0.1)) == [0.0, 1.0, 2.0]
    assert begun(lambda politeness: politeness.slow_down("a", 1e9)) == [0.0, 30.0, 60.0]
    assert begun(lambda politeness: politeness.slow_down("a", float("nan"))) == [0.0, 1.0, 2.0]


def test_hosts_do_not_wait_for_each_other() -> None:
    clock = Simulated()
    politeness = Politeness(clock, 1.0, 64)

    async def both() -> list[list[float]]:
        return [await take(politeness, clock, host, 1) for host in "ab"]

    assert asyncio.run(both()) == [[1_000.0], [1_000.0]]


def test_a_turn_that_would_begin_after_the_budget_does_not_wait_for_it() -> None:
    clock = Simulated()
    politeness = Politeness(clock, 10.0, 64, clock.now() + 5)

    async def two() -> None:
        await take(politeness, clock, "a", 2)

    with pytest.raises(OutOfTime):
        asyncio.run(two())
    assert clock.now() == 1_000.0


def test_a_closed_host_is_not_asked_and_tells_why_and_until_when() -> None:
    clock = Simulated()
    politeness = Politeness(clock, 1.0, 64)
    politeness.close("a", "a answered 429", 17)
    politeness.close("a", "a answered 503", None)
    with pytest.raises(Failed, match="a answered 503") as failed:
        asyncio.run(take(politeness, clock, "a", 1))
    assert failed.value.reason == "host_waiting"
    assert politeness.retry_at("a") == 17
    assert politeness.retry_at("b") is None


def test_a_host_that_closes_while_others_wait_for_it_is_not_asked_by_them() -> None:
    clock = Simulated()
    politeness = Politeness(clock, 1.0, 64)

    async def closing() -> list[object]:
        async def first() -> None:
            async with politeness.turn("a"):
                politeness.close("a", "enough", None)

        others = (take(politeness, clock, "a", 1) for _ in range(3))
        return await asyncio.gather(first(), *others, return_exceptions=True)

    told = [str(each) for each in asyncio.run(closing())]
    assert told == ["None", "enough", "enough", "enough"]


def test_no_more_than_two_at_a_time_to_a_host_and_no_more_than_allowed_to_all() -> None:
    most: dict[str, int] = {}

    async def crowd(concurrency: int) -> None:
        politeness = Politeness(Simulated(), 0.0, concurrency)
        now = {"a": 0, "b": 0, "all": 0}

        async def one(host: str) -> None:
            async with politeness.turn(host):
                for name in (host, "all"):
                    now[name] += 1
                    most[name] = max(most.get(name, 0), now[name])
                for _ in range(5):
                    await asyncio.sleep(0)
                for name in (host, "all"):
                    now[name] -= 1

        await asyncio.gather(*(one(host) for host in "ab" * 10))

    asyncio.run(crowd(64))
    assert most == {"a": 2, "b": 2, "all": 4}
    most.clear()
    asyncio.run(crowd(3))
    assert most == {"a": 2, "b": 2, "all": 3}
