"""What feeds would say if they were polled now: they are asked, and nothing is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import NamedTuple

from live.addresses import Allowed, check, is_literal, parse_address, parse_allowed
from live.answers import charset
from live.discover import Offered, feeds_offered
from live.failure import Failed
from live.fetch import Job, Settings, fetch_all, last_asked
from live.poll import Polled, poll
from live.response import Response, body_of, read_response
from pipeline import clock
from records import Feed

_START = 200  # bytes in which a document says which encoding it is in


class Asked(NamedTuple):
    """What came of asking one address."""

    feed: Feed  # as it was asked
    response: Response
    polled: Polled
    start: bytes = b""  # of the body, which may declare an encoding
    offers: tuple[Offered, ...] = ()  # the feeds that it names, where it is a page and no feed

    @property
    def is_feed(self) -> bool:
        """Whether it can be polled."""
        return self.polled.fetch.error is None


class Asker:
    """Asks politely, one round after another; a host is never asked sooner than its gap."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asked: dict[str, int] = {}

    def ask(self, feeds: Iterable[Feed]) -> dict[str, Asked]:
        """Every feed asked once, in full: what is known of its last body is not sent along.

        Returns what each address answered. Memory holds all answers. A wrong setting is a
        ValueError, what servers do never raises.
        """
        wanted = {
            feed.url: feed._replace(etag=None, last_modified=None, body_hash=None) for feed in feeds
        }
        with tempfile.TemporaryDirectory(prefix="newsbeam-") as folder:
            job = Job(
                folder,
                clock.now(),
                feeds=tuple(wanted.values()),
                settings=self._settings,
                asked=tuple(self._asked.items()),
            )
            responses = [read_response(sidecar) for sidecar in fetch_all(job)]
            self._asked |= last_asked(responses)
            answers = {each.url: self._answer(wanted[each.url], each) for each in responses}
        return {url: answers[url] for url in wanted}

    def _answer(self, feed: Feed, response: Response) -> Asked:
        body = body_of(response)
        polled = poll(feed, response, body, response.at)
        asked = Asked(feed, response, polled, (body or b"")[:_START])
        if asked.is_feed or not body or response.error:
            return asked
        allowed = parse_allowed(self._settings.allow_private)
        address = response.final_url or response.asked
        found = feeds_offered(body, address, charset(response.headers))
        return asked._replace(
            offers=tuple(offer for offer in found if _may_be_asked(offer.url, feed.url, allowed))
        )


def _may_be_asked(offered: str, typed: str, allowed: Allowed) -> bool:
    """Whether an address that a page offers may be taken as if a person had typed it.

    A subscription may be private, since a person typed it; a page may name what is private only
    at its own host and port. Names are checked when they are resolved.
    """
    try:
        address = parse_address(offered)
        if is_literal(address.host):
            check(address, [address.host], parse_address(typed), allowed)
        elif address.host == "localhost":
            check(address, ["127.0.0.1"], parse_address(typed), allowed)
    except Failed:
        return False
    return True
