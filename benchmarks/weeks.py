"""Polls in simulated time, without a network: `python -m benchmarks.weeks [FEEDS [FEEDS]]`.

FEEDS feeds (500 unless told) for a week: how often they are asked, whether anybody is asked sooner
than allowed, and what is missed. Then FEEDS feeds (200 unless told) for a month: memory by day.
The feeds, their habits and their faults are those of tests/live/world.py.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

from tests.live.world import DAY, HOUR, LOOK, START, Lived, lived

WEEK, MONTH = 7, 30


def week(count: int) -> None:
    lives = lived(range(count), WEEK)
    pairs = [
        (one, following)
        for life in lives
        for one, following in zip(life.asked, life.asked[1:], strict=False)
    ]
    minutes = Counter((one.at - START) // LOOK for life in lives for one in life.asked)
    first = minutes.pop(0)
    missing = [life for life in lives if life.missed]
    late = [following.at - one.due for one, following in pairs]
    print(f"{count} feeds, {WEEK} days: {len(pairs) + count:,} requests")
    print(f"  sooner than allowed          {sum(b.at < a.allowed for a, b in pairs)}")
    print(f"  later than due, at most      {max(late) / 1e6:.0f} s, of a look every 60")
    print(f"  hours between two, at most   {max(b.at - a.at for a, b in pairs) / HOUR:.1f}")
    print(f"  in the first minute          {first}")
    print(f"  in any later one, at most    {max(minutes.values())}, {_where(minutes)}")
    print(f"  feeds that missed entries    {len(missing)}, unnoticed {len(_unnoticed(missing))}")
    for life in _unnoticed(missing):
        print(f"    {life.site.url}: {life.missed} of {life.site.per_day} a day")


def _unnoticed(lives: list[Lived]) -> list[Lived]:
    return [life for life in lives if not life.feed.gaps]


def _where(minutes: Counter[int]) -> str:
    mean = sum(minutes.values()) / (WEEK * DAY / LOOK)
    [(minute, _)] = minutes.most_common(1)
    return f"{minute / 60:.1f} h after the first; {mean:.1f} on average"


def month(count: int) -> None:
    print(f"{count} feeds, {MONTH} days")

    def told(day: int) -> None:
        if day % 5 == 0:
            print(f"  day {day:>2}: {_resident() / 2**20:.1f} MiB resident", flush=True)

    lived(range(count), MONTH + 1 / 24, kept=False, each_day=told)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    counts = list(map(int, sys.argv[1:])) + [500, 200][len(sys.argv) - 1 :]
    began = time.process_time()
    week(counts[0])
    month(counts[1])
    print(f"{time.process_time() - began:.0f} s of computing")
