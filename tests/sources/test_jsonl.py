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


def feed_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"version": "https://jsonfeed.org/version/1.1", "title": "Example", "items": items}


def test_a_summary_that_is_the_text_is_not_kept_twice(tmp_path: Path) -> None:
    only, same, other = articles(
        read(
            lines(
                tmp_path,
                {"title": "a", "summary": "One."},
                {"title": "b", "text": "One.\n", "summary": " One."},
                {"title": "c", "text": "One. Two.", "summary": "One."},
            )
        )
    )
    assert [(row.text, row.summary) for row in (only, same)] == [("One.", None), ("One.", None)]
    assert (other.text, other.summary) == ("One. Two.", "One.")
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(feed_of({"id": "1", "summary": "One."})))
    (item,) = articles(read(path))
    assert (item.text, item.summary, item.text_from) == ("One.", None, "feed_summary")


def test_the_day_of_a_dateline_is_from_the_text(tmp_path: Path) -> None:
    text = "PARIS, Aug 3, 2020 (AFP) - Ministers met."
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(feed_of({"id": "1", "content_text": text})))
    for file in (lines(tmp_path, {"text": text}), path):
        (row,) = articles(read(file))
        assert (row.published_at, row.published_precision, row.published_from) == (
            1_596_412_800_000_000,
            "day",
            "text",
        )
    (row,) = articles(read(lines(tmp_path, {"text": text, "date": "2020-08-04"})))
    assert (row.published_at, row.published_from) == (1_596_499_200_000_000, "file")


def test_the_id_that_a_line_states_is_its_guid(tmp_path: Path) -> None:
    rows = read(lines(tmp_path, {"id": 7, "title": "a"}, {"guid": "x-8", "title": "b"}))
    assert [(row.feed, row.guid) for row in articles(rows)] == [(None, "7"), (None, "x-8")]
    link = {"url": "https://example.com/a", "title": "a"}
    one, other = articles(read(lines(tmp_path, {**link, "id": 1}, {**link, "id": 2})))
    assert one.article_id == other.article_id
