"""A world of feeds in simulated time: publishers with habits, servers with faults, and a poller.

Everything in it is a function of a number and the time, so that a world is the same every time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from email.utils import formatdate
from hashlib import blake2b
from typing import NamedTuple

from live.poll import poll
from live.response import Response
from records import Article, Feed
from tests.live.contents import HOUR, START, rss

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * HOUR
LOOK = MINUTE  # how often a watch looks for what is due


def chance(*what: object) -> float:
    """A number from 0 to 1 that looks random."""
    digest = blake2b(repr(what).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2**64


class Asked(NamedTuple):
    """One request, and from when on the next one is allowed by what was answered to it."""

    at: int
    allowed: int  # the server's and the publisher's wishes, and ten minutes
    due: int  # what the poller decided
    failures: int  # in a row


class Site:
    """One feed and the server behind it.

    It publishes at its own rate, day and night or by day alone, some in bursts; `held` entries
    are in its body. Every habit and fault is some sites' own.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.url = f"https://{number}.example/feed"
        self.per_day = (0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 140)[number % 10]
        self.held = (10, 15, 20, 30, 50)[number // 10 % 5]
        self.by_day = number % 3 == 0  # silent from midnight to eight
        self.validates = number % 4 != 0
        self.ttl = (0, 0, 0, 0, 30, 60, 180, 0, 1_440, 10_080)[number // 7 % 10]  # minutes
        self.fresh = (0, 0, 0, 300, 0, 3_600, 0, 43_200, 0, 31_536_000)[number // 3 % 10]
        self.faulty = number % 5 == 0  # fails now and then, for hours
        self.limits = number % 11 == 0  # says 429 on some days
        self.dead = number % 50 == 49  # answers nothing at all

    @property
    def wish(self) -> int:
        """How long after a good answer the publisher and the server ask for, heard up to a day."""
        return min(max(self.ttl * MINUTE, self.fresh * SECOND), DAY)

    def newest(self, at: int) -> int:
        """How many entries were published by then."""
        hours = (at - START) / HOUR
        if self.by_day:
            days, hour = divmod(hours, 24)
            hours = days * 24 + max(hour - 8, 0) * 1.5
        return int(hours / 24 * self.per_day)

    def answer(self, feed: Feed, at: int) -> tuple[Response, bytes | None]:
        base = Response(
            "feed", self.url, self.url, at, self.url, requests=1, conditional=feed.etag is not None
        )
        if self.dead:
            return base._replace(error="timeout", detail="no answer"), None
        if self.faulty and chance(self.number, at // (6 * HOUR)) < 0.1:
            return base._replace(status=503, error="http_error", detail="503"), None
        if self.limits and chance(self.number, at // DAY) < 0.3:
            wait = int(HOUR * (1 + 30 * chance(self.number, at)))
            limited = base._replace(status=429, error="rate_limited", detail="429")
            return limited._replace(retry_at=at + wait), None
        newest = self.newest(at)
        headers = {"date": formatdate(at / 1e6, usegmt=True)}
        if self.fresh:
            headers["cache-control"] = f"max-age={self.fresh}"
        if self.validates:
            headers["etag"] = f'"{newest}"'
            if feed.etag == headers["etag"]:
                return base._replace(status=304, headers=headers), None
        head = f"<ttl>{self.ttl}</ttl>" if self.ttl else ""
        dates = (number * 24 / self.per_day for number in range(newest, newest - self.held, -1))
        body = rss(*dates, head=head, name=f"{self.number}-", date=self.number % 6 != 0)
        return base._replace(status=200, headers=headers), body

    def allowed(self, response: Response, at: int) -> int:
        """When the next request may come: what was asked for, up to what is heard of it."""
        if response.retry_at is not None:
            return max(response.retry_at, at + 10 * MINUTE)
        if response.error is not None:
            return at + 10 * MINUTE
        return at + max(10 * MINUTE, self.wish)


class Lived:
    """What one site and its poller went through."""

    def __init__(self, number: int) -> None:
        self.site = Site(number)
        self.feed = Feed(self.site.url, next_at=START, added_at=START)
        self.asked: list[Asked] = []
        self.answered: list[int] = []  # first and last
        self._met: set[str] = set()

    def poll(self, at: int, kept: bool) -> int:
        """One request; when the next one is due. What came of it is forgotten unless `kept`."""
        response, body = self.site.answer(self.feed, at)
        polled = poll(self.feed, response, body, at)
        self.feed = feed = polled.feed
        if kept:
            allowed = self.site.allowed(response, at)
            self.asked.append(Asked(at, allowed, feed.next_at, feed.failures))
            self._met |= {item.article_id for item in polled.items if isinstance(item, Article)}
            if response.error is None:
                self.answered = [*self.answered[:1], at]
        return feed.next_at

    @property
    def missed(self) -> int:
        """Entries that were published, from the first answer's to the last one's, and not met."""
        if not self.answered:
            return 0
        first, last = (self.site.newest(at) for at in (self.answered[0], self.answered[-1]))
        return last - first + self.site.held - len(self._met)


def lived(
    numbers: Iterable[int],
    days: float,
    asleep: tuple[float, float] = (0, 0),
    kept: bool = True,
    each_day: Callable[[int], None] = lambda day: None,
) -> list[Lived]:
    """These sites' lives, all at once, under one poller that looks every minute.

    It looks at nothing from the first to the second hour of `asleep`.
    """
    lives = [Lived(number) for number in numbers]
    waiting = [(START, place) for place in range(len(lives))]
    off, on = (START + round(hour * HOUR) for hour in asleep)
    today = 0
    while waiting and waiting[0][0] < START + days * DAY:
        at, place = heapq.heappop(waiting)
        if off <= at < on:
            heapq.heappush(waiting, (on, place))
            continue
        if (at - START) // DAY > today:
            today = (at - START) // DAY
            each_day(today)
        due = lives[place].poll(at, kept)
        if lives[place].feed.status == "active":
            looked = START - (START - due) // LOOK * LOOK
            heapq.heappush(waiting, (max(looked, at + LOOK), place))
    return lives
