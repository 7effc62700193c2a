"""Permanent redirects: believed once they have been met again and again for a day."""

from __future__ import annotations

from urllib.parse import urlsplit

from live.response import Response
from records import Feed

PERMANENT = frozenset([301, 308])
CONFIRMED = 3  # polls in a row that met it,
OVER = 86_400_000_000  # the first and the last of them so many microseconds apart


def moved(feed: Feed, response: Response) -> tuple[Feed, tuple[str, ...]]:
    """The feed after a usable answer, with what is to be said of its address.

    Only a chain of permanent redirects counts, and only to where it ends. A feed that is back at
    the address subscribed to, directly or by a redirect, is forgotten to have moved. One whose
    address holds a password keeps it: no server may have that sent elsewhere for good.
    """
    hops, target = response.hops, response.final_url
    lasting = bool(hops) and all(status in PERMANENT for status, _ in hops) and target is not None
    back = target is not None and _plain(target) == _plain(feed.url)
    if back:
        feed = feed._replace(fetch_url=None)
    if not lasting or back or "@" in urlsplit(feed.url).netloc:
        return feed._replace(moved_to=None, moved_times=0, moved_at=None), ()
    at = response.at
    times, since = 1, at
    if target == feed.moved_to and feed.moved_at is not None:
        times, since = feed.moved_times + 1, feed.moved_at
    if times >= CONFIRMED and at - since >= OVER:
        feed = feed._replace(fetch_url=target, moved_to=None, moved_times=0, moved_at=None)
        return feed, (f"moved for good to {target}",)
    feed = feed._replace(moved_to=target, moved_times=times, moved_at=since)
    return feed, (f"says that it has moved for good to {target}: met {times} times in a row",)


def _plain(url: str) -> tuple[str, str, str, str]:
    """What is asked of whom: an address without credentials and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return parts.scheme.lower(), host, parts.path or "/", parts.query
