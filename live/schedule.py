"""When a feed is asked next: from how often it has news, and what it and its server ask for.

Everything is in seconds and microseconds, and nothing is random: the same answers give the same
times. See "How a poll decides" in docs/architecture.md for where the numbers come from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import NamedTuple

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
SHORTEST = 10 * MINUTE
LONGEST = DAY
FIRST = HOUR  # while nothing is known
LONGEST_WAIT = 7 * DAY  # of what Retry-After may ask for: more would be a silent death
SMOOTHED = 7.0  # days: news has a week's rhythm
POLLS_A_BODY = 4  # requests while a body scrolls out: three may fail and nothing is missed
JITTER = 0.1
_US = 1_000_000


class Pace(NamedTuple):
    """Seconds until a feed is asked again, before jitter, and the sentences that say why."""

    interval: float
    floor: float  # what publisher and server ask to keep at least
    reasons: tuple[str, ...]


def pace(per_day: float, entries: int, ttl: float, fresh: float, missed: bool) -> Pace:
    """How long to wait after a usable answer: for about one new entry.

    `per_day` new entries are expected and a body holds `entries`; `ttl` is what the feed's text
    asks for and `fresh` what its server does, neither heard beyond 24 h; `missed` tells that
    entries scrolled out unseen within a week.
    """
    share = min(1.0, max(entries, 1) / POLLS_A_BODY)
    interval = share * DAY / max(per_day, 1e-9)
    reasons = [f"about {per_day:.3g} new entries a day"]
    if share < 1:
        reasons.append(f"a body holds only {entries}: it is asked for {POLLS_A_BODY} times")
    if missed:
        interval /= 2
        reasons.append("entries were missed within a week: twice as often")
    floor = SHORTEST
    for asked, who in ((ttl, "the feed asks"), (fresh, "its server asks")):
        if min(asked, LONGEST) > max(floor, interval):
            reasons.append(f"{who} for {words(min(asked, LONGEST))} at least")
        floor = max(floor, min(asked, LONGEST))
    if interval < SHORTEST:
        reasons.append("never more often than every 10 minutes")
    if interval > LONGEST:
        reasons.append("never less often than once a day")
    return Pace(min(max(interval, floor), LONGEST), floor, tuple(reasons))


def spread(url: str, at: int, interval: float, floor: float) -> int:
    """The time `interval` seconds after `at`, ±10 % by a hash of both; floor ≤ wait ≤ 24 h.

    So feeds that were subscribed to together part, and their requests do not come in bunches.
    """
    low = max(floor, interval * (1 - JITTER))
    high = max(low, min(interval * (1 + JITTER), LONGEST))
    return at + round((low + (high - low) * _chance(url, at)) * _US)


def after_failure(interval: float, failures: int) -> float:
    """Seconds until a feed is tried again: its interval, doubled with every further failure."""
    base = min(max(interval or FIRST, SHORTEST), LONGEST)
    return min(base * 2.0 ** min(failures - 1, 20), LONGEST)


def no_sooner(url: str, at: int, due: int, retry_at: int | None) -> int:
    """`due`, put off to where Retry-After asks for more: up to 7 days, and up to 10 % later."""
    if retry_at is None or retry_at <= at:
        return due
    wait = min(retry_at - at, round(LONGEST_WAIT * _US))
    return max(due, at + wait + round(min(wait * JITTER, HOUR * _US) * _chance(url, at)))


def first_rate(dates: Sequence[int], entries: int, at: int) -> float:
    """New entries a day, as the dates in one body of so many entries tell it.

    Counted over the last week, or over as much as reaches back to ten entries; a body that ends
    within the week is counted over what it covers. Where dates tell nothing, because there are
    few or all are equal, the body is taken for a day's.
    """
    past = sorted((date for date in dates if date <= at), reverse=True)
    if len(past) < 2 or len(past) * 2 < entries or past[0] == past[-1]:
        return float(max(entries, 1))
    recent = [date for date in past if at - date <= SMOOTHED * DAY * _US]
    if 10 <= len(recent) < len(past):
        return len(recent) / SMOOTHED
    counted = recent if len(recent) >= 10 else past[:10]
    return len(counted) / max((at - counted[-1]) / _US / DAY, 1 / 24)


def smoothed(per_day: float, new: int, seconds: float) -> float:
    """The rate after `new` entries in that time: exponentially weighted, a week's time constant.

    Independent of how the time is cut into polls, but for the entries' places in it.
    """
    days = max(seconds, 1.0) / DAY
    kept = math.exp(-days / SMOOTHED)
    return per_day * kept + new / days * (1 - kept)


def freshness(headers: Mapping[str, str]) -> float:
    """Seconds for which an answer says that it stays good: max-age less Age, else Expires.

    0 where it says nothing, or nothing that can be read. Expires is counted from the server's own
    Date, so that its clock may be wrong.
    """
    age = _number(headers.get("age", "")) or 0
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    if any(part in ("no-cache", "no-store") for part in directives):
        return 0.0
    for part in directives:
        name, _, value = part.partition("=")
        if name.strip() == "max-age" and (seconds := _number(value.strip(' "'))) is not None:
            return float(max(seconds - age, 0))
    try:
        expires = parsedate_to_datetime(headers["expires"]).timestamp()
        return max(expires - parsedate_to_datetime(headers["date"]).timestamp() - age, 0.0)
    except (KeyError, ValueError, TypeError, OverflowError):
        return 0.0


def words(seconds: float) -> str:
    """A time for a person: "25 minutes", "3.5 hours"."""
    for unit, size in (("days", DAY), ("hours", HOUR)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / MINUTE:.3g} minutes"


def _number(text: str) -> int | None:
    text = text.strip()
    return min(int(text), 2**31) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _chance(url: str, at: int) -> float:
    digest = blake2b(f"{url} {at}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2**64
