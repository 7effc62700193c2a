"""What an answer tells of the server that gave it: its robots.txt, or to leave it alone."""

from __future__ import annotations

from collections.abc import Iterator

from live.answers import origin
from live.response import Response
from live.robots import robots_text
from live.schedule import LONGEST_WAIT
from records import Fetch, Host

ASKED_TOO_MUCH = frozenset([403, 429, 503])  # with these, Retry-After is about the host


def host_of(response: Response, body: bytes | None) -> Iterator[Host]:
    """The host that a response tells something of, if any; a wait of at most a week."""
    until = 0
    if response.status in ASKED_TOO_MUCH and response.retry_at is not None:
        until = min(response.retry_at, response.at + round(LONGEST_WAIT * 1e6))
    if response.kind == "robots":
        yield Host(response.url, robots_text(response, body), response.at, until)
    elif until > response.at and (name := origin(response.final_url or response.asked)):
        yield Host(name, not_before=until)


def fetch_of(response: Response, body: bytes | None) -> Fetch:
    """The account of a request for robots.txt: it failed where it is not known what holds."""
    failed = robots_text(response, body) is None
    return Fetch(
        "robots",
        response.url,
        None,
        response.at,
        "failed" if failed else "new",
        final_url=response.final_url,
        status=response.status,
        requests=response.requests,
        bytes=response.bytes,
        seconds=response.seconds,
        error=response.error if failed else None,
        detail=response.detail if failed else None,
    )
