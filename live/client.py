"""One thing asked for, its redirects followed one by one: what is sent, what is made of answers."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from live.addresses import Address, Allowed, check, next_address, secured
from live.codings import ACCEPTED, decode
from live.failure import Failed
from live.job import Settings
from live.network import CLOSED, Answer, Limits, Network, Stale
from live.politeness import Clock, Politeness
from live.response import Response
from live.sockets import Meter
from records import Feed, Page
from sources.reasons import printable

MIB = 2**20
LARGEST = {"feed": 32 * MIB, "page": 8 * MIB, "robots": 500 * 2**10}  # bytes, as decoded
MOST_REDIRECTS = {"feed": 10, "page": 10, "robots": 5}  # RFC 9309 asks for five
LONGEST_RETRY = 30 * 86_400  # seconds; a later Retry-After is cut to this

_ACCEPT = {
    "feed": b"application/atom+xml, application/rss+xml, application/feed+json, "
    b"application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, "
    b"*/*;q=0.5",
    "page": b"text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "robots": b"text/plain, */*;q=0.5",
}
_SENDABLE = re.compile(rb"[!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?")
UNAVAILABLE = 503
_REDIRECTS = (301, 302, 303, 307, 308)

Permit = Callable[[Address], Awaitable[None]]


class Request(NamedTuple):
    """One thing to be asked for."""

    kind: str  # feed, page, robots
    url: str  # what it stands for
    address: Address  # where to begin
    typed: Address | None  # what a person typed that led here: this host may be private
    feed: Feed | None = None
    page: Page | None = None


class _Course:
    """How far a request has come."""

    def __init__(self, address: Address) -> None:
        self.first = address
        self.address = address
        self.hops: list[tuple[int, str]] = []
        self.meter = Meter()
        self.requests = 0
        self.began: float | None = None  # on the clock, when the first request was made
        self.spent = 0.0  # seconds, of waiting for answers
        self.conditional = False
        self.answer: Answer | None = None  # the last one
        self.answered: Address | None = None  # where it came from


class Client:
    """Asks politely and checks every step; one a job."""

    def __init__(
        self,
        settings: Settings,
        allowed: Allowed,
        network: Network,
        politeness: Politeness,
        clock: Clock,
        time_of: Callable[[float], int],
    ) -> None:
        self._settings = settings
        self._allowed = allowed
        self._network = network
        self._politeness = politeness
        self._clock = clock
        self._time_of = time_of  # microseconds since 1970 of a time on the clock
        self._agent = user_agent(settings.contact)

    async def fetch(
        self, request: Request, permit: Permit | None = None
    ) -> tuple[Response, bytes | None]:
        """The response to a request and its decoded body, whatever comes; raises OutOfTime only.

        `permit` is asked before every step and may fail (robots.txt). Redirects are followed one
        by one, each in the turn of its host. Credentials go to the first host alone, validators
        to it with or without "www.".
        """
        course = _Course(request.address)
        body, failed = None, None
        try:
            answer = await self._follow(request, course, permit)
            body = _body(request.kind, answer)
            failed = _failure(answer)
        except Failed as error:
            failed = error
        last = course.answer
        now = self._clock.now()
        at = self._time_of(now if course.began is None else course.began)
        ended = self._time_of(now)
        response = Response(
            kind=request.kind,
            url=request.url,
            asked=request.address.url,
            at=at,
            final_url=course.answered.url if course.answered else None,
            hops=tuple(course.hops),
            requests=course.requests,
            bytes=course.meter.received,
            seconds=(ended - at) / 1e6,
            status=last.status if last else None,
            headers=last.headers if last else {},
            error=failed.reason if failed else None,
            detail=printable(failed.detail) if failed else None,
            retry_at=_retry_at(last, ended) if last else None,
            conditional=course.conditional,
            feed=request.feed,
            page=request.page,
        )
        if failed is not None and failed.reason in ("host_waiting", "robots_unread"):
            response = response._replace(retry_at=self._politeness.retry_at(course.address.host))
        return response, body

    async def _follow(self, request: Request, course: _Course, permit: Permit | None) -> Answer:
        """The answer at the end of all redirects; `course` tells how far it came, whatever
        happens."""
        seen = {course.address.url}
        while True:
            async with self._network.using(course.address.host):
                answer = await self._step(request, course, permit)
            course.answer, course.answered = answer, course.address
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            following = next_address(course.address, _text(location))
            course.hops.append((answer.status, following.url))
            if following.url in seen:
                raise Failed("redirect_loop", f"redirected in a circle to {following.url[:200]}")
            if len(course.hops) > MOST_REDIRECTS[request.kind]:
                raise Failed("too_many_redirects", f"more than {len(course.hops) - 1} redirects")
            seen.add(following.url)
            course.address = following

    async def _step(self, request: Request, course: _Course, permit: Permit | None) -> Answer:
        """One request, in its turn, to an address that was checked."""
        address = course.address
        found = await self._network.resolve(address)
        check(address, found, request.typed, self._allowed)
        if permit is not None:
            await permit(address)
        validators = _validators(request.feed) if _same_site(course.first, address) else []
        headers = self._headers(request, course) + validators
        for again in (True, False):
            async with self._politeness.turn(address.host):
                start = self._clock.now()
                course.began = start if course.began is None else course.began
                course.requests += 1
                course.conditional = bool(validators)
                limits = Limits(
                    self._settings.total - course.spent,
                    LARGEST[request.kind],
                    cut=request.kind == "robots",
                )
                try:
                    answer = await self._network.ask(address, headers, limits, course.meter)
                except Stale:
                    if again:
                        continue
                    raise Failed("no_answer", CLOSED) from None
                finally:
                    course.spent += self._clock.now() - start
            self._heed(address.host, answer)
            return answer
        raise AssertionError("the second try returns or raises")

    def _heed(self, host: str, answer: Answer) -> None:
        """A host that is asked too much, or says when to come back, is left alone."""
        retry_at = _retry_at(answer, self._time_of(self._clock.now()))
        if wants_peace(answer.status, retry_at) or (
            answer.status == UNAVAILABLE and self._politeness.is_strained(host)
        ):
            why = f"{host} answered {answer.status} to another request of this round"
            self._politeness.close(host, why, retry_at)

    def _headers(self, request: Request, course: _Course) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"User-Agent", self._agent),
            (b"Accept", _ACCEPT[request.kind]),
            (b"Accept-Encoding", ACCEPTED.encode()),
        ]
        first, address = course.first, course.address
        if first.credentials and (first.origin == address.origin or secured(first, address)):
            basic = base64.b64encode(first.credentials.encode())
            headers.append((b"Authorization", b"Basic " + basic))
        return headers


def wants_peace(status: int | None, retry_at: int | None) -> bool:
    """Whether a host that answers so is not asked again in a round.

    503 without Retry-After may be one broken path of a host; two of them are the host.
    """
    return status == 429 or status in (403, UNAVAILABLE) and retry_at is not None


def user_agent(contact: str | None) -> bytes:
    """What servers are told: newsbeam, its version and whom to turn to. ValueError where that
    cannot be sent."""
    try:
        ours = f"newsbeam/{version('newsbeam')}"
    except PackageNotFoundError:
        ours = "newsbeam"
    if contact is None:
        return ours.encode()
    if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", contact):
        raise ValueError(f"a contact is one line of ASCII: {contact!r}")
    return f"{ours} (+{contact})".encode()


def _validators(feed: Feed | None) -> list[tuple[bytes, bytes]]:
    """The validators as they were received, byte for byte; what cannot be sent is left out."""
    if feed is None:
        return []
    stated = ((b"If-None-Match", feed.etag), (b"If-Modified-Since", feed.last_modified))
    encoded = [(name, value.encode("latin-1", "replace")) for name, value in stated if value]
    return [(name, value) for name, value in encoded if _SENDABLE.fullmatch(value)]


def _same_site(one: Address, other: Address) -> bool:
    ports = {one.port, other.port}
    return one.host.removeprefix("www.") == other.host.removeprefix("www.") and (
        len(ports) == 1 or ports == {80, 443}
    )


def _text(location: str) -> str:
    """A Location as it was meant: many servers send UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _body(kind: str, answer: Answer) -> bytes | None:
    """The decoded body; of an answer that is an error, nothing where it cannot be decoded."""
    coding = answer.headers.get("content-encoding", "")
    if 200 <= answer.status < 300:
        raw = answer.body
        cut = kind == "robots"
        return decode(raw, coding, LARGEST[kind] * (8 if cut else 1))[: LARGEST[kind]]
    try:
        return decode(answer.body, coding, LARGEST[kind]) or None
    except Failed:
        return None


def _failure(answer: Answer) -> Failed | None:
    """What an answer's status says against it."""
    status = answer.status
    if 200 <= status < 300 or status == 304:
        return None
    if status == 410:
        return Failed("gone", "the server says that it is gone for good (410)")
    if status == 429:
        return Failed("rate_limited", "the server says that it is asked too often (429)")
    if status in _REDIRECTS:
        return Failed("bad_address", f"redirected ({status}) to nowhere")
    return Failed("http_error", f"the server answered {status}")


def _retry_at(answer: Answer, now: int) -> int | None:
    """When to come back, in microseconds since 1970, at most 30 days from now.

    A date is read against the server's own Date, so that a clock that is wrong does no harm.
    """
    stated = answer.headers.get("retry-after", "").strip()
    if answer.status not in (403, 429, 503) or not stated:
        return None
    if stated.isdecimal():
        seconds = float(stated[:12])
    else:
        until, here = _date(stated), _date(answer.headers.get("date", ""))
        if until is None:
            return None
        seconds = until - (now / 1e6 if here is None else here)
    return now + round(min(max(seconds, 0.0), LONGEST_RETRY) * 1e6)


def _date(stated: str) -> float | None:
    """Seconds since 1970 of a date as HTTP writes it."""
    try:
        found = parsedate_to_datetime(stated)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
