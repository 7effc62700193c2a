"""What feeds say, and what is to be made of it: servers that answer in good order with odd things.

Each row is asked at some hours after START. All dates are relative to START.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import formatdate
from typing import NamedTuple

from tests.live.server import Behaviour, Request, answer, redirect
from tests.live.walls import CHALLENGES, LOGINS

START = 1_800_000_000_000_000  # 2027-01-15 08:00 UTC
HOUR = 3_600_000_000


def stamp(hours: float) -> str:
    """The time so many hours after START, as mail and RSS write it."""
    return formatdate(START / 1e6 + hours * 3_600, usegmt=True)


def rss(*numbers: float, head: str = "", date: bool = True, name: str = "") -> bytes:
    """A feed with an entry for each number: that many hours after START is its date."""
    items = "".join(
        f"<item><title>Entry {name}{n}</title><link>https://news.example/{name}{n}</link>"
        + (f"<pubDate>{stamp(n)}</pubDate>" if date else "")
        + "</item>"
        for n in numbers
    )
    spaces = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    channel = f"<channel><title>News</title>{head}{items}</channel>"
    return f"<rss version='2.0' {spaces}>{channel}</rss>".encode()


class Row(NamedTuple):
    """What a server does, when it is asked, and what comes of it."""

    serve: Behaviour
    outcomes: tuple[str, ...] = ("new",)  # of each poll
    articles: int = 4  # different ones, in all
    hours: tuple[float, ...] = (0,)  # when it is polled
    error: str | None = None  # at the end
    due: tuple[float, float] = (0.1, 24)  # hours after the last poll: at least, at most
    requests: int = 0  # in all; 0: one a poll
    status: str = "active"


def turns(*answers: bytes | Behaviour) -> Behaviour:
    """One answer after the other, and then the last for ever."""

    def serve(request: Request) -> bytes:
        given = answers[min(request.times, len(answers)) - 1]
        found = given(request) if callable(given) else given
        assert isinstance(found, bytes)
        return found

    return serve


def tagged(body: bytes, *headers: str, tag: str = '"1"') -> Behaviour:
    """A server that knows what it gave."""

    def serve(request: Request) -> bytes:
        if request.headers.get("if-none-match") == tag:
            return answer(304, b"", f"ETag: {tag}", *headers)
        return answer(200, body, f"ETag: {tag}", *headers)

    return serve


def moved(status: int, path: str = "?new") -> Callable[[Request], bytes]:
    return lambda request: (
        answer(200, FOUR) if request.target.endswith(path) else redirect(status, path)
    )


FOUR = rss(0, -6, -12, -18)  # four in 18 hours: about five a day
HINTED = rss(*(-n / 10 for n in range(30)))  # one in six minutes
TTL = rss(*(-n / 10 for n in range(30)), head="<ttl>180</ttl>")
DAILY = rss(
    *(-n / 10 for n in range(30)),
    head="<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
)
RUSSIAN = (
    "<rss version='2.0'><channel><title>Волна</title><item><title>Паромы снова ходят по"
    " расписанию</title></item></channel></rss>"
)
JSON = {"version": "https://jsonfeed.org/version/1.1", "title": "News"}
ITEM = b"<item><title>%s</title><guid>7</guid></item>"

ROWS: dict[str, Row] = {
    "the same for ever, without a validator": Row(
        lambda _: answer(200, FOUR), ("new", "unchanged"), 4, (0, 6)
    ),
    "not modified": Row(tagged(FOUR), ("new", "not_modified"), 4, (0, 6)),
    "not modified, by a tag of odd bytes": Row(
        tagged(FOUR, tag='W/"\xe9 \\"x'), ("new", "not_modified"), 4, (0, 6)
    ),
    "not modified, by a date": Row(
        lambda request: (
            answer(304)
            if request.headers.get("if-modified-since") == "yesterday, I think"
            else answer(200, FOUR, "Last-Modified: yesterday, I think")
        ),
        ("new", "not_modified"),
        4,
        (0, 6),
    ),
    "not modified, unasked": Row(
        turns(answer(200, FOUR), answer(304)),
        ("new", "failed"),
        4,
        (0, 6),
        "not_modified_unasked",
    ),
    "not modified for ever, though there is news": Row(
        lambda request: (
            answer(304)
            if "if-none-match" in request.headers
            else answer(200, FOUR if request.times == 1 else rss(300, 0, -6, -12), "ETag: x")
        ),
        ("new", "not_modified", "new"),
        5,
        (0, 340, 364),
    ),
    "another validator for the same text": Row(
        turns(answer(200, FOUR, "ETag: a"), answer(200, FOUR, "ETag: b")),
        ("new", "unchanged"),
        4,
        (0, 6),
    ),
    "the same validator for another text": Row(
        turns(answer(200, FOUR, "ETag: a"), answer(200, rss(6, 0, -6, -12), "ETag: a")),
        ("new", "new"),
        5,
        (0, 6),
    ),
    "an entry that vanishes and comes back": Row(
        turns(answer(200, FOUR), answer(200, rss(0, -6, -12)), answer(200, FOUR)),
        ("new", "unchanged", "new"),
        4,
        (0, 6, 12),
    ),
    "nothing that was there before": Row(
        turns(answer(200, FOUR), answer(200, rss(24, 22, 20, 18))), ("new", "new"), 8, (0, 24)
    ),
    "nothing that was there before, all of it old": Row(
        turns(answer(200, FOUR), answer(200, rss(-30, -32, -34))), ("new", "new"), 7, (0, 24)
    ),
    "an edited title": Row(
        turns(answer(200, FOUR), answer(200, FOUR.replace(b"Entry 0<", b"Entry nought<"))),
        ("new", "new"),
        4,
        (0, 6),
    ),
    "one more": Row(
        turns(answer(200, FOUR), answer(200, rss(6, 0, -6, -12))), ("new", "new"), 5, (0, 6)
    ),
    "other GUIDs for the same": Row(
        turns(
            answer(200, FOUR.replace(b"</item>", b"<guid>a</guid></item>")),
            answer(200, FOUR.replace(b"</item>", b"<guid>b</guid></item>")),
        ),
        ("new", "new"),
        4,
        (0, 6),
    ),
    "one GUID for all": Row(
        lambda _: answer(200, FOUR.replace(b"</item>", b"<guid>7</guid></item>"))
    ),
    "one GUID for all, and no links": Row(
        lambda _: answer(
            200, b"<rss version='2.0'><channel>%s%s</channel></rss>" % (ITEM % b"A", ITEM % b"B")
        ),
        articles=2,
    ),
    "no GUIDs, links or dates": Row(
        lambda _: answer(
            200,
            b"<rss version='2.0'><channel><item><title>A</title></item><item><title>B</title>"
            b"</item></channel></rss>",
        ),
        articles=2,
    ),
    "news from next week": Row(lambda _: answer(200, rss(200, 0, -6, -12))),
    "a clock that is wrong by years": Row(
        lambda _: answer(
            200,
            HINTED,
            "Date: Fri, 15 Jan 2010 08:00:00 GMT",
            "Expires: Fri, 15 Jan 2010 11:00:00 GMT",
        ),
        articles=30,
        due=(3, 3.3),
    ),
    "no entries": Row(lambda _: answer(200, rss()), ("unchanged",), 0, due=(5.4, 6.6)),
    "no entries for once": Row(
        turns(answer(200, FOUR), answer(200, rss()), answer(200, rss(12, 0, -6, -12))),
        ("new", "unchanged", "new"),
        5,
        (0, 6, 12),
    ),
    "an empty body": Row(lambda _: answer(200), ("failed",), 0, (0,), "empty", (0.9, 1.1)),
    "cut off by the server": Row(lambda _: answer(200, FOUR[:-60]), articles=4),
    "a web page": Row(
        lambda _: answer(200, b"<!doctype html><title>Hello</title><p>Hello, world.</p>"),
        ("failed",),
        0,
        (0,),
        "not_a_feed",
        (0.9, 1.1),
    ),
    "a page to log in at": Row(
        lambda _: answer(200, LOGINS["a form"].html.encode()),
        ("blocked",),
        0,
        (0,),
        "login",
        (0.9, 1.1),
    ),
    "a page to log in at, after a good answer": Row(
        turns(answer(200, FOUR, "ETag: a"), answer(200, LOGINS["a form"].html.encode())),
        ("new", "blocked"),
        4,
        (0, 6),
        "login",
        (4, 6),
    ),
    "a challenge under 403": Row(
        lambda _: answer(403, CHALLENGES["Cloudflare, a moment"].html.encode()),
        ("blocked",),
        0,
        (0,),
        "challenge",
        (0.9, 1.1),
    ),
    "the type of a page for a feed": Row(
        lambda _: answer(200, FOUR, "Content-Type: text/html; charset=utf-8")
    ),
    "the type of a picture for a feed": Row(
        lambda _: answer(200, FOUR, "Content-Type: image/png")
    ),
    "windows-1251, undeclared": Row(
        lambda _: answer(200, RUSSIAN.encode("cp1251"), "Content-Type: text/xml"), articles=1
    ),
    "windows-1251, declared as UTF-8": Row(
        lambda _: answer(200, RUSSIAN.encode("cp1251"), "Content-Type: text/xml; charset=utf-8"),
        articles=1,
    ),
    "KOI8-R, declared by the server": Row(
        lambda _: answer(200, RUSSIAN.encode("koi8-r"), "Content-Type: text/xml; charset=koi8-r"),
        articles=1,
    ),
    "UTF-16": Row(lambda _: answer(200, RUSSIAN.encode("utf-16")), articles=1),
    "UTF-16 without a mark": Row(lambda _: answer(200, FOUR.decode().encode("utf-16-le"))),
    "zeros in the text": Row(lambda _: answer(200, FOUR.replace(b"Entry", b"En\0try"))),
    "emoji written as two halves": Row(
        lambda _: answer(200, FOUR.replace(b"Entry", b"&#55357;&#56832; &#xD800; Entry"))
    ),
    "a JSON Feed": Row(
        lambda _: answer(
            200,
            json.dumps({**JSON, "items": [{"id": n, "title": f"T{n}"} for n in range(3)]}).encode(),
        ),
        articles=3,
    ),
    "JSON that is none": Row(
        lambda _: answer(200, b'{"error": "no"}'), ("failed",), 0, (0,), "not_a_feed"
    ),
    "entities of its own": Row(
        lambda _: answer(200, b'<!DOCTYPE x [<!ENTITY a "b">]>' + FOUR),
        ("failed",),
        0,
        (0,),
        "entities",
    ),
    "5,000 entries": Row(
        lambda _: answer(200, rss(*(-n / 50 for n in range(5_000)))),
        articles=5_000,
        due=(1 / 6, 0.2),
    ),
    "ttl": Row(lambda _: answer(200, TTL), articles=30, due=(3, 3.3)),
    "sy:updatePeriod": Row(lambda _: answer(200, DAILY), articles=30, due=(6, 6.6)),
    "max-age": Row(
        lambda _: answer(200, HINTED, "Cache-Control: max-age=7200"), articles=30, due=(2, 2.2)
    ),
    "max-age of a year": Row(
        lambda _: answer(200, HINTED, "Cache-Control: max-age=31536000"), articles=30, due=(24, 24)
    ),
    "no hints": Row(lambda _: answer(200, HINTED), articles=30, due=(1 / 6, 11 / 60)),
    "429 with a date": Row(
        lambda _: answer(429, b"", f"Retry-After: {stamp(20)}", f"Date: {stamp(0)}"),
        ("failed",),
        0,
        (0,),
        "rate_limited",
        (20, 22),
    ),
    "429 with a date that is over": Row(
        lambda _: answer(429, b"", f"Retry-After: {stamp(-20)}", f"Date: {stamp(0)}"),
        ("failed",),
        0,
        (0,),
        "rate_limited",
        (0.9, 1.1),
    ),
    "429 with seconds": Row(
        lambda _: answer(429, b"", "Retry-After: 36000"),
        ("failed",),
        0,
        (0,),
        "rate_limited",
        (10, 11),
    ),
    "503 with seconds": Row(
        lambda _: answer(503, b"", "Retry-After: 36000"),
        ("failed",),
        0,
        (0,),
        "http_error",
        (10, 11),
    ),
    "503 without": Row(
        lambda _: answer(503), ("failed",) * 3, 0, (0, 6, 12), "http_error", (3.6, 4.4)
    ),
    "403 with seconds": Row(
        lambda _: answer(403, b"", "Retry-After: 36000"),
        ("failed",),
        0,
        (0,),
        "http_error",
        (10, 11),
    ),
    "410": Row(lambda _: answer(410), ("failed",), 0, (0,), "gone", (21, 24)),
    "410, and again a day later": Row(
        lambda _: answer(410), ("failed",) * 2, 0, (0, 24), "gone", status="gone"
    ),
    "410 for once": Row(
        turns(answer(410), answer(200, FOUR)), ("failed", "new"), 4, (0, 24)
    ),
    "moved for good": Row(
        moved(301),
        ("new", "unchanged", "unchanged", "unchanged"),
        4,
        (0, 12, 24, 36),
        requests=7,  # the last time at its new address
    ),
    "moved for good for a moment": Row(
        lambda request: (
            redirect(301, "?new")
            if request.times == 1 and "?new" not in request.target
            else answer(200, FOUR)
        ),
        ("new", "unchanged"),
        4,
        (0, 12),
        requests=3,
    ),
    "moved for good, and back for good": Row(
        lambda request: (
            answer(200, FOUR)
            if (request.times <= 3) == request.target.endswith("?new")
            else redirect(301, request.path if "?" in request.target else "?new")
        ),
        ("new", "unchanged", "unchanged", "unchanged", "unchanged"),
        4,
        (0, 12, 24, 36, 340),
        requests=9,
    ),
    "moved for now": Row(
        moved(302), ("new", "unchanged", "unchanged", "unchanged"), 4, (0, 12, 24, 36), requests=8
    ),
}  # fmt: skip
