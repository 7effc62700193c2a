"""No byte that a server may send makes anything here raise, and everything is accounted for."""

from __future__ import annotations

import json
import random

import pytest

from live.discover import feeds_offered
from live.extract import extract
from live.poll import poll
from live.response import Response
from live.walls import wall_of
from records import Article, Feed, Page
from tests.live.contents import DAILY, FOUR, JSON, RUSSIAN, START
from tests.live.walls import ASKED, CONSENTS, PAYWALLS, news

FEEDS = {
    "rss": FOUR,
    "rss with hints": DAILY,
    "legacy": RUSSIAN.encode("cp1251"),
    "wide": RUSSIAN.encode("utf-16"),
    "atom": b"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"
        xml:base="https://news.example/"><title type="html">&lt;b&gt;News</title><entry>
        <id>urn:1</id>
        <link href="/1"/><updated>2027-01-15T07:00:00Z</updated><title>One</title>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content>
        </entry></feed>""",
    "json": json.dumps({**JSON, "items": [{"id": "1", "content_html": "<p>A</p>"}] * 3}).encode(),
}
PAGES = {
    "article": news().encode(),
    "consent": CONSENTS["in French"].html.encode(),
    "paywall": PAYWALLS["an offer, Japanese"].html.encode(),
}
STRANGE = [
    *(
        b"<item>",
        b"</item>",
        b"]]>",
        b"<![CDATA[",
        b"&#0;",
        b"&#xD800;",
        b"\0",
        b"\xff\xfe",
        b"<!--",
    ),
    *(b"<?xml encoding='utf-16'?>", b"<pubDate>0</pubDate>", b"<link href='http://[::1'/>", b"{"),
    *(b"<guid>x</guid>", b"<media:credit>", b"</height>", b"<base href='//['>", b"\x1b[2J", b'"'),
    b"\\ud800",
]
TYPES = [
    "",
    "text/xml; charset=utf-16",
    "x; charset=\xff",
    "a;charset=hz",
    "text/html;charset=koi8-r",
]


def damaged(data: bytes, chance: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(chance.choice([1, 3, 20])):
        at = chance.randrange(len(body) + 1)
        kind = chance.randrange(4)
        if kind == 0 and at < len(body):
            body[at] = chance.randrange(256)
        elif kind == 1:
            del body[at : at + chance.randrange(40)]
        elif kind == 2:
            body[at:at] = chance.choice(STRANGE)
        else:
            start = chance.randrange(len(body) + 1)
            body[at : at + 9] = body[start : start + chance.randrange(60)]
    return bytes(body)


def response(kind: str, url: str, chance: random.Random) -> Response:
    headers = {"content-type": chance.choice(TYPES), "expires": "never", "age": "-"}
    return Response(kind, url, url, START, url, requests=1, status=200, headers=headers)


@pytest.mark.parametrize("name", FEEDS)
def test_a_damaged_feed_is_answered(name: str) -> None:
    chance = random.Random(name)
    feed = Feed("https://news.example/feed")
    for _ in range(60):
        body = damaged(FEEDS[name], chance)
        polled = poll(feed, response("feed", feed.url, chance), body, START)
        items = polled.items
        assert (polled.fetch.error is None) == (polled.feed.failures == 0)
        assert items or polled.fetch.entries == 0
        if polled.fetch.error is None:
            lost = sum(not isinstance(item, Article) and not item.kept for item in items)
            kept = sum(isinstance(item, Article) for item in items)
            assert polled.fetch.entries == kept + lost
        repr(polled).encode("utf-8")
        feed = polled.feed


@pytest.mark.parametrize("name", PAGES)
def test_a_damaged_page_is_answered(name: str) -> None:
    chance = random.Random(name)
    page = Page("0" * 32, ASKED)
    for _ in range(30):
        body = damaged(PAGES[name], chance)
        found = extract(page, response("page", ASKED, chance), body)
        assert (found.article is None) == (found.trouble is not None)
        repr((found, feeds_offered(body, ASKED))).encode("utf-8")
        assert wall_of({}, ASKED, None, body.decode("latin-1"), None) is None or body
