from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from source_helpers import articles, read, reasons


def lines(folder: Path, *rows: Any) -> Path:
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_synonyms_are_understood(tmp_path: Path) -> None:
    row = {
        "link": "https://example.com/a?utm_source=x",
        "headline": "A <b>title</b>, 'quoted'; DROP TABLE",
        "body": "<p>One &amp; two.</p><p>Three.</p>",
        "pubDate": "Fri, 14 Aug 2020 10:00:00 GMT",
        "publisher": {"name": "Example"},
        "author": [{"name": "Jane Doe"}, "John Roe"],
        "tags": "one, two",
        "lang": "en",
        "dateline": "SALVADOR, Feb 26 -",
        "crawled_at": 1597400000,
    }
    (article,) = articles(read(lines(tmp_path, row)))
    assert article.canonical_url == "https://example.com/a"
    assert article.title == row["headline"]
    assert article.text == "One & two.\n\nThree."
    assert (article.published_at, article.published_from) == (1_597_399_200_000_000, "file")
    assert (article.outlet, article.authors) == ("Example", ("Jane Doe", "John Roe"))
    assert (article.keywords, article.declared_language) == (("one", "two"), "en")
    assert (article.place, article.seen_at) == ("Salvador", 1_597_400_000_000_000)
    assert article.fetched_at == article.seen_at


def test_wrong_types_are_forgiven_or_noted(tmp_path: Path) -> None:
    rows = read(lines(tmp_path, {"title": 7, "text": {"a": 1}, "date": [1], "authors": {"b": 2}}))
    assert sorted(reasons(rows)) == ["article", "bad_date*", "bad_field*", "bad_field*"]
    assert articles(rows)[0].title == "7"


def test_what_is_no_article_is_rejected_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "a"}\n\n[1]\n{}\n{"title": "b"\n{"title": "c"}\n')
    rows = read(path)
    assert reasons(rows) == ["article", "not_an_object", "no_content", "bad_json", "article"]
    assert [getattr(row, "position", "") for row in rows] == ["", "line 3", "line 4", "line 5", ""]


def test_an_address_that_is_none_is_left_out_with_a_note(tmp_path: Path) -> None:
    rows = read(lines(tmp_path, {"title": "a", "url": "https://example.com/" + "a" * 10_000}))
    assert reasons(rows) == ["bad_url*", "article"]
    assert articles(rows)[0].url is None


def test_one_bad_line_is_decoded_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"title":"café au lait"}\n'.encode("latin-1") + '{"title":"é"}\n'.encode())
    rows = read(path)
    assert reasons(rows) == ["encoding_guessed*", "article", "article"]
    assert [article.title for article in articles(rows)] == ["café au lait", "é"]


def test_documents_may_be_an_object_a_list_or_a_list_in_an_object(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for whole in ({"title": "a"}, [{"title": "a"}], {"articles": [{"title": "a"}]}):
        path.write_text(json.dumps(whole))
        assert reasons(read(path)) == ["article"]


def test_a_json_feed_is_known_by_its_version(tmp_path: Path) -> None:
    item = {"id": "1", "url": "/a", "content_html": "<p>Text.</p>", "date_published": "2020-08-14"}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Example",
        "items": [item],
        "home_page_url": "https://example.com/",
        "language": "en",
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(feed))
    (article,) = articles(read(path))
    assert (article.url, article.guid, article.text) == ("https://example.com/a", "1", "Text.")
    assert (article.outlet, article.text_from, article.published_from) == (
        "Example",
        "feed_full",
        "feed",
    )
