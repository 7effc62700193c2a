"""The pages behind summaries, fetched by the installed command: whose text is kept, what is told.

Each row is a site of its own: a feed of one entry, the page that it links to, robots.txt.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.commands import Commands
from tests.live.server import Behaviour, Do, Request, Server, answer, redirect
from tests.live.walls import CHALLENGES, CONSENTS, LOGINS, PAYWALLS, STORY, news, page
from tests.monitor import Monitor, hours
from tests.support import not_unique

HOURS = (0, 1, 12, 36)  # feeds are due at the first, the third and the last
SUMMARY = "The harbour is to be dredged."
HTML = news().encode()
TYPE = "Content-Type: text/html; charset=utf-8"
METADATA = "http://169.254.169.254/latest/meta-data/"
LINKS = "<ul>" + "<li><a href='/a'>What the town has to say</a></li>" * 12 + "</ul>"
FORBIDDEN = b"User-agent: *\nDisallow: /p"


def feed(link: str, text: str = SUMMARY, more: str = "") -> bytes:
    """A feed of one entry; `link` may be relative."""
    item = f"<item><title>Harbour to be dredged</title><link>{link}</link><guid>1</guid>"
    item += f"<description>{text}</description>{more}</item>"
    spaces = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return (
        f"<rss version='2.0' {spaces}><channel><title>Site</title>{item}</channel></rss>".encode()
    )


class Row(NamedTuple):
    """What a site answers with, and what comes of its entry's page in four polls."""

    page: Behaviour
    status: str | None = "done"  # of the page; None: it was never to be fetched
    error: str | None = None
    attempts: int = 1
    text_from: str = "feed_summary"  # of the article, at the end
    asked: int = 1  # requests for the page
    robots: Behaviour = lambda _: answer(404)
    read: int | None = None  # requests for robots.txt; None: one a day
    link: str = "/page"
    text: str = SUMMARY
    more: str = ""  # of the entry


def says(html: str, status: int = 200, *headers: str) -> Behaviour:
    return lambda _: answer(status, html.encode(), TYPE, *headers)


def good(_: Request) -> bytes:
    return answer(200, HTML, TYPE)


def kept(error: str, serve: Behaviour, status: str = "failed", attempts: int = 1) -> Row:
    """A page of which nothing comes: the feed's own text stays."""
    return Row(serve, status, error, attempts, asked=attempts)


ROWS: dict[str, Row] = {
    "an article": Row(good, text_from="page"),
    "out of service, and then in no coding": Row(
        lambda request: (
            answer(200, HTML, TYPE, "Content-Encoding: gzip") if request.times > 1 else answer(503)
        ),
        "failed",
        "bad_coding",
        2,
        asked=2,
    ),
    "an article at the second try": Row(
        lambda request: good(request) if request.times > 1 else answer(500),
        attempts=2,
        text_from="page",
        asked=2,
    ),
    "an article at another address": Row(
        lambda request: good(request) if "?" in request.target else redirect(301, "/page?2"),
        text_from="page",
        asked=2,
    ),
    "an article that names another address": Row(
        says(news(head="<link rel='canonical' href='/the-page'>")), text_from="page"
    ),
    "not there": kept("http_error", lambda _: answer(404), attempts=4),
    "gone": kept("gone", lambda _: answer(410)),
    "not allowed": kept("http_error", lambda _: answer(403)),
    "out of order": kept("http_error", lambda _: answer(500), attempts=4),
    "cut off": kept(
        "incomplete", lambda _: [answer(200, HTML[:900], length=9_999), Do.CLOSE], attempts=4
    ),
    "asked too often": kept(
        "rate_limited", lambda _: answer(429, b"", "Retry-After: 172800"), "waiting"
    ),
    "a paid article": kept("paywall", says(PAYWALLS["an offer, French"].html), "blocked"),
    "a challenge": kept("challenge", says(CHALLENGES["Akamai, denied"].html, 403), "blocked"),
    "a challenge that says 200": kept("challenge", says(CHALLENGES["DataDome"].html), "blocked"),
    "a page about cookies": kept(
        "consent", says(CONSENTS["in German, ads or money"].html), "blocked"
    ),
    "a page to log in at": kept("login", says(LOGINS["a form"].html), "blocked"),
    "less than the feed has": kept(
        "no_better", says(page("Harbour", "<article><p>Dredged.</p></article>"))
    ),
    "a list of links": kept("no_text", says(page("Front", LINKS))),
    "a picture": kept("unsupported", lambda _: answer(200, b"\x89PNG", "Content-Type: image/png")),
    "nothing": kept("empty", lambda _: answer(200), attempts=4),
    "moved into a private network": kept("private_address", lambda _: redirect(302, METADATA)),
    "moved in a circle": kept("redirect_loop", lambda _: redirect(302, "/page")),
    "forbidden by robots.txt": Row(
        good, "refused", "robots", 1, asked=0, robots=lambda _: answer(200, FORBIDDEN)
    ),
    "moved to where robots.txt forbids": Row(
        lambda _: redirect(302, "/private"),
        "refused",
        "robots",
        1,
        robots=lambda _: answer(200, FORBIDDEN + b"rivate"),
    ),
    "behind a robots.txt that is out of order": Row(
        good, "waiting", "robots_unread", 0, asked=0, robots=lambda _: answer(500), read=4
    ),
    "behind a robots.txt that is out of order for once": Row(
        good,
        text_from="page",
        robots=lambda request: answer(500 if request.times == 1 else 404),
        read=2,
    ),
    "in a private network": Row(
        good, "failed", "private_address", 1, asked=0, read=0, link=METADATA
    ),
    "no page at all": Row(good, None, asked=0, read=0, link=""),
    "the site's front page": Row(good, None, asked=0, read=0, link="/"),
    "not needed": Row(
        good,
        None,
        text_from="feed_full",
        asked=0,
        read=0,
        more=f"<content:encoded>{STORY * 3}</content:encoded>",
    ),
}

PAGES = f"SELECT feed, status, error, attempts, {hours('next_at')} FROM pages"
ARTICLES = """
SELECT feed, text_from, text, revisions::INTEGER
FROM articles JOIN (SELECT DISTINCT article_id, feed FROM sightings WHERE feed = source)
USING (article_id)
"""
FETCHES = """
SELECT feed, sum(requests) FILTER (kind = 'page')::INTEGER,
    list(outcome ORDER BY requested_at) FILTER (kind = 'feed')
FROM fetches GROUP BY feed
"""
NOTES = "SELECT source, list((stage, reason)) FROM rejects WHERE kept GROUP BY source"
COMPLETE = """
SELECT feed, articles, summaries, pages_waiting, pages_done, pages_failed, pages_blocked,
    pages_refused
FROM completeness
"""


class Found(NamedTuple):
    """What all polls left, by the names of ROWS."""

    accounts: list[dict[str, Any]]
    pages: dict[str, Any]
    articles: dict[str, Any]
    fetches: dict[str, Any]
    complete: dict[str, Any]
    notes: dict[str, list[tuple[str, str]]]  # by the address of the page
    asked: dict[str, list[str]]
    aliases: set[tuple[str, str, str]]
    doubled: list[str]
    unaccounted: int  # requests


@pytest.fixture(scope="module")
def found(newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory) -> Found:
    def site(request: Request) -> Any:
        """Whichever row's host is asked."""
        row = ROWS[names[request.host]]
        if request.path == "/feed":
            return answer(200, feed(row.link, row.text, row.more))
        return row.robots(request) if request.path == "/robots.txt" else row.page(request)

    paths = ["/feed", "/page", "/robots.txt", "/private", "/"]
    with Server(dict.fromkeys(paths, site)) as server:
        names = {server.host(name): name for name in ROWS}
        feeds = {server.url("/feed", name): name for name in ROWS}
        pages = {server.url("/page", name): name for name in ROWS}
        monitor = Monitor(newsbeam, tmp_path_factory.mktemp("polled"))
        monitor.subscribe(*feeds)
        accounts = [monitor.poll(hours=at) for at in HOURS]

        def by_name(sql: str, urls: dict[str, str] = feeds) -> dict[str, Any]:
            rows = [row for row in monitor.ask(sql) if row[0] in urls]
            return {urls[url]: row[0] if len(row) == 1 else tuple(row) for url, *row in rows}

        return Found(
            accounts,
            by_name(PAGES),
            by_name(ARTICLES),
            by_name(FETCHES),
            by_name(COMPLETE),
            by_name(NOTES, pages),
            {name: server.targets(host) for host, name in names.items()},
            {
                (names[urlsplit(url).hostname or ""], url[url.index("/", 8) :], kind)
                for url, kind in monitor.ask("SELECT url, kind FROM url_aliases")
            },
            not_unique(monitor.store),
            monitor.ask("SELECT sum(requests) FROM fetches")[0][0] - len(server.asked),
        )


@pytest.mark.parametrize("name", ROWS)
def test_behind_an_entry_is(name: str, found: Found) -> None:
    row = ROWS[name]
    if row.status is None:
        assert name not in found.pages
    else:
        status, error, attempts, due = found.pages[name]
        assert (status, error, attempts) == (row.status, row.error, row.attempts)
        if status == "waiting":
            wait = 48 if error == "rate_limited" else HOURS[-1] + 0.25
            assert wait <= due <= wait * 1.1
    asked = found.asked[name]
    assert len([each for each in asked if each.startswith("/page")]) == row.asked
    days = 2 if row.attempts == len(HOURS) else 1  # robots.txt holds for a day
    assert asked.count("/robots.txt") == (days if row.read is None else row.read)
    assert "/private" not in asked
    text_from, text, revisions = found.articles[name]
    assert text_from == row.text_from
    assert ("Fishermen" in text) == (text_from != "feed_summary")
    assert revisions == (2 if text_from == "page" else 1)
    waits = row.error == "rate_limited"  # a host that wants to be left alone, by its feed as well
    requests, outcomes = found.fetches[name]
    assert requests == (None if row.status is None else row.asked)
    assert outcomes == ["new", "refused" if waits else "unchanged", "unchanged"][: 3 - waits]
    kinds = ("waiting", "done", "failed", "blocked", "refused")
    assert found.complete[name] == (
        1, text_from == "feed_summary", *(row.status == kind for kind in kinds)
    )  # fmt: skip
    over = row.status in ("failed", "blocked", "refused") and row.link == "/page"
    assert found.notes.get(name, []) == ([("fetch", row.error)] if over else [])


def test_every_item_and_request_is_accounted(found: Found) -> None:
    total = {
        name: sum(account[name] for account in found.accounts)
        for name in ("new", "revised", "unchanged", "rejected", "noted")
    }
    pages = sum(row.text_from == "page" for row in ROWS.values())
    over = sum(row.status in ("failed", "blocked", "refused") for row in ROWS.values())
    none = {"unchanged": 0, "rejected": 0}
    assert total == none | {"new": len(ROWS), "revised": pages, "noted": over}
    assert found.unaccounted == 0
    assert found.doubled == []


def test_other_addresses_of_an_article_are_learned(found: Found) -> None:
    assert found.aliases == {
        ("an article at another address", "/page?2", "redirect"),
        ("an article that names another address", "/the-page", "rel_canonical"),
    }
