"""When something says it was published: one parser for every way the field writes a date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from dateutil import parser as dateutil

from sources.names import MONTHS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000

# What is stored: years 1500 to 9998. Earlier, nothing was published; 0001 and 9999 are what
# programs write for "none". The merely implausible (1970, 2087) is kept as stated.
_FIRST = (date(1500, 1, 1).toordinal() - date(1970, 1, 1).toordinal()) * _DAY
_LAST = (date(9999, 1, 1).toordinal() - date(1970, 1, 1).toordinal()) * _DAY

_LONGEST = 80  # characters; the longest honest date, with names of day, month and zone, is shorter
_REUTERS = re.compile(  # the archive has control codes behind some
    r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?:\s+(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(?:&#.*)?"
)
_RFC822 = re.compile(
    r"(?:[^\W\d_]{2,9}\.?,?\s+)?(\d{1,2})\s+([^\W\d_]{3,9})\.?\s+(\d{4})\s+"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*(Z|[A-Z]{2,4}|[+-]\d\d:?\d\d))?"
)
_ZONES = {  # hours; what RFC 822 names, and what European feeds add
    **{"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7},
    **{"MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9},
}
_AMBIGUOUS = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")  # day and month, in an order nobody knows
_EUROPEAN = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_DEFAULTS = datetime(2001, 1, 1), datetime(2002, 2, 2, 1, 1, 1)


class Stated(NamedTuple):
    """A stated time in microseconds since 1970 UTC; a bare day is its midnight, precision "day"."""

    at: int
    precision: str  # second, day


def parse_date(value: object) -> Stated | None:
    """The time that `value` states, or None. Without a zone it is UTC. Never raises.

    Takes ISO 8601, RFC 822, "26-FEB-1987 15:01:01.79", Unix seconds to microseconds, and
    whatever else dateutil reads if year, month and day are all stated.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _unix(value)
    if not isinstance(value, str) or not 6 <= len(value := value.strip()) <= _LONGEST:
        return None
    try:
        return _iso(value) or _wire(value) or _mail(value) or _other(value)
    except (ValueError, OverflowError):  # a day or an hour that does not exist
        return None


def day(year: int, month: int, number: int) -> Stated | None:
    """That day, or None where there is no such day or nothing was published then."""
    try:
        return _at(datetime(year, month, number, tzinfo=UTC), "day")
    except ValueError:
        return None


def _at(when: datetime, precision: str) -> Stated | None:
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    at = (when - _EPOCH) // _MICROSECOND
    return Stated(at, precision) if _FIRST <= at < _LAST else None


def _unix(number: float) -> Stated | None:
    for limit, scale in ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1)):
        if 0 < abs(number) < limit:
            at = int(number * scale)
            return Stated(at, "second") if _FIRST <= at < _LAST else None
    return None


def _iso(text: str) -> Stated | None:
    if text.isdigit() and text.isascii() and len(text) > 8:
        return _unix(int(text))
    if not (text[4] == "-" or len(text) == 8 and text.isdigit()):
        return None
    try:
        return _at(datetime.fromisoformat(text), "day" if len(text) <= 10 else "second")
    except ValueError:
        return None


def _wire(text: str) -> Stated | None:
    if not (found := _REUTERS.fullmatch(text)):
        return None
    number, month, year, hour, minute, second, fraction = found.groups()
    if (name := month.lower()) not in MONTHS:
        return None
    if hour is None:
        return day(int(year), MONTHS[name], int(number))
    micros = int(((fraction or "") + "000000")[:6])
    clock = int(hour), int(minute), int(second or 0), micros
    return _at(datetime(int(year), MONTHS[name], int(number), *clock, tzinfo=UTC), "second")


def _mail(text: str) -> Stated | None:
    if not (found := _RFC822.fullmatch(text)):
        return None
    number, month, year, hour, minute, second, zone = found.groups()
    if (name := month.lower()) not in MONTHS or zone and zone[0] not in "+-" and zone not in _ZONES:
        return None
    clock = int(hour), int(minute), min(int(second or 0), 59)
    return _at(datetime(int(year), MONTHS[name], int(number), *clock, tzinfo=_zone(zone)), "second")


def _zone(name: str | None, offset: int | None = None) -> timezone:
    if name and name[0] in "+-":
        minutes = int(name[1:3]) * 60 + int(name[-2:])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(timedelta(hours=_ZONES.get(name or "UTC", 0)))


def _other(text: str) -> Stated | None:
    """dateutil fills what is not stated from a default: two defaults show what it filled."""
    slashed = _AMBIGUOUS.match(text)
    if slashed is not None and slashed[1] != slashed[2] and max(map(int, slashed.groups())) <= 12:
        return None
    if not any(character.isdigit() for character in text):
        return None
    dayfirst = _EUROPEAN.match(text) is not None
    try:
        one, two = (
            dateutil.parse(text, default=each, tzinfos=_zone, dayfirst=dayfirst)
            for each in _DEFAULTS
        )
    except Exception:  # a third-party parser: it raises whatever it meets
        return None
    if one.date() != two.date():
        return None
    return _at(one, "second" if one.hour == two.hour else "day")
