"""Days of many feeds with habits and faults, under one poller that looks every minute.

`python -m benchmarks.weeks` holds 500 feeds for a week to the same.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from tests.live.contents import HOUR, START
from tests.live.world import DAY, LOOK, Lived, lived

DAYS = 3
FEEDS = range(0, 100, 4)
RETRY = 30 * HOUR  # the longest that a server of this world asks for


@cache
def lives() -> list[Lived]:
    return lived(FEEDS, DAYS)


def test_nobody_is_asked_sooner_than_publisher_and_server_allow() -> None:
    for life in lives():
        for one, following in zip(life.asked, life.asked[1:], strict=False):
            assert following.at >= one.allowed


def test_everybody_is_asked_within_a_minute_of_when_it_is_due() -> None:
    for life in lives():
        for one, following in zip(life.asked, life.asked[1:], strict=False):
            assert one.due <= following.at < one.due + LOOK
            assert following.at - one.at <= max(DAY, RETRY * 1.1) + LOOK


def test_a_feed_that_fails_is_tried_for_as_long_as_it_fails_and_later_each_time() -> None:
    [dead] = lived([49], 14)
    assert [one.failures for one in dead.asked] == list(range(1, len(dead.asked) + 1))
    waits = [(one.due - one.at) / HOUR for one in dead.asked]
    for wait, usual in zip(waits, (1, 2, 4, 8, 16), strict=False):
        assert 0.9 * usual <= wait <= 1.1 * usual
    assert all(21.6 <= wait <= 24 for wait in waits[5:])
    assert len(waits) >= 5 + 12


def test_what_was_missed_was_noticed() -> None:
    for life in lives():
        assert (life.missed > 0) <= (life.feed.gaps > 0)


def test_nothing_is_missed_but_where_publisher_or_server_ask_for_too_much() -> None:
    for life in lives():
        site = life.site
        hours = max(site.wish, RETRY * site.limits) / HOUR
        if site.per_day * hours / 24 < site.held / 4 and not site.faulty:
            assert life.missed == 0


def test_requests_part_though_all_feeds_were_subscribed_to_at_once() -> None:
    free = [life for life in lives() if life.site.wish < DAY]  # a day leaves no room to part in
    minutes = Counter((one.at - START) // LOOK for life in free for one in life.asked)
    assert minutes.pop(0) == len(free)
    assert max(minutes.values()) <= 4


def test_a_poller_that_slept_for_a_night_asks_everybody_once() -> None:
    for life in lived(FEEDS[:12], 1, asleep=(6, 14)):
        asked = [(one.at - START) / HOUR for one in life.asked]
        assert not [at for at in asked if 6 <= at < 14]
        assert sum(14 <= at < 14 + 1 / 6 for at in asked) <= 1
