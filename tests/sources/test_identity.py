from __future__ import annotations

from records import Article
from sources.identity import identified

PLAIN = Article("/a.jsonl", "", 0, 1, title="A title", text="A text.")


def test_ids_are_pinned_because_stores_depend_on_them() -> None:
    article = identified(PLAIN._replace(url="http://www.example.com/a?utm_source=x"))
    assert article.canonical_url == "https://example.com/a"
    assert article.article_id == "d4025136165e4feff489f137a2963350"
    assert article.document_id == 15969044069443878177
    numbered = identified(PLAIN._replace(outlet="Example", guid="7"))
    assert numbered.article_id == "59c1a1f17180aa51585ec5d22c9bc417"
    assert numbered.document_id == 759113070507792437


def test_source_and_times_are_not_part_of_the_document() -> None:
    moved = PLAIN._replace(source="/b.jsonl", seen_at=2, fetched_at=3)
    assert identified(moved).document_id == identified(PLAIN).document_id


def test_none_and_nothing_differ() -> None:
    assert identified(PLAIN._replace(guid="")).document_id != identified(PLAIN).document_id


def test_one_author_and_one_keyword_are_not_two_authors() -> None:
    one = identified(PLAIN._replace(authors=("a",), keywords=("b",)))
    assert one.document_id != identified(PLAIN._replace(authors=("a", "b"))).document_id


def test_identity_falls_from_url_to_guid_to_file_to_number_to_content() -> None:
    entry = PLAIN._replace(feed="https://example.com/rss", guid="7", url="https://example.com/a")
    by_url = identified(entry).article_id
    assert by_url == identified(PLAIN._replace(url="https://example.com/a#x")).article_id
    by_guid = identified(entry._replace(url="https://example.com/")).article_id
    assert by_guid == identified(entry._replace(url=None, title="B")).article_id
    by_file = identified(PLAIN, uri="file:///a.txt").article_id
    by_number = identified(PLAIN._replace(guid="7")).article_id
    by_content = identified(PLAIN).article_id
    assert len({by_url, by_guid, by_file, by_number, by_content}) == 5
    assert identified(PLAIN._replace(text="B")).article_id != by_content


def test_the_id_of_a_line_counts_for_its_outlet_alone() -> None:
    line = PLAIN._replace(outlet="Example", guid="7")
    assert identified(line._replace(title="B")).article_id == identified(line).article_id
    assert identified(line._replace(outlet="Other")).article_id != identified(line).article_id
    addressed = line._replace(url="https://example.com/a")
    assert identified(addressed).article_id == identified(addressed._replace(guid="8")).article_id
