from __future__ import annotations

from pathlib import Path

from source_helpers import articles, read, reasons

RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Example News</title>
<link>https://example.com/</link><language>en-gb</language>
<atom:link rel="self" href="https://example.com/rss"/>%s</channel></rss>"""


def feed(folder: Path, text: str, name: str = "a.rss") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_the_full_text_is_preferred_to_the_summary(tmp_path: Path) -> None:
    item = """<item><title>One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title><link>/a</link>
    <guid isPermaLink="false">7</guid><description>Short.</description>
    <content:encoded><![CDATA[<p>Long and <i>full</i>.</p>]]></content:encoded>
    <pubDate>Fri, 14 Aug 2020 10:00:00 GMT</pubDate><category>Politics</category></item>"""
    (article,) = articles(read(feed(tmp_path, RSS % item)))
    assert (article.title, article.text, article.summary) == (
        "One & two",
        "Long and full.",
        "Short.",
    )
    assert (article.text_from, article.published_from) == ("feed_full", "feed")
    assert (article.url, article.guid) == ("https://example.com/a", "7")
    assert (article.feed, article.outlet) == ("https://example.com/rss", "Example News")
    assert (article.keywords, article.declared_language) == (("Politics",), "en-gb")
    assert article.published_at == 1_597_399_200_000_000


def test_an_atom_entry_without_a_summary_is_full(tmp_path: Path) -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom"><title>E</title><entry><id>urn:1</id>
    <title>T</title><link href="https://example.com/a"/><updated>2020-08-14T10:00:00Z</updated>
    <author><name>Jane Doe</name></author><content type="html">&lt;p&gt;Body&lt;/p&gt;</content>
    </entry></feed>"""
    (article,) = articles(read(feed(tmp_path, text, "a.xml")))
    assert (article.text, article.text_from, article.summary) == ("Body", "feed_full", None)
    assert article.authors == ("Jane Doe",)


def test_an_entry_of_nothing_is_one_reject(tmp_path: Path) -> None:
    rows = read(feed(tmp_path, RSS % "<item><title>A</title></item><item></item>"))
    assert reasons(rows) == ["article", "no_content"]
    assert getattr(rows[1], "position", "") == "entry 2"


def test_a_feed_of_no_entries_gives_nothing(tmp_path: Path) -> None:
    assert read(feed(tmp_path, RSS % "")) == []


def test_what_is_malformed_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    rows = read(feed(tmp_path, RSS % "<item><title>A & B</title></item>"))
    assert reasons(rows) == ["malformed*", "article"]


def test_what_is_no_feed_is_one_reject(tmp_path: Path) -> None:
    assert reasons(read(feed(tmp_path, "<note>hello</note>"))) == ["not_a_feed"]


def test_the_day_of_a_dateline_stands_in_for_a_date(tmp_path: Path) -> None:
    text = "PARIS, Aug 3, 2020 (AFP) - Ministers met."
    item = f"<item><title>A</title><description>{text}</description>%s</item>"
    (row,) = articles(read(feed(tmp_path, RSS % item % "")))
    assert (row.published_at, row.published_precision, row.published_from) == (
        1_596_412_800_000_000,
        "day",
        "text",
    )
    date = "<pubDate>Fri, 14 Aug 2020 10:00:00 GMT</pubDate>"
    (row,) = articles(read(feed(tmp_path, RSS % item % date)))
    assert (row.published_at, row.published_from) == (1_597_399_200_000_000, "feed")


def test_copies_of_a_feed_in_two_folders_have_the_articles_of_one(tmp_path: Path) -> None:
    items = "<item><title>A</title><link>https://example.com/a</link><guid>1</guid></item>"
    items += "<item><title>B</title><guid isPermaLink='false'>2</guid></item>"
    text = f"<rss version='2.0'><channel><title>Example</title>{items}</channel></rss>"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        feed(tmp_path / name, text)
    first, second = (articles(read(tmp_path / name)) for name in ("one", "two"))
    assert [row.feed for row in first] == [str(tmp_path / "one" / "a.rss")] * 2
    assert first[0].article_id == second[0].article_id == articles(read(tmp_path))[0].article_id
    assert first[1].article_id != second[1].article_id  # a GUID counts for its feed alone
    assert first == articles(read(tmp_path / "one"))
