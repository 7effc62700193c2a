"""What each behaviour of a server comes to: one a line, as a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from live.poll import Polled, poll
from live.response import Response
from records import Article, Feed, Reject
from tests.live.contents import HOUR, START, rss

URL = "https://news.example/feed"
NEW = "https://new.example/feed"
DAY = 24 * HOUR
FULL = {"etag": '"a"', "last-modified": "Fri, 15 Jan 2027 07:00:00 GMT"}


@dataclass
class Answer:
    """One answer, so many hours after START."""

    hours: float
    body: bytes | None = None
    status: int | None = 200
    headers: dict[str, str] = field(default_factory=dict)
    hops: tuple[tuple[int, str], ...] = ()
    error: str | None = None
    retry: float | None = None  # hours after START
    requests: int = 1
    detail: str | None = None


def ask(feed: Feed, answer: Answer) -> Polled:
    at = START + round(answer.hours * HOUR)
    asked = feed.fetch_url or feed.url
    final = answer.hops[-1][1] if answer.hops else asked
    response = Response(
        "feed",
        feed.url,
        asked,
        at,
        final_url=final if answer.status else None,
        hops=answer.hops,
        requests=answer.requests,
        bytes=len(answer.body or b""),
        status=answer.status,
        headers=answer.headers,
        error=answer.error,
        detail=answer.detail,
        retry_at=None if answer.retry is None else START + round(answer.retry * HOUR),
        conditional=bool(feed.etag or feed.last_modified),
        feed=feed,
    )
    return poll(feed, response, answer.body, at)


def after(*answers: Answer, feed: Feed | None = None) -> Polled:
    state = feed or Feed(URL)
    for answer in answers:
        polled = ask(state, answer)
        state = polled.feed
    return polled


GOOD = Answer(0, rss(0, -1, -2, -3), headers=FULL)
PERMANENT = ((301, NEW),)
LATIN = "<rss version='2.0'><channel><title>Ж</title><item><title>%s</title></item></channel></rss>"
RUSSIAN = "Правительство обсудило новый закон о защите рек и озёр"
CASES: dict[str, tuple[list[Answer], dict[str, Any]]] = {
    "a first answer is new": (
        [GOOD],
        {"outcome": "new", "articles": 4, "entries": 4, "etag": '"a"', "failures": 0},
    ),
    "refused by who protects a server, it is blocked, and tried again": (
        [Answer(0, status=403, headers={"server": "AkamaiGHost"})],
        {"outcome": "blocked", "error": "challenge", "failures": 1, "status": "active"},
    ),
    "not modified brings nothing and keeps the validators": (
        [GOOD, Answer(2, status=304)],
        {"outcome": "not_modified", "articles": 0, "etag": '"a"', "answered_at": START + 2 * HOUR},
    ),
    "the same body under another validator is unchanged": (
        [GOOD, Answer(2, GOOD.body, headers={"etag": "b"})],
        {"outcome": "unchanged", "articles": 0, "etag": "b", "last_modified": None},
    ),
    "another body with the same entries is unchanged": (
        [GOOD, Answer(2, rss(0, -1, -2, -3, head="<lastBuildDate>x</lastBuildDate>"))],
        {"outcome": "unchanged", "articles": 4, "changed_at": START, "etag": None},
    ),
    "an edited title is news, but no new entry": (
        [GOOD, Answer(2, GOOD.body.replace(b"Entry 0", b"Entry zero"))],
        {"outcome": "new", "articles": 4, "changed_at": START},
    ),
    "not modified to a request without validators is a failure": (
        [Answer(0, rss(0, -1)), Answer(2, status=304)],
        {"outcome": "failed", "error": "not_modified_unasked", "failures": 1},
    ),
    "after a long silence the whole text is asked for again": (
        [GOOD, Answer(24 * 15, status=304)],
        {"outcome": "not_modified", "etag": None, "last_modified": None, "failures": 0},
    ),
    "an error keeps the validators of the last good body": (
        [GOOD, Answer(2, b"oops", status=500)],
        {"outcome": "failed", "error": "http_error", "etag": '"a"', "rejects": ["http_error"]},
    ),
    "a body without a root's end keeps the validators of the last whole one": (
        [GOOD, Answer(2, rss(1, 0, -1)[:-40], headers={"etag": "cut"})],
        {"outcome": "new", "articles": 3, "etag": '"a"', "rejects": ["malformed*"], "seen": 5},
    ),
    "an empty body is a failure": (
        [GOOD, Answer(2, b"  ")],
        {"outcome": "failed", "error": "empty", "etag": '"a"', "rejects": ["empty"]},
    ),
    "a feed of no entries is an answer, and what it had is not forgotten": (
        [GOOD, Answer(2, rss(), headers={"etag": "e"})],
        {"outcome": "unchanged", "entries": 0, "failures": 0, "etag": "e", "seen": 4},
    ),
    "entries that vanish are no gap while one is left": (
        [GOOD, Answer(2, rss(0, 1, 2))],
        {"outcome": "new", "gaps": 0, "seen": 3},
    ),
    "nothing left of the body before is a gap": (
        [GOOD, Answer(30, rss(29, 28, 27))],
        {"gaps": 1, "gap_at": START + 30 * HOUR, "gap": (START, START + 27 * HOUR)},
    ),
    "nothing left of a body without dates is a gap": (
        [Answer(0, rss(0, -1, date=False)), Answer(9, rss(8, 7, date=False))],
        {"gaps": 1, "gap": (START, START + 9 * HOUR)},
    ),
    "other addresses for old entries are no gap": (
        [GOOD, Answer(2, GOOD.body.replace(b"news.example/", b"news.example/moved/"))],
        {"gaps": 0, "gap": (None, None), "changed_at": START + 2 * HOUR},
    ),
    "changed GUIDs change nothing where the addresses stay": (
        [
            Answer(0, rss(0, -1).replace(b"</item>", b"<guid>1</guid></item>")),
            Answer(2, rss(0, -1).replace(b"</item>", b"<guid>2</guid></item>")),
        ],
        {"outcome": "new", "gaps": 0, "changed_at": START, "articles": 2},
    ),
    "entries from the future are kept and move nothing": (
        [Answer(0, rss(24 * 9, 0, -1))],
        {"articles": 3, "newest_at": START, "latest": START + 9 * DAY},
    ),
    "a clock some hours ahead is believed": (
        [Answer(0, rss(5, 0, -1))],
        {"articles": 3, "newest_at": START + 5 * HOUR},
    ),
    "a web page instead of a feed is a failure": (
        [GOOD, Answer(2, b"<!doctype html><html><body><p>Welcome</p></body></html>")],
        {"outcome": "failed", "error": "not_a_feed", "etag": '"a"', "rejects": ["not_a_feed"]},
    ),
    "JSON that is no feed is a failure": (
        [Answer(0, b'{"error": "forbidden"}')],
        {"outcome": "failed", "error": "not_a_feed"},
    ),
    "a JSON Feed is a feed": (
        [
            Answer(
                0,
                json.dumps(
                    {
                        "version": "https://jsonfeed.org/version/1.1",
                        "title": "News",
                        "items": [{"id": "1", "content_text": "Text", "url": "/1"}],
                    }
                ).encode(),
                headers={"content-type": "text/plain"},
            )
        ],
        {"outcome": "new", "articles": 1, "title": "News"},
    ),
    "entities of its own are a failure, and nothing is expanded": (
        [Answer(0, b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel/></rss>')],
        {"outcome": "failed", "error": "entities"},
    ),
    "Russian text without a declaration is read": (
        [Answer(0, (LATIN % RUSSIAN).encode("cp1251"))],
        {"first": RUSSIAN, "rejects": ["encoding_guessed*"]},
    ),
    "the server's charset is read": (
        [
            Answer(
                0,
                (LATIN % RUSSIAN).encode("koi8-r"),
                headers={"content-type": "text/xml; charset=KOI8-R"},
            )
        ],
        {"first": RUSSIAN, "rejects": []},
    ),
    "UTF-8 is read whatever the server calls it": (
        [
            Answer(
                0,
                (LATIN % RUSSIAN).encode(),
                headers={"content-type": "text/xml; charset=ISO-8859-1"},
            )
        ],
        {"first": RUSSIAN, "rejects": []},
    ),
    "a declaration is believed over a server's Latin-1": (
        [
            Answer(
                0,
                ("<?xml version='1.0' encoding='windows-1251'?>" + LATIN % RUSSIAN).encode(
                    "cp1251"
                ),
                headers={"content-type": "text/xml; charset=ISO-8859-1"},
            )
        ],
        {"first": RUSSIAN, "rejects": []},
    ),
    "emoji written as two halves are one": (
        [Answer(0, (LATIN % "&#55357;&#56832; half &#xd83d;").encode())],
        {"first": "\N{GRINNING FACE} half \ufffd", "rejects": []},
    ),
    "a GUID that every entry has identifies none": (
        [
            Answer(
                0,
                b"<rss version='2.0'><channel><item><title>A</title><guid>7</guid></item>"
                b"<item><title>B</title><guid>7</guid></item></channel></rss>",
            )
        ],
        {"articles": 2, "distinct": 2},
    ),
    "429 puts off to the date it names": (
        [GOOD, Answer(2, status=429, retry=20)],
        {"error": "rate_limited", "not_before": START + 20 * HOUR, "failures": 1},
    ),
    "503 puts off to the date it names": (
        [GOOD, Answer(2, status=503, retry=20)],
        {"error": "http_error", "not_before": START + 20 * HOUR},
    ),
    "403 puts off to the date it names": (
        [GOOD, Answer(2, status=403, retry=20)],
        {"error": "http_error", "not_before": START + 20 * HOUR},
    ),
    "a Retry-After of a year is heard for a week": (
        [GOOD, Answer(2, status=503, retry=24 * 365)],
        {"not_before": START + 2 * HOUR + 7 * DAY, "not_after": START + 3 * HOUR + 7 * DAY},
    ),
    "a Retry-After in the past is nothing": (
        [Answer(0, status=503, retry=-5)],
        {"not_before": START + HOUR * 9 // 10, "not_after": START + HOUR * 11 // 10},
    ),
    "failures double the wait": (
        [Answer(0, status=500), Answer(1, status=500), Answer(3, error="timeout", status=None)],
        {"failures": 3, "error": "timeout", "not_before": START + 3 * HOUR + 4 * HOUR * 9 // 10},
    ),
    "failures never make a feed wait longer than a day": (
        [Answer(hours, error="dns", status=None) for hours in range(0, 24 * 90, 24)],
        {"failures": 90, "status": "active", "not_after": START + 90 * DAY},
    ),
    "a good answer ends a row of failures": (
        [Answer(0, status=500), Answer(1, status=500), Answer(9, GOOD.body)],
        {"failures": 0, "error": None, "detail": None},
    ),
    "a host that wants peace is no failure of the feed": (
        [GOOD, Answer(2, status=None, error="host_waiting", retry=9, requests=0)],
        {
            "outcome": "refused",
            "failures": 0,
            "error": None,
            "not_before": START + 9 * HOUR,
            "rejects": [],
        },
    ),
    "what is not asked for its address is refused": (
        [Answer(0, status=None, error="robots", requests=0)],
        {"outcome": "refused", "failures": 1},
    ),
    "410 is asked once more in a day": (
        [GOOD, Answer(2, status=410)],
        {"status": "active", "error": "gone", "not_before": START + 2 * HOUR + 21 * HOUR},
    ),
    "410 twice retires a feed": (
        [GOOD, Answer(2, status=410), Answer(26, status=410)],
        {"status": "gone", "error": "gone", "outcome": "failed", "etag": '"a"'},
    ),
    "410 and something else between does not": (
        [GOOD, Answer(2, status=410), Answer(26, status=500), Answer(50, status=410)],
        {"status": "active", "failures": 3},
    ),
    "a retired feed that is asked by hand and answers is active": (
        [Answer(0, status=410), Answer(24, status=410), Answer(99, GOOD.body)],
        {"status": "active", "failures": 0},
    ),
    "a permanent redirect is not believed at once": (
        [Answer(0, GOOD.body, hops=PERMANENT)],
        {"fetch_url": None, "moved_to": NEW, "moved_times": 1, "final_url": NEW},
    ),
    "a permanent redirect met three times within a day is not believed": (
        [Answer(hours, GOOD.body, hops=PERMANENT) for hours in (0, 8, 16)],
        {"fetch_url": None, "moved_times": 3},
    ),
    "a permanent redirect met three times over a day is believed": (
        [Answer(hours, GOOD.body, hops=PERMANENT) for hours in (0, 12, 24)],
        {"fetch_url": NEW, "moved_to": None, "moved_times": 0, "url": URL},
    ),
    "a chain of permanent redirects leads to its end": (
        [
            Answer(hours, GOOD.body, hops=((308, "https://b.example/"), (301, NEW)))
            for hours in (0, 12, 24)
        ],
        {"fetch_url": NEW},
    ),
    "a temporary redirect is never kept": (
        [Answer(hours, GOOD.body, hops=((301, "https://b.example/"), (302, NEW))) for hours in
         (0, 12, 24, 36)],
        {"fetch_url": None, "moved_to": None},
    ),
    "a permanent redirect that is taken back is forgotten": (
        [Answer(0, GOOD.body, hops=PERMANENT), Answer(12, GOOD.body), Answer(24, GOOD.body,
         hops=PERMANENT)],
        {"fetch_url": None, "moved_times": 1, "moved_at": START + 24 * HOUR},
    ),
    "a feed that moved and moved back is asked where it was subscribed to": (
        [
            *(Answer(hours, GOOD.body, hops=PERMANENT) for hours in (0, 12, 24)),
            Answer(36, GOOD.body, hops=((301, URL),)),
        ],
        {"fetch_url": None, "moved_to": None},
    ),
    "an address moved to that fails three times is given up": (
        [
            *(Answer(hours, GOOD.body, hops=PERMANENT, headers=FULL) for hours in (0, 12, 24)),
            *(Answer(hours, status=404) for hours in (36, 48, 60)),
        ],
        {"fetch_url": None, "failures": 3, "etag": None},
    ),
    "an address moved to that is gone does not retire the feed": (
        [
            *(Answer(hours, GOOD.body, hops=PERMANENT) for hours in (0, 12, 24)),
            Answer(36, status=410),
            Answer(60, GOOD.body),
        ],
        {"fetch_url": None, "status": "active", "failures": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_poll(name: str) -> None:
    answers, expected = CASES[name]
    polled = after(*answers)
    feed, fetch = polled.feed, polled.fetch
    articles = [item for item in polled.items if isinstance(item, Article)]
    rejects = [item for item in polled.items if isinstance(item, Reject)]
    found = {
        **feed._asdict(),
        "outcome": fetch.outcome,
        "final_url": fetch.final_url,
        "articles": len(articles),
        "distinct": len({article.article_id for article in articles}),
        "rejects": [reject.reason + "*" * reject.kept for reject in rejects],
        "seen": len(feed.recent) // 16,
        "gap": (fetch.gap_from, fetch.gap_to),
        "first": articles[0].title if articles else None,
        "latest": max((article.published_at or 0 for article in articles), default=None),
    }
    lower, upper = expected.get("not_before"), expected.get("not_after")
    assert lower is None or feed.next_at >= lower
    assert upper is None or feed.next_at <= upper
    wanted = {key: value for key, value in expected.items() if not key.startswith("not_")}
    assert {key: found[key] for key in wanted} == wanted
    assert fetch.error == (
        feed.error if fetch.outcome != "refused" or feed.failures else fetch.error
    )
    assert all(item.source == URL for item in polled.items)
    assert len(polled.reasons) > 0


def test_articles_say_when_they_were_seen_and_fetched_and_where() -> None:
    article = after(Answer(3, rss(0))).items[0]
    assert isinstance(article, Article)
    assert (article.seen_at, article.fetched_at) == (START + 3 * HOUR, START + 3 * HOUR)
    assert (article.source, article.feed, article.outlet) == (URL, URL, "News")


def test_the_outlet_is_what_the_subscriber_calls_it() -> None:
    article = after(Answer(3, rss(0)), feed=Feed(URL, outlet="My News")).items[0]
    assert isinstance(article, Article)
    assert article.outlet == "My News"


def test_the_same_answer_gives_the_same_outcome() -> None:
    assert after(GOOD) == after(GOOD)


def test_a_failure_is_accounted_as_one_of_fetching() -> None:
    (item,) = after(Answer(0, status=404)).items
    assert isinstance(item, Reject)
    assert (item.stage, item.reason, item.detail) == (
        "fetch",
        "http_error",
        "answered 404 Not Found",
    )
    assert (item.source, item.seen_at, item.kept) == (URL, START, False)
