from __future__ import annotations

import math

import pytest

from live import schedule

HOUR = 3_600_000_000
DAY = 24 * HOUR
NOW = 1_800_000_000_000_000


@pytest.mark.parametrize(
    ("rule", "per_day", "entries", "ttl", "fresh", "missed", "hours"),
    [
        ("one new entry a poll", 12.0, 20, 0, 0, False, 2),
        (
            "a body of two is asked for four times while it scrolls out",
            6,
            2,
            0,
            0,
            False,
            2,
        ),
        ("an empty body counts as one entry", 1, 0, 0, 0, False, 6),
        ("never more often than every 10 minutes", 1_000, 50, 0, 0, False, 1 / 6),
        ("never less often than once a day", 0.01, 20, 0, 0, False, 24),
        ("nothing new at all is once a day", 0.0, 20, 0, 0, False, 24),
        ("the feed's own text is heard", 100, 20, 7_200, 0, False, 2),
        ("the server is heard", 100, 20, 0, 10_800, False, 3),
        ("the longer of both is heard", 100, 20, 7_200, 10_800, False, 3),
        ("nobody is heard beyond a day", 100, 20, 9e9, 9e9, False, 24),
        ("nobody makes it more often", 12, 20, 60, 60, False, 2),
        ("after a gap twice as often", 12, 20, 0, 0, True, 1),
        ("after a gap what is asked for is heard all the same", 12, 20, 7_200, 0, True, 2),
    ],
)
def test_the_pace(
    rule: str,
    per_day: float,
    entries: int,
    ttl: float,
    fresh: float,
    missed: bool,
    hours: float,
) -> None:
    found = schedule.pace(per_day, entries, ttl, fresh, missed)
    assert math.isclose(found.interval, hours * 3_600)
    assert found.floor <= found.interval


def test_requests_are_spread_by_a_tenth_and_never_beyond_the_bounds() -> None:
    for interval, floor, least, most in (
        (7_200, 600, 6_480, 7_920),
        (600, 600, 600, 660),
        (86_400, 600, 77_760, 86_400),
        (7_200, 7_200, 7_200, 7_920),
        (86_400, 86_400, 86_400, 86_400),
    ):
        waits = [
            (schedule.spread(f"https://a.example/{n}", NOW, interval, floor) - NOW) / 1e6
            for n in range(500)
        ]
        assert least <= min(waits) <= max(waits) <= most
        assert max(waits) - min(waits) >= (most - least) * 0.9


def test_the_same_feed_at_the_same_time_gets_the_same_turn() -> None:
    assert schedule.spread("a", NOW, 7_200, 600) == schedule.spread("a", NOW, 7_200, 600)
    assert schedule.spread("a", NOW, 7_200, 600) != schedule.spread("b", NOW, 7_200, 600)
    assert schedule.spread("a", NOW, 7_200, 600) != schedule.spread("a", NOW + 1, 7_200, 600) - 1


def test_failures_wait_for_1_2_4_8_intervals_and_a_day_at_most() -> None:
    waits = [schedule.after_failure(7_200, failures) / 3_600 for failures in range(1, 8)]
    assert waits == [2, 4, 8, 16, 24, 24, 24]
    assert schedule.after_failure(0, 1) == 3_600  # a feed that never answered


def hours_ago(*hours: float) -> list[int]:
    return [NOW - round(each * HOUR) for each in hours]


@pytest.mark.parametrize(
    ("rule", "dates", "entries", "rate"),
    [
        ("what a body covers", hours_ago(*range(1, 25)), 24, 24.0),
        ("a week, where the body goes beyond it", hours_ago(*range(0, 24 * 30, 12)), 60, 15 / 7),
        ("ten entries, where the week has fewer", hours_ago(*(24 * 3 * n for n in range(20))), 20,
         10 / 27),
        ("few entries, what they cover", hours_ago(0, 48), 2, 1.0),
        ("no dates: the body is a day's", [], 20, 20.0),
        ("equal dates: the body is a day's", hours_ago(*[3] * 20), 20, 20.0),
        ("few of many dated: the body is a day's", hours_ago(3, 4), 20, 20.0),
        ("an empty body: one a day", [], 0, 1.0),
        ("dates to come are left out", [*hours_ago(0, 48), NOW + DAY], 3, 1.0),
        ("a burst is at least an hour's", [NOW - 9, NOW - 5, NOW], 3, 72.0),
    ],
)  # fmt: skip
def test_the_first_rate(rule: str, dates: list[int], entries: int, rate: float) -> None:
    assert schedule.first_rate(dates, entries, NOW) == pytest.approx(rate)


def test_the_rate_follows_a_change_within_a_week_whatever_the_polls() -> None:
    for polls_a_day in (1, 4, 48):
        rate = 24.0
        for _ in range(7 * polls_a_day):
            rate = schedule.smoothed(rate, 0, 86_400 / polls_a_day)
        assert rate == pytest.approx(24 / math.e)
    assert schedule.smoothed(5.0, 10, 2 * 86_400) == pytest.approx(5.0)  # ten in two days


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'Public, Max-Age="600" , must-revalidate'}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "expires": "Fri, 15 Jan 2027 09:00:00 GMT"}, 600),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "max-age=never"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=" + "9" * 5_000}, 0),
        ({"expires": "0", "date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 0),
        ({"expires": "Fri, 15 Jan 2027 09:00:00 GMT"}, 0),
        (
            {"expires": "Fri, 15 Jan 2010 09:00:00 GMT", "date": "Fri, 15 Jan 2010 08:00:00 GMT"},
            3_600,  # by the server's clock, seventeen years behind
        ),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 0),
    ],
)
def test_how_long_an_answer_stays_good(headers: dict[str, str], seconds: float) -> None:
    assert schedule.freshness(headers) == seconds


@pytest.mark.parametrize(
    ("retry_at", "least", "most"),
    [
        (None, NOW + HOUR, NOW + HOUR),
        (NOW - HOUR, NOW + HOUR, NOW + HOUR),
        (NOW + HOUR // 2, NOW + HOUR, NOW + HOUR),
        (NOW + 5 * HOUR, NOW + 5 * HOUR, NOW + round(5.5 * HOUR)),
        (NOW + 365 * DAY, NOW + 7 * DAY, NOW + 7 * DAY + HOUR),
    ],
)
def test_retry_after_puts_off_but_never_forward(
    retry_at: int | None, least: int, most: int
) -> None:
    assert least <= schedule.no_sooner("a", NOW, NOW + HOUR, retry_at) <= most
