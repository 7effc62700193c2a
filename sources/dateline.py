"""The conventions of wire copy: datelines at the start of a text, source lines at its end.

Precision over recall: a place is believed beside an agency or a day, or where it is a city
that is known to stand alone. Nothing found here is taken off the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sources.dates import Stated, day
from sources.names import AGENCIES, CITIES, MONTHS

_REACH = 160  # characters from the start in which a dateline has to end
_DAY = r"(?P<day>(?:\d{1,2}\.?\s[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s\d{1,2})(?:,?\s\d{4})?)"
_PLACE = r"(?P<place>[^\W\d_][^\d,()\n]{1,40}?(?:,\s[^\W\d_][^\d,()\n]{1,25}?)?)"
_DASH = r"\s?(?:--|[-–—])\s"
_FORMS = tuple(
    re.compile(r"\s*" + form)
    for form in (
        # BRUSSELS, August 14. /TASS/.
        rf"{_PLACE}(?:,\s{_DAY})?\.?\s/(?P<agency>[^/\n]{{2,30}})/\.?\s?",
        # MINSK (Reuters) -    PARIS, Aug 3 (AFP) —
        rf"{_PLACE}(?:,\s{_DAY})?,?\s\((?P<agency>[^()\n]{{2,30}})\){_DASH}",
        # (AP) —
        rf"\((?P<agency>[^()\n]{{2,30}})\){_DASH}",
        # МОСКВА, 14 августа - РИА Новости.
        rf"{_PLACE},\s{_DAY}{_DASH}(?P<agency>[^.\n]{{2,30}})\.\s",
        # SALVADOR, Feb 26 -
        rf"{_PLACE},\s{_DAY}\s?(?:--|[-–—])(?:\s|$)",
        # LONDON —
        rf"{_PLACE}{_DASH}",
    )
)
_SOURCE = re.compile(
    r"\n\s*(?:sources?|quelle|fuente|fonte|источник|джерело)\s?:\s*([^\n]{2,100}?)\s*$", re.I
)
_AMONG = re.compile(r"\s*(?:[,;/|]|\s(?:and|und|y|et|e|и|та)\s)\s*")
_NOBODY = frozenset({"agencies", "agency", "news agencies", "wires", "agenturen", "агентства"})
_SMALL = frozenset(
    [
        "au",
        "aux",
        "da",
        "de",
        "del",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "la",
        "las",
        "le",
        "les",
        "of",
        "on",
        "sur",
        "the",
    ]
)


class Dateline(NamedTuple):
    """Where and when a text says it was written, and by which agency."""

    place: str | None = None
    agency: str | None = None
    stated: Stated | None = None  # only where the year is stated too


class Published(NamedTuple):
    """When an article was published, how exactly that is known, and who says so."""

    at: int | None
    precision: str | None
    origin: str  # feed, page, text, file, none


def read_dateline(text: str) -> Dateline:
    """The dateline `text` begins with; all None where there is none for certain."""
    head = text[:_REACH]
    start = head.lstrip()
    if not (start[:2].isupper() or "(" in start):  # nearly every text that has none, at once
        return Dateline()
    for form in _FORMS:
        if (found := form.match(head)) is None:
            continue
        parts = found.groupdict()
        stated = parts.get("day")
        agency, place = parts.get("agency"), parts.get("place")
        if stated is not None and not _is_day(stated):
            continue
        if agency is not None and not _is_agency(agency, place, stated):
            continue
        if place is not None and not _is_place(place, agency, stated):
            continue
        return Dateline(place and _place(place), agency and agency.strip(), _date(stated))
    return Dateline()


def published(stated: Stated | None, origin: str, dateline: Dateline) -> Published:
    """The date that `origin` states, else the day of the dateline, of which "text" is the origin.

    The one rule for every format: a date is from the text exactly where the text was read for it.
    """
    if stated is not None:
        return Published(stated.at, stated.precision, origin)
    if dateline.stated is not None:
        return Published(dateline.stated.at, dateline.stated.precision, "text")
    return Published(None, None, "none")


def read_source_line(text: str) -> tuple[str | None, str | None]:
    """Outlet and agency of a last line such as "Source: TRTWorld and agencies"."""
    found = _SOURCE.search(text[-200:])
    if found is None:
        return None, None
    names = [name.strip(" .") for name in _AMONG.split(found[1])]
    agencies = [name for name in names if name in AGENCIES]
    outlets = [name for name in names if name not in AGENCIES and name.lower() not in _NOBODY]
    return (outlets[0] if outlets and outlets[0] else None), (agencies[0] if agencies else None)


def _is_agency(name: str, place: str | None, stated: str | None) -> bool:
    """A known name; beside a place in capitals and a day, any name is one."""
    sure = place is not None and place.isupper() and stated is not None
    return name.strip() in AGENCIES or sure and name[0].isupper() and len(name.split()) <= 3


def _is_place(place: str, agency: str | None, stated: str | None) -> bool:
    city = place.partition(",")[0]
    if len(place.split()) > 6:
        return False
    if agency is not None:
        return all(word[0].isupper() or word in _SMALL for word in re.findall(r"[^\W_]+", place))
    return city.isupper() and (stated is not None or city in CITIES)


def _place(place: str) -> str:
    """Title case for the capitals of datelines: "RIO DE JANEIRO" is "Rio de Janeiro"."""
    city, comma, country = place.strip(" .").partition(",")
    if city.isupper():
        words = re.split(r"([\s/-])", city)
        city = "".join(
            word.lower() if at and word.lower() in _SMALL else word.capitalize()
            for at, word in enumerate(words)
        )
    return city + comma + country


def _words(stated: str) -> list[str]:
    return stated.replace(",", " ").replace(".", " ").lower().split()


def _is_day(stated: str) -> bool:
    return any(word in MONTHS for word in _words(stated))


def _date(stated: str | None) -> Stated | None:
    if stated is None or len(words := _words(stated)) != 3:
        return None
    month = next(MONTHS[word] for word in words if word in MONTHS)
    numbers = [int(word) for word in words if word.isdigit()]
    return day(numbers[1], month, numbers[0]) if len(numbers) == 2 else None
