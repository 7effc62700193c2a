from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sources.dates import parse_date

STATED = {
    "2020-08-14": ("2020-08-14T00:00:00", "day"),
    "2020-08-14T10:00:00Z": ("2020-08-14T10:00:00", "second"),
    "2020-08-14 10:00:00+02:00": ("2020-08-14T08:00:00", "second"),
    "26-FEB-1987 15:01:01.79": ("1987-02-26T15:01:01.790000", "second"),
    "Fri, 14 Aug 2020 10:00:00 EST": ("2020-08-14T15:00:00", "second"),
    "Seg, 24 Set 2018 19:42:40 -0300": ("2018-09-24T22:42:40", "second"),
    "Aug 14, 2020 5:00 PM": ("2020-08-14T17:00:00", "second"),
    "14.08.2020": ("2020-08-14T00:00:00", "day"),
    "1597400000": ("2020-08-14T10:13:20", "second"),
    "1970-01-01": ("1970-01-01T00:00:00", "day"),
    "2087-01-01": ("2087-01-01T00:00:00", "day"),
}


@pytest.mark.parametrize("text", STATED)
def test_a_stated_date_is_read_as_stated(text: str) -> None:
    iso, precision = STATED[text]
    stated = parse_date(text)
    assert stated is not None
    assert stated.precision == precision
    when = datetime.fromisoformat(iso).replace(tzinfo=UTC)
    assert stated.at == round(when.timestamp() * 1_000_000)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "9999-99-99",
        "Aug 14",
        "2020",
        "03/04/2020",
        "10:00",
        "x" * 90,
        True,
        None,
        [],
        float("inf"),
        float("nan"),
        10**400,
        -1e300,
    ],
)
def test_what_no_publication_can_have_is_no_date(value: object) -> None:
    assert parse_date(value) is None


def test_numbers_are_unix_seconds_milliseconds_or_microseconds() -> None:
    assert parse_date(1597400000) == parse_date(1597400000000) == parse_date(1597400000000000)
