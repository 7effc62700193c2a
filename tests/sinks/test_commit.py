"""The commit: which content is current, where an article was met, what became of a batch."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from records import Evidence, Reject, TopicMatch
from sinks.commit import Counts
from sinks.manifest import SpoolError
from tests.support import DAY, NOON, SECOND, Store, article, article_id, moment, not_unique, words

HOUR = 3600 * SECOND


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def iso(time: str) -> int:
    return moment(time)


def test_an_article_is_stored_with_everything_that_was_received(store: Store) -> None:
    received = article(
        "full",
        words(0, 30),
        seen_at=iso("2024-06-01T12:00:00Z"),
        feed="https://full.example/rss",
        guid="g1",
        fetched_at=iso("2024-06-01T12:00:01Z"),
        outlet="Full",
        agency="TASS",
        place="BRUSSELS",
        title="A title",
        text_from="feed_full",
        summary="Short",
        authors=("Ann", "Bob"),
        keywords=("k",),
        published_at=iso("2024-05-31T23:30:00Z"),
        published_precision="second",
        published_from="feed",
        declared_language="en-GB",
    )._replace(
        topics=(
            TopicMatch("war", 2.5, "media", "1", (Evidence("war", "W0", "text", 1, 2, 2.5),)),
            TopicMatch("peace", 1.0, "media", "1", ()),
        )
    )
    assert store.add(received) == Counts(read=1, new=1)
    marks = received.fingerprint
    assert marks is not None
    assert store.ask(
        """
        SELECT * REPLACE (
            epoch_us(published_at) AS published_at, published_on::VARCHAR AS published_on,
            epoch_us(first_seen_at) AS first_seen_at, epoch_us(fetched_at) AS fetched_at
        )
        FROM articles
        """
    ) == [
        (
            received.article_id,
            "https://full.example/a",
            "https://full.example/a",
            "Full",
            "TASS",
            "BRUSSELS",
            "A title",
            words(0, 30),
            "feed_full",
            "Short",
            ["Ann", "Bob"],
            ["k"],
            iso("2024-05-31T23:30:00Z"),
            "2024-05-31",
            "second",
            "feed",
            iso("2024-06-01T12:00:00Z"),
            iso("2024-06-01T12:00:01Z"),
            "en",
            0.9,
            "vote",
            "en-GB",
            30,
            ["war", "peace"],
            marks.content_id,
            marks.text_id,
            None,
            None,
            None,
            received.article_id,
            1,
            1,
            1,
            1,
        )
    ]
    assert store.ask("SELECT topic, score, evidence FROM article_topics ORDER BY score DESC") == [
        (
            "war",
            2.5,
            [
                {
                    "term": "war",
                    "surface": "W0",
                    "field": "text",
                    "start": 1,
                    "length": 2,
                    "weight": 2.5,
                }
            ],
        ),
        ("peace", 1.0, []),
    ]


def test_no_topics_and_not_tagged_are_told_apart(store: Store) -> None:
    store.add(article("none", "a"), article("untagged", "b")._replace(topics=None))
    assert store.one("none", "topics") == []
    assert store.one("untagged", "topics") is None


def test_the_content_seen_last_is_current_and_the_other_is_kept(store: Store) -> None:
    store.add(article("a", "old text", NOON))
    assert store.add(article("a", "new text", NOON + HOUR)) == Counts(read=1, revised=1)
    assert store.one("a", "text, revision, revisions") == ("new text", 2, 2)
    assert store.ask("SELECT revision, text, changed FROM revisions ORDER BY revision") == [
        (1, "old text", []),
        (2, "new text", ["text"]),
    ]


def test_an_older_content_that_comes_later_is_an_earlier_revision(store: Store) -> None:
    store.add(article("a", "new text", NOON + HOUR))
    store.add(article("a", "old text", NOON))
    assert store.one("a", "text, revision, revisions, epoch_us(first_seen_at)") == (
        "new text",
        2,
        2,
        NOON,
    )


def test_a_correction_taken_back_is_two_contents_and_not_three(store: Store) -> None:
    first = article("a", "version one", NOON)
    store.add(first)
    store.add(article("a", "version two", NOON + HOUR))
    assert store.one("a", "text") == "version two"
    assert store.add(first._replace(seen_at=NOON + 2 * HOUR)) == Counts(read=1, unchanged=1)
    assert store.one("a", "text, revision, revisions") == ("version one", 1, 2)
    assert store.ask("SELECT text, epoch_us(last_seen_at) FROM revisions ORDER BY revision") == [
        ("version one", NOON + 2 * HOUR),
        ("version two", NOON + HOUR),
    ]
    assert store.ask("SELECT count(*) FROM internal.past") == [(1,)]


def test_contents_seen_at_the_same_time_are_ordered_by_content_id(store: Store) -> None:
    both = [article("a", "one text"), article("a", "another text")]
    both.sort(key=lambda each: each.fingerprint.content_id)  # type: ignore[union-attr]
    store.add(*both)
    assert store.one("a", "text") == both[1].text
    assert store.ask("SELECT text FROM revisions ORDER BY revision") == [
        (both[0].text,),
        (both[1].text,),
    ]


def test_summary_and_full_text_from_two_feeds_do_not_flip_flop(store: Store) -> None:
    for hour in range(4):
        short = article(
            "a", "The lead only", NOON + hour * HOUR, text_from="feed_summary", source="feed-one"
        )
        long = article(
            "a", "The lead only and the rest", NOON, text_from="feed_full", source="feed-two"
        )
        store.add(short) if hour % 2 else store.add(long, short)
        assert store.one("a", "text, text_from, revisions") == (
            "The lead only and the rest",
            "feed_full",
            2,
        )
    store.add(article("a", "The page itself", NOON - DAY, text_from="page"))
    assert store.one("a", "text, text_from, revision, revisions") == (
        "The page itself",
        "page",
        1,
        3,
    )


def test_of_documents_with_one_content_the_most_telling_speaks(store: Store) -> None:
    plain = article("a", "Same text", title="Same", source="one")
    day = article(
        "a",
        "same  TEXT",
        title="same",
        source="two",
        published_at=iso("2024-05-02"),
        published_precision="day",
        published_from="feed",
    )
    second = article(
        "a",
        "SAME text",
        title="SAME",
        source="three",
        published_at=iso("2024-05-03T10:00:00Z"),
        published_precision="second",
        published_from="feed",
    )
    earlier = second._replace(published_at=iso("2024-05-03T09:00:00Z"), document_id=1)
    expected = ["Same text", "same  TEXT", "SAME text", "SAME text"]
    for document, text in zip((plain, day, second, earlier), expected, strict=True):
        store.add(document)
        assert store.one("a", "text, revisions") == (text, 1)
    assert store.one("a", "epoch_us(published_at)") == iso("2024-05-03T09:00:00Z")
    assert store.add(plain) == Counts(read=1, unchanged=1)
    assert store.one("a", "text") == "SAME text"
    assert store.ask("SELECT count(*) FROM sightings") == [(3,)]


def test_a_better_document_of_a_past_content_speaks_for_it(store: Store) -> None:
    store.add(article("a", "old text", NOON))
    store.add(article("a", "new text", NOON + HOUR))
    store.add(article("a", "OLD text", NOON, outlet="Outlet", authors=("Ann",)))
    assert store.ask("SELECT revision, text FROM revisions ORDER BY 1") == [
        (1, "OLD text"),
        (2, "new text"),
    ]


def test_first_and_last_seen_of_one_place_are_merged(store: Store) -> None:
    met = article("a", "text", NOON)
    for hours in (0, -5, 3, 1):
        store.add(met._replace(seen_at=NOON + hours * HOUR))
    assert store.ask(
        "SELECT source, epoch_us(first_seen_at), epoch_us(last_seen_at) FROM sightings"
    ) == [("/a.jsonl", NOON - 5 * HOUR, NOON + 3 * HOUR)]
    assert store.one("a", "epoch_us(first_seen_at)") == NOON - 5 * HOUR


def test_each_place_is_a_sighting_of_its_own(store: Store) -> None:
    store.add(
        article("a", "text", source="one"),
        article("a", "text", source="two"),
        article("a", "text", source="one", feed="f"),
        article("a", "text", source="one", feed="f", guid="g"),
        article("a", "text", source="one", outlet="O"),
        article("a", "text", source="one"),
    )
    assert store.ask(
        "SELECT source, feed, guid, outlet FROM sightings ORDER BY ALL NULLS FIRST"
    ) == [
        ("one", None, None, None),
        ("one", None, None, "O"),
        ("one", "f", None, None),
        ("one", "f", "g", None),
        ("two", None, None, None),
    ]


def test_the_first_fetch_of_a_revision_counts(store: Store) -> None:
    met = article("a", "text", fetched_at=NOON + HOUR)
    store.add(met._replace(fetched_at=None))
    assert store.one("a", "fetched_at") is None
    for fetched in (NOON + HOUR, NOON, NOON + 2 * HOUR):
        store.add(met._replace(fetched_at=fetched))
    assert store.one("a", "epoch_us(fetched_at)") == NOON


def test_a_known_document_is_sighted_without_being_worked_out_again(store: Store) -> None:
    met = article("a", "text", NOON)
    store.add(met)
    again = met._replace(
        source="/b.jsonl", seen_at=NOON + HOUR, detection=None, fingerprint=None, topics=None
    )
    assert store.add(known=[again]) == Counts(read=1, unchanged=1)
    assert store.ask("SELECT source FROM sightings ORDER BY 1") == [("/a.jsonl",), ("/b.jsonl",)]


def test_a_batch_that_only_sights_what_another_store_holds_is_refused(store: Store) -> None:
    batch = store.spool(known=[article("a", "text")], known_to="another")
    with pytest.raises(SpoolError, match="only names articles that another store holds"):
        store.commit(batch)
    assert store.ask("SELECT count(*) FROM batches") == [(0,)]
    assert store.ask("SELECT count(*) FROM sightings") == [(0,)]


def test_a_batch_of_a_version_that_knew_less_is_stored(store: Store) -> None:
    batch = store.spool(article("a", "text"), known=[])
    for path in batch.paths("articles"):
        pq.write_table(pq.read_table(path).drop_columns(["redirect"]), path)
    assert store.commit(batch) is not None
    assert store.one("a", "text") == "text"


@pytest.mark.parametrize(("field", "kind"), [("alias", "rel_canonical"), ("redirect", "redirect")])
def test_an_alias_is_kept_since_it_was_first_stated(store: Store, field: str, kind: str) -> None:
    met = article("a", "text", NOON, **{field: "https://a.example/other"})
    store.add(met)
    store.add(met._replace(seen_at=NOON + HOUR))
    aliases = "SELECT url, article_id, kind, epoch_us(first_seen_at) FROM url_aliases"
    expected = ("https://a.example/other", article_id("a"), kind)
    assert store.ask(aliases) == [(*expected, NOON)]
    store.add(met._replace(seen_at=NOON - HOUR))
    assert store.ask(aliases) == [(*expected, NOON - HOUR)]
    store.add(known=[met._replace(seen_at=NOON - 2 * HOUR)])
    assert store.ask(aliases) == [(*expected, NOON - 2 * HOUR)]


def test_a_reject_met_again_is_one_row_with_both_times(store: Store) -> None:
    bad = Reject("parse", "bad_json", "no JSON", "/x.jsonl", "line 3", "{", NOON)
    note = bad._replace(kept=True)
    assert store.add(rejects=[bad, note]) == Counts(read=1, rejected=1, noted=1)
    store.add(rejects=[bad._replace(seen_at=NOON + HOUR), bad._replace(seen_at=NOON - HOUR)])
    assert store.ask(
        "SELECT kept, epoch_us(first_seen_at), epoch_us(last_seen_at) FROM rejects ORDER BY kept"
    ) == [(False, NOON - HOUR, NOON + HOUR), (True, NOON, NOON)]


def test_a_batch_is_stored_once(store: Store) -> None:
    batch = store.spool(article("a", "text"))
    assert store.commit(batch) == Counts(read=1, new=1)
    assert store.commit(batch) is None
    assert store.ask("SELECT batch_id, read, new FROM batches") == [("batch-1", 1, 1)]


def test_an_empty_batch_is_stored_too(store: Store) -> None:
    assert store.add() == Counts()
    assert store.ask("SELECT count(*) FROM batches") == [(1,)]


def test_the_account_of_a_batch_adds_up(store: Store) -> None:
    store.add(article("a", "text one", NOON))
    counts = store.add(
        article("a", "text one", NOON + HOUR),  # unchanged
        article("a", "text two", NOON + HOUR),  # revised
        article("b", "text b"),  # new
        article("b", "TEXT b", source="/other.jsonl"),  # the same content: unchanged
        article("b", "text b2"),  # revised
        rejects=[Reject("read", "empty", "", "/e", "", "", NOON)],
    )
    assert counts == Counts(read=6, new=1, revised=2, unchanged=2, rejected=1)


def test_change_seq_grows_for_the_rows_that_changed_and_no_others(store: Store) -> None:
    original = article("a", words(0, 40), NOON)
    store.add(original, article("b", words(100, 40), NOON))
    assert store.ask("SELECT change_seq FROM articles") == [(1,), (1,)]
    store.add(original._replace(seen_at=NOON + HOUR))  # only last seen moves
    assert store.ask("SELECT change_seq FROM articles") == [(1,), (1,)]
    store.add(article("c", words(0, 40), NOON + HOUR))  # a copy: the group of a grows
    seqs = [store.one(name, "change_seq") for name in "abc"]
    assert seqs == [3, 1, 3]
    store.add(original._replace(seen_at=NOON - HOUR))  # first seen moves
    assert [store.one(name, "change_seq") for name in "abc"] == [4, 1, 3]


def test_change_seq_stays_where_another_document_says_just_the_same(store: Store) -> None:
    met = [article("a", "text", guid=f"g{number}", source=f"/{number}") for number in range(4)]
    for document in sorted(met, key=lambda each: each.document_id):
        store.add(document)
    assert store.one("a", "change_seq") == 1


def test_every_key_is_unique_whatever_comes_twice(store: Store) -> None:
    near = words(0, 39) + " other"
    first = [
        article("a", words(0, 40), alias="https://a.example/b"),
        article("b", near),
        article("b", near, source="/c.jsonl"),
    ]
    store.add(*first, *first)
    store.add(*first, article("d", near), article("e", words(0, 40)), article("f", words(0, 38)))
    store.add(article("g", words(0, 40)), article("h", near), article("i", words(1, 39)))
    store.add(article("a", near, NOON + HOUR), article("b", words(0, 40), NOON + HOUR))
    assert not_unique(store.path) == []
