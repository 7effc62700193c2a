"""Days of polls in simulated time: what is asked how often, and whether anything is missed."""

from __future__ import annotations

from collections import Counter
from functools import cache

from live.poll import poll
from live.response import Response
from records import Article, Feed
from tests.live.contents import HOUR, START, rss

DAYS = 8
DAY = 24 * HOUR
HELD = 8  # entries in a body
PER_DAY = (0.2, 0.5, 1, 2, 4, 8, 16, 32, 60)  # one feed each


@cache
def lived() -> dict[float, tuple[Feed, list[int], list[int], int]]:
    """By rate: the feed at the end, when it was asked, its intervals, and which entries it gave."""
    found = {}
    for per_day in PER_DAY:
        feed, at, asked, planned, met = Feed(f"https://{per_day}.example/"), START, [], [], set()
        while at < START + DAYS * DAY:
            newest = int((at - START) / DAY * per_day)
            numbers = [number * 24 / per_day for number in range(newest, newest - HELD, -1)]
            same = feed.etag == str(newest)
            response = Response(
                "feed",
                feed.url,
                feed.url,
                at,
                final_url=feed.url,
                requests=1,
                status=304 if same else 200,
                headers={"etag": str(newest)},
                conditional=feed.etag is not None,
            )
            polled = poll(feed, response, None if same else rss(*numbers), at)
            met |= {item.article_id for item in polled.items if isinstance(item, Article)}
            feed = polled.feed
            asked.append(at)
            planned.append(round(feed.interval * 1e6))
            at = feed.next_at
        found[per_day] = feed, asked, planned, len(met)
    return found


def test_nothing_that_came_regularly_was_missed() -> None:
    for per_day, (feed, asked, _, met) in lived().items():
        assert met == HELD + int((asked[-1] - START) / DAY * per_day)
        assert feed.gaps == 0


def test_about_one_new_entry_a_poll() -> None:
    for per_day, (_, asked, _, _) in lived().items():
        expected = min(max(per_day, 1), 144) * DAYS
        assert 0.75 * expected <= len(asked) <= 1.4 * expected + 5


def test_every_wait_is_between_ten_minutes_and_a_day() -> None:
    for _, asked, _, _ in lived().values():
        waits = [later - sooner for sooner, later in zip(asked, asked[1:], strict=False)]
        assert HOUR // 6 <= min(waits) <= max(waits) <= DAY


def test_waits_are_spread_about_the_interval_and_do_not_drift_from_it() -> None:
    for per_day in (8, 16, 32, 60):
        _, asked, planned, _ = lived()[per_day]
        waited = asked[-1] - asked[0]
        assert abs(waited / sum(planned[:-1]) - 1) < 0.02


def test_the_rate_is_what_it_was() -> None:
    for per_day, (feed, _, _, _) in lived().items():
        assert feed.entries_per_day is not None
        assert 0.7 <= feed.entries_per_day / per_day <= 1.45


def test_feeds_subscribed_to_at_once_part() -> None:
    hours: Counter[int] = Counter()
    for number in range(200):
        at = START
        feed = Feed(f"https://{number}.example/", next_at=at)
        for _ in range(12):
            response = Response("feed", feed.url, feed.url, at, feed.url, requests=1, status=500)
            feed = poll(feed, response, None, at).feed
            at = feed.next_at
        hours[(at // HOUR) % 24] += 1
    assert max(hours.values()) < 60
