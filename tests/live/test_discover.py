from __future__ import annotations

import pytest

from live.discover import feeds_offered

HOME = "https://news.example/section/"
RSS = 'rel="alternate" type="application/rss+xml"'


@pytest.mark.parametrize(
    ("rule", "html", "expected"),
    [
        ("none", "<p>Welcome</p>", []),
        ("one", f'<link {RSS} href="/feed" title="News">', [("https://news.example/feed", "News")]),
        (
            "in their order, comments last",
            f'<link {RSS} href="/comments/feed/" title="Comments"><link {RSS} href="b.xml">'
            '<link rel=alternate type=application/feed+json href=//cdn.example/f.json>',
            [
                ("https://news.example/section/b.xml", None),
                ("https://cdn.example/f.json", None),
                ("https://news.example/comments/feed/", "Comments"),
            ],
        ),
        (
            "each once",
            f'<link {RSS} href="/feed" title="A"><link {RSS} href="/feed" title="B">',
            [("https://news.example/feed", "A")],
        ),
        (
            "from where the base says",
            f'<base href="https://other.example/x/"><link {RSS} href="feed">',
            [("https://other.example/x/feed", None)],
        ),
        (
            "upper case, single quotes, entities",
            "<LINK REL='ALTERNATE' TYPE='application/atom+xml' TITLE='A &amp; B' "
            "HREF='/f?a=1&amp;b=2'>",
            [("https://news.example/f?a=1&b=2", "A & B")],
        ),
        ("the feed: scheme", f'<link {RSS} href="feed:https://a.example/f">',
         [("https://a.example/f", None)]),
        ("not in comments", f'<!-- <link {RSS} href="/old"> -->', []),
        ("no other schemes",
         f'<link {RSS} href="javascript:alert(1)"><link {RSS} href="file:///etc/x">', []),
        ("no other alternates", '<link rel="alternate" hreflang="de" href="/de">'
         '<link rel="alternate" type="application/json+oembed" href="/o">'
         '<link rel="alternate" type="application/json" href="/wp-json/1">', []),
        ("no style sheets", '<link rel="stylesheet" type="text/xml" href="/feed">', []),
        (
            "links in the text, where the head names none",
            '<a href="/about">About</a><a class=x href="/rss.xml">RSS</a>'
            '<a href="/news/feed/">Feed</a>',
            [("https://news.example/rss.xml", None), ("https://news.example/news/feed/", None)],
        ),
        ("titles are of one line", f'<link {RSS} href="/f" title="A\n&lt;b&gt;B&lt;/b&gt;\x1b[0m">',
         [("https://news.example/f", "A B [0m")]),
    ],
)  # fmt: skip
def test_the_feeds_of_a_page(rule: str, html: str, expected: list[tuple[str, str | None]]) -> None:
    found = feeds_offered(f"<html><head>{html}</head></html>".encode(), HOME)
    assert [(feed.url, feed.title) for feed in found] == expected


def test_there_are_at_most_fifty() -> None:
    html = "".join(f'<link {RSS} href="/{n}">' for n in range(900))
    assert len(feeds_offered(html.encode(), HOME)) == 50


@pytest.mark.parametrize("piece", ["<link ", "<!--", "<a href=", '<link a="', "a='' "])
def test_hostile_pages_end(piece: str) -> None:
    assert feeds_offered(b"<link " + piece.encode() * 200_000, HOME) == []
