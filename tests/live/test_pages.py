"""What becomes of a page that waits, for each answer: one a line, as a sentence."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from live.answers import Trouble
from live.extract import Extracted, extract
from live.extracting import Extractor
from live.pages import Settled, failure, settle
from live.read import ReadResponses
from live.response import Response, write_response
from records import Article, Page, Reject
from sources.identity import document_id
from tests.live.walls import ASKED, CHALLENGES, MENU, PAYWALLS, STORY, news, page

FEED = "https://news.example/feed"
MINUTE = 60_000_000
HOUR = 60 * MINUTE
NOW = 1_800_000_000_000_000
ENTRY = Page("ab" * 16, ASKED, FEED, queued_at=NOW - HOUR, words=20)


def answer(**fields: Any) -> Response:
    given = {"final_url": ASKED, "requests": 1, "status": 200, "page": ENTRY, **fields}
    return Response("page", ASKED, ASKED, NOW, **given)


def settled(response: Response, body: bytes | None, entry: Page = ENTRY) -> Settled:
    found = failure(entry, response, body) or extract(entry, response, body or b"")
    return settle(entry, response, found)


HTML = news().encode()
NONE = {"status": None, "final_url": None}
# rule: the answer, its body, then status, outcome, attempts, error, and the wait in minutes
CASES: dict[str, tuple[dict[str, Any], bytes | None, tuple[Any, ...]]] = {
    "an article is done": ({}, HTML, ("done", "new", 1, None, None)),
    "a PDF is no page": (
        {"headers": {"content-type": "application/pdf"}},
        b"%PDF-1.7",
        ("failed", "failed", 1, "unsupported", None),
    ),
    "a page without a text is given up": (
        {},
        page("Front", f"<ul>{MENU}</ul>").encode(),
        ("failed", "failed", 1, "no_text", None),
    ),
    "fewer words than the entry has are no better": (
        {},
        page("Harbour", f"<article><p>{STORY[:90]}</p></article>").encode(),
        ("failed", "failed", 1, "no_better", None),
    ),
    "a wall is not asked again": (
        {},
        CHALLENGES["DataDome"].html.encode(),
        ("blocked", "blocked", 1, "challenge", None),
    ),
    "a paid article is not asked for again": (
        {},
        PAYWALLS["an offer, French"].html.encode(),
        ("blocked", "blocked", 1, "paywall", None),
    ),
    "a challenge under 403 is a wall": (
        {"status": 403, "error": "http_error"},
        CHALLENGES["Akamai, denied"].html.encode(),
        ("blocked", "blocked", 1, "challenge", None),
    ),
    "a challenge under 503 is a wall": (
        {"status": 503, "headers": {"cf-mitigated": "challenge"}},
        None,
        ("blocked", "blocked", 1, "challenge", None),
    ),
    "payment required is a paywall": (
        {"status": 402},
        None,
        ("blocked", "blocked", 1, "paywall", None),
    ),
    "a password required is a login": (
        {"status": 401},
        None,
        ("blocked", "blocked", 1, "login", None),
    ),
    "a country kept out is a region": (
        {"status": 451},
        None,
        ("blocked", "blocked", 1, "region", None),
    ),
    "forbidden without a sign is given up": (
        {"status": 403},
        b"no",
        ("failed", "failed", 1, "http_error", None),
    ),
    "not found may be early: it is tried again": (
        {"status": 404},
        b"no",
        ("waiting", "failed", 1, "http_error", 15),
    ),
    "gone is given up": ({"status": 410}, None, ("failed", "failed", 1, "gone", None)),
    "an error of the server is tried again": (
        {"status": 500},
        b"no",
        ("waiting", "failed", 1, "http_error", 15),
    ),
    "an empty answer is tried again": ({}, b" \n", ("waiting", "failed", 1, "empty", 15)),
    "no answer is tried again": (
        {**NONE, "error": "timeout"},
        None,
        ("waiting", "failed", 1, "timeout", 15),
    ),
    "asked too often: not before the server says": (
        {"status": 429, "retry_at": NOW + 5 * HOUR},
        None,
        ("waiting", "failed", 1, "rate_limited", 300),
    ),
    "a host that waits is no attempt": (
        {**NONE, "error": "host_waiting", "requests": 0, "retry_at": NOW + 5 * HOUR},
        None,
        ("waiting", "refused", 0, "host_waiting", 300),
    ),
    "what robots.txt forbids is never asked": (
        {**NONE, "error": "robots", "requests": 0},
        None,
        ("refused", "refused", 1, "robots", None),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_page(name: str) -> None:
    fields, body, (status, outcome, attempts, error, wait) = CASES[name]
    found = settled(answer(**fields), body)
    assert (found.page.status, found.fetch.outcome) == (status, outcome)
    assert (found.page.attempts, found.page.error) == (attempts, error)
    assert (found.fetch.kind, found.fetch.url, found.fetch.feed) == ("page", ASKED, FEED)
    if wait is None:
        assert found.fetch.next_at is None
    else:
        assert NOW + wait * MINUTE <= found.page.next_at <= NOW + wait * MINUTE * 1.21
        assert found.items == ()
    if status in ("failed", "blocked", "refused"):
        (note,) = found.items
        assert isinstance(note, Reject)
        assert (note.stage, note.reason, note.kept, note.source) == ("fetch", error, True, ASKED)
        assert note.detail.startswith("the feed's own text is kept")


def test_attempts_wait_for_15_minutes_1_and_4_hours_and_then_it_is_given_up() -> None:
    entry, waits = ENTRY, []
    for _ in range(4):
        entry = settle(entry, answer(status=500), Trouble("http_error", "x")).page
        waits.append(round((entry.next_at - NOW) / HOUR, 2))
    assert 0.25 <= waits[0] <= 0.28
    assert 1 <= waits[1] <= 1.1
    assert 4 <= waits[2] <= 4.4
    assert (entry.status, entry.attempts) == ("failed", 4)


def test_a_host_that_waits_for_a_week_gives_its_pages_up() -> None:
    entry = ENTRY._replace(queued_at=NOW - 8 * 24 * HOUR)
    response = answer(status=None, requests=0)
    assert settle(entry, response, Trouble("host_waiting", "x")).page.status == "failed"


def article(html: str, entry: Page = ENTRY, **fields: Any) -> Article:
    found = extract(entry, answer(**fields), html.encode()).article
    assert found is not None
    return found


def test_the_article_is_the_entrys_with_the_pages_text() -> None:
    entry = ENTRY._replace(
        outlet="My outlet",
        title="As the feed has it",
        summary="In short",
        authors=("A. Writer",),
        published_at=NOW - HOUR,
        published_precision="second",
        published_from="feed",
    )
    head = '<html lang="en"><meta property="article:published_time" content="2026-12-01T10:00:00Z">'
    found = article(head + news(3), entry)
    assert (found.article_id, found.source, found.feed) == (ENTRY.article_id, ASKED, FEED)
    assert found.document_id == document_id(found, ENTRY.article_id)
    assert (found.outlet, found.title, found.summary) == (
        "My outlet",
        "As the feed has it",
        "In short",
    )
    assert (found.authors, found.published_at, found.published_from) == (
        ("A. Writer",),
        NOW - HOUR,
        "feed",
    )
    assert (found.text_from, found.url) == ("page", ASKED)
    assert (found.seen_at, found.fetched_at) == (NOW, NOW)
    assert found.text is not None
    assert "Part 2 of the report." in found.text
    assert found.declared_language == "en"


def test_what_the_entry_does_not_say_the_page_does() -> None:
    head = (
        '<meta property="article:published_time" content="2026-12-01T10:00:00Z">'
        '<meta property="og:site_name" content="The Example">'
    )
    found = article(news(3, head))
    assert (found.published_from, found.published_precision) == ("page", "second")
    assert found.published_at == 1_796_119_200_000_000
    assert found.outlet == "The Example"
    assert found.title == "Harbour to be dredged"


def test_a_bare_day_of_an_entry_gives_way_to_a_time_on_the_page() -> None:
    head = '<meta property="article:published_time" content="2026-12-01T10:00:00Z">'
    bare = ENTRY._replace(published_at=NOW, published_precision="day", published_from="feed")
    assert article(news(3, head), bare).published_from == "page"
    assert article(news(3), bare).published_from == "feed"


@pytest.mark.parametrize(
    ("canonical", "final", "alias", "redirect"),
    [
        (None, ASKED, None, None),
        (ASKED + "?utm_source=feed", "http://www.news.example/2027/harbour/", None, None),
        ("/2027/the-harbour-story", ASKED, "https://news.example/2027/the-harbour-story", None),
        (None, "https://other.example/harbour", None, "https://other.example/harbour"),
        ("/b", "https://other.example/c", "https://other.example/b", "https://other.example/c"),
        ("https://news.example/", "https://news.example/", None, None),
        ("javascript:alert(1)", ASKED, None, None),
    ],
)
def test_another_address_is_an_alias_or_a_redirect(
    canonical: str | None, final: str, alias: str | None, redirect: str | None
) -> None:
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    found = article(news(3, head), final_url=final)
    assert (found.alias, found.redirect) == (alias, redirect)


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "koi8-r"])
def test_the_servers_charset_is_read(charset: str) -> None:
    story = "Совет решил весной углубить гавань старого города, о чём рыбаки просили годами. "
    html = page("Гавань", f"<article><h1>Гавань</h1><p>{story * 9}</p></article>")
    response = answer(headers={"content-type": f"text/html; charset={charset}"})
    found = extract(ENTRY, response, html.encode(charset))
    assert found.article is not None
    assert found.article.text is not None
    assert found.article.text.startswith("Совет решил")


def test_pages_are_read_by_one_process_which_is_kept(tmp_path: Path) -> None:
    sidecar = str(write_response(tmp_path, answer(), HTML))
    extractor = Extractor(pages=2)
    try:
        expected = extract(ENTRY, answer(), HTML)
        assert extractor.extract(sidecar) == expected
        first = extractor._process
        assert extractor.extract(sidecar) == expected
        assert extractor._process is first
        assert extractor.extract(sidecar) == expected
        assert extractor._process is not first  # it had read its share
        assert first is not None
        assert first.returncode == 0
    finally:
        extractor.close()


def test_a_page_that_takes_too_long_ends_its_process_and_no_more(tmp_path: Path) -> None:
    sidecar = str(write_response(tmp_path, answer(), HTML))
    extractor = Extractor(seconds=1e-6)
    found = extractor.extract(sidecar)
    assert found == Trouble("too_slow", "not read after 1e-06 seconds")
    extractor._seconds = 10.0
    try:
        assert isinstance(extractor.extract(sidecar), Extracted)
    finally:
        extractor.close()


def test_a_process_that_no_alarm_reaches_is_ended_by_whoever_asked(tmp_path: Path) -> None:
    sidecar = str(write_response(tmp_path, answer(), HTML))
    extractor = Extractor()
    try:
        extractor.extract(sidecar)
        stopped = extractor._process
        assert stopped is not None
        stopped.send_signal(signal.SIGSTOP)
        extractor._seconds, extractor._grace = 0.01, 0.01
        assert extractor.extract(sidecar) == Trouble("too_slow", "not read after 0.01 seconds")
        assert stopped.returncode == -signal.SIGKILL
        extractor._seconds, extractor._grace = 10.0, 10.0
        assert isinstance(extractor.extract(sidecar), Extracted)
    finally:
        extractor.close()


def test_a_process_that_is_killed_from_outside_is_replaced(tmp_path: Path) -> None:
    sidecar = str(write_response(tmp_path, answer(), HTML))
    extractor = Extractor()
    try:
        extractor.extract(sidecar)
        assert extractor._process is not None
        extractor._process.send_signal(signal.SIGKILL)
        assert isinstance(extractor.extract(sidecar), Extracted)
    finally:
        extractor.close()


def test_responses_of_pages_become_articles_and_rows_of_the_queue(tmp_path: Path) -> None:
    sidecar = str(write_response(tmp_path, answer(), HTML))
    with TestPipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | beam.Create([sidecar]) | ReadResponses()
        articles = read.articles | beam.Map(lambda each: (each.article_id, each.text_from))
        assert_that(articles, equal_to([(ENTRY.article_id, "page")]), label="articles")
        pages = read.pages | "rows" >> beam.Map(lambda each: (each.url, each.status))
        assert_that(pages, equal_to([(ASKED, "done")]), label="pages")
        fetches = read.fetches | "kinds" >> beam.Map(lambda each: (each.kind, each.outcome))
        assert_that(fetches, equal_to([("page", "new")]), label="fetches")
