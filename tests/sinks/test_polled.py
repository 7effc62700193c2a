"""The commit of polls: feed state with the items, fetches, servers, pages to be asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import MATCHER
from records import Article, Feed, Fetch, Host
from sinks import polled
from sinks.manifest import MANIFEST, read_manifest
from sinks.writer import Writer
from tests.support import DAY, NOON, SECOND, Store, article, article_id, not_unique

URL = "https://a.example/feed"
HOUR = 3600 * SECOND
POLLED = Feed(
    URL,
    etag='"1"',
    body_hash="f" * 32,
    next_at=NOON + HOUR,
    interval=3600.0,
    polled_at=NOON,
    answered_at=NOON,
    changed_at=NOON,
    title="Title",
    entries=2,
    recent="0123456789abcdef",
    entries_per_day=4.0,
)
PAGES = "SELECT url, status, attempts, epoch_us(queued_at), epoch_us(next_at) FROM pages"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store.path, MATCHER, wait=0)


def entry(name: str, text: str | None = "the lead", seen_at: int = NOON, **fields: Any) -> Article:
    """An entry of the feed at URL as a poll brings it, a summary."""
    values = {"feed": URL, "source": URL, "fetched_at": seen_at, "text_from": "feed_summary"}
    return article(name, text, seen_at, **(values | {"title": f"Title of {name}"} | fields))


def fetch(at: int = NOON, **fields: Any) -> Fetch:
    return Fetch("feed", URL, URL, at, "new", requests=1, bytes=100)._replace(**fields)


# Feeds


def test_a_poll_writes_state_and_leaves_the_subscription_alone(
    store: Store, writer: Writer
) -> None:
    writer.subscribe([Feed(URL, "Ours", "folder", added_at=NOON - DAY)])
    store.add(feeds=[POLLED._replace(outlet="Theirs", folder="x", declared_in="y", added_at=5)])
    subscribed = POLLED._replace(outlet="Ours", folder="folder", added_at=NOON - DAY)
    assert writer.feeds() == [subscribed]


def test_an_older_poll_does_not_replace_a_newer_one(store: Store, writer: Writer) -> None:
    writer.subscribe([Feed(URL)])
    newer = POLLED._replace(polled_at=NOON + 1, etag='"2"')
    store.add(feeds=[newer])
    store.add(feeds=[POLLED])
    assert writer.feeds() == [newer]
    store.add(feeds=[POLLED, POLLED._replace(polled_at=NOON + 3), POLLED._replace(polled_at=None)])
    assert writer.feeds() == [POLLED._replace(polled_at=NOON + 3)]


def test_a_feed_that_was_not_asked_may_be_put_off(store: Store, writer: Writer) -> None:
    writer.subscribe([Feed(URL)])
    for state in (Feed(URL, next_at=NOON + DAY), POLLED, POLLED._replace(next_at=NOON + DAY)):
        store.add(feeds=[state])
        assert writer.feeds() == [state]


def test_a_poll_retires_a_feed_and_never_revives_one(store: Store, writer: Writer) -> None:
    writer.subscribe([Feed(URL)])
    store.add(feeds=[POLLED._replace(status="gone")])
    assert writer.feeds() == [POLLED._replace(status="gone")]
    store.add(feeds=[POLLED._replace(polled_at=NOON + 1)])
    assert writer.feeds() == [POLLED._replace(status="gone", polled_at=NOON + 1)]


def test_a_removed_or_unknown_feed_is_left_alone_but_its_items_are_stored(
    store: Store, writer: Writer
) -> None:
    writer.subscribe([Feed(URL)])
    writer.unsubscribe([URL])
    store.add(entry("a"), feeds=[POLLED, POLLED._replace(url="https://b.example/feed")])
    assert store.ask("SELECT url, status, etag FROM feeds") == [(URL, "removed", None)]
    assert store.one("a", "text") == "the lead"


def test_a_url_that_is_read_once_leaves_its_state(store: Store, writer: Writer) -> None:
    once = POLLED._replace(declared_in="run", outlet="Given", added_at=NOON)
    for at in (NOON, NOON + HOUR):
        store.add(feeds=[once._replace(polled_at=at)])
        assert writer.feeds() == [once._replace(polled_at=at)]
    assert writer.due_feeds(NOON + DAY) == []


def test_silence_is_measured_by_the_rate_before_it(store: Store, writer: Writer) -> None:
    writer.subscribe([Feed(URL)])
    usual = []
    for hours, changed, rate in ((0, 0, None), (1, 1, 5.0), (2, 1, 3.0), (3, 3, 4.0), (4, 3, 1.0)):
        at = NOON + hours * HOUR
        changed_at = NOON + changed * HOUR
        polls = [POLLED._replace(polled_at=at, changed_at=changed_at, entries_per_day=rate)]
        store.add(feeds=polls)
        usual += store.ask("SELECT entries_per_day, usual_per_day FROM feeds")
    assert usual == [(None, None), (5.0, 5.0), (3.0, 5.0), (4.0, 4.0), (1.0, 4.0)]


def test_validators_are_never_ahead_of_the_items(
    store: Store, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails after the state is written takes the state with it."""
    writer.subscribe([Feed(URL)])
    batch = store.spool(entry("a"), feeds=[POLLED], fetches=[fetch()], hosts=[Host("https://h")])
    with monkeypatch.context() as patch:
        patch.setattr(polled, "_QUEUE", "SELECT nonsense + $now")
        with pytest.raises(Exception, match="nonsense"):
            store.commit(batch)
    assert writer.feeds() == [Feed(URL)]
    for table in ("articles", "fetches", "pages", "internal.hosts", "internal.arrivals"):
        assert store.ask(f"SELECT count(*) FROM {table}") == [(0,)]
    store.commit(batch)
    assert writer.feeds() == [POLLED]
    assert store.ask("SELECT count(*) FROM articles") == [(1,)]
    assert store.commit(batch) is None
    assert not_unique(store.path) == []


# Fetches


def test_a_fetch_is_stored_with_everything_and_its_run(store: Store) -> None:
    row = Fetch(
        *("page", "https://a.example/p", URL, NOON, "failed", "https://a.example/q", 503, 3, 1234),
        *(1.5, 20, "http_error", "503 Unavailable", NOON + 1, NOON + 2, NOON + 3),
    )
    assert None not in row
    store.commit(store.spool(fetches=[row]), "run-1")
    asked = """
        SELECT * REPLACE (
            epoch_us(requested_at) AS requested_at, epoch_us(next_at) AS next_at,
            epoch_us(gap_from) AS gap_from, epoch_us(gap_to) AS gap_to
        )
        FROM fetches
    """
    assert store.ask(asked) == [(*row, "run-1")]


def test_a_fetch_that_comes_in_two_batches_is_one(store: Store) -> None:
    store.add(fetches=[fetch()])
    store.add(fetches=[fetch(), fetch(NOON + 1), fetch(kind="page")])
    assert store.ask("SELECT count(*) FROM fetches") == [(3,)]
    assert not_unique(store.path) == []


def test_fetches_are_kept_for_ninety_days(store: Store) -> None:
    store.add(fetches=[fetch(NOON), fetch(NOON + SECOND)])
    store.add(fetches=[fetch(NOON + 90 * DAY)], now=NOON + 90 * DAY + 1)
    assert store.ask("SELECT epoch_us(requested_at) FROM fetches ORDER BY 1") == [
        (NOON + SECOND,),
        (NOON + 90 * DAY,),
    ]


# Servers


def test_of_a_server_the_latest_robots_and_the_longest_wait_count(
    store: Store, writer: Writer
) -> None:
    origin = "https://a.example"
    store.add(hosts=[Host(origin, "old", NOON, NOON + HOUR), Host(origin, "new", NOON + 1)])
    assert writer.hosts() == [Host(origin, "new", NOON + 1, NOON + HOUR)]
    store.add(hosts=[Host(origin, "older", NOON - 1, NOON + 2 * HOUR)])
    assert writer.hosts() == [Host(origin, "new", NOON + 1, NOON + 2 * HOUR)]
    store.add(hosts=[Host(origin, None, None, NOON)])
    assert writer.hosts() == [Host(origin, "new", NOON + 1, NOON + 2 * HOUR)]


# Pages


@pytest.mark.parametrize(
    ("fields", "queued"),
    [
        ({}, True),
        ({"text": None}, True),
        ({"text": None, "text_from": "feed_full"}, True),
        ({"text_from": "feed_full"}, False),
        ({"text_from": "page"}, False),
        ({"fetched_at": None}, False),
        ({"feed": None}, False),
        ({"url": None}, False),
        ({"url": "https://a.example/?utm_source=rss"}, False),
        ({"url": "https://a.example"}, False),
        ({"url": "https://a.example/?p=12"}, True),
    ],
)
def test_a_page_waits_for_what_a_live_feed_only_sums_up(
    store: Store, fields: dict[str, Any], queued: bool
) -> None:
    store.add(entry("a", **fields))
    assert store.ask("SELECT count(*) FROM pages") == [(int(queued),)]


def test_nothing_is_queued_where_the_batch_says_so(store: Store) -> None:
    store.add(entry("a"), queue_pages=False)
    assert store.ask(PAGES) == []


def test_a_manifest_that_does_not_say_so_queues(store: Store) -> None:
    batch = store.spool(entry("a"), queue_pages=False)
    path = batch.folder / MANIFEST
    fields = json.loads(path.read_text())
    assert fields.pop("queue_pages") is False
    for kind in ("feeds", "fetches", "pages", "hosts"):
        fields["shards"].pop(kind, None)
    path.write_text(json.dumps(fields))
    store.commit(read_manifest(batch.folder))
    assert store.ask(PAGES) == [("https://a.example/a", "waiting", 0, NOON, 0)]


def test_an_entry_met_again_is_not_queued_again_but_one_that_changed_is(
    store: Store, writer: Writer
) -> None:
    store.add(entry("a"))
    waiting = writer.due_pages(NOON, 1)[0]
    store.add(pages=[waiting._replace(status="done", attempts=1)])
    done = [("https://a.example/a", "done", 1, NOON, 0)]
    assert store.ask(PAGES) == done
    store.add(entry("a", seen_at=NOON + HOUR), now=NOON + HOUR)
    store.add(known=[entry("a", seen_at=NOON + HOUR)], now=NOON + HOUR)
    store.add(entry("a", seen_at=NOON + HOUR, authors=("Ann",)), now=NOON + HOUR)
    assert store.ask(PAGES) == done
    store.add(entry("a", "a new lead", NOON + DAY), now=NOON + DAY)
    assert store.ask(PAGES) == [("https://a.example/a", "waiting", 0, NOON + DAY, 0)]


def test_a_page_that_was_queued_again_while_it_was_asked_for_waits_on(
    store: Store, writer: Writer
) -> None:
    store.add(entry("a"))
    asked = writer.due_pages(NOON, 1)[0]
    store.add(entry("a", "a new lead", NOON + 1), now=NOON + 1)
    store.add(pages=[asked._replace(status="done", attempts=1)])
    assert store.ask(PAGES) == [("https://a.example/a", "waiting", 0, NOON + 1, 0)]


def test_the_last_word_on_a_page_stands(store: Store, writer: Writer) -> None:
    store.add(entry("a"))
    page = writer.due_pages(NOON, 1)[0]
    again = page._replace(attempts=1, next_at=NOON + HOUR, error="timeout", detail="10 s")
    given_up = again._replace(attempts=4, status="failed")
    store.add(pages=[again, given_up])
    store.add(pages=[again])
    assert store.ask("SELECT status, attempts, epoch_us(next_at), error, detail FROM pages") == [
        ("failed", 4, NOON + HOUR, "timeout", "10 s")
    ]


def test_an_unknown_page_is_not_queued_by_its_outcome(store: Store, writer: Writer) -> None:
    store.add(entry("a"))
    page = writer.due_pages(NOON, 1)[0]
    store.add(pages=[page._replace(article_id="0" * 32)])
    assert store.ask(PAGES) == [("https://a.example/a", "waiting", 0, NOON, 0)]


def test_where_the_whole_text_is_there_no_page_is_asked_for(store: Store) -> None:
    store.add(entry("full", "the lead and the rest", text_from="feed_full", source="other"))
    store.add(article("file", "the whole text"))
    store.add(entry("full"), entry("file"), entry("none"))
    assert store.ask("SELECT url FROM pages") == [("https://none.example/a",)]


def test_of_two_summaries_of_an_article_the_better_one_is_queued(store: Store) -> None:
    other = "https://b.example/feed"
    store.add(entry("a", None), entry("a", "the lead", feed=other, source=other))
    assert store.ask("SELECT feed FROM pages") == [(other,)]
    assert not_unique(store.path) == []


def test_the_text_of_the_page_stays_current_over_later_summaries(store: Store) -> None:
    store.add(entry("a"))
    store.add(entry("a", "the lead and the rest", text_from="page", source="https://a.example/a"))
    store.add(entry("a", "another lead", NOON + DAY))
    assert store.one("a", "text, text_from") == ("the lead and the rest", "page")


# Arrivals


def test_an_article_arrives_once_with_what_was_fetched_first(store: Store) -> None:
    published = {"published_at": NOON - HOUR, "published_precision": "second"}
    store.add(entry("a", fetched_at=NOON + SECOND, **published), now=NOON + 3 * SECOND)
    store.add(entry("a", "longer", NOON + DAY, text_from="page", **published), now=NOON + DAY)
    store.add(article("f", "a file", NOON - DAY, published_at=NOON, published_precision="day"))
    asked = """
        SELECT article_id, epoch_us(published_at), epoch_us(first_seen_at), epoch_us(fetched_at),
            epoch_us(stored_at), epoch(seen_after), epoch(stored_after)
        FROM arrivals ORDER BY published_at
    """
    assert store.ask(asked) == [
        (article_id("a"), NOON - HOUR, NOON, NOON + SECOND, NOON + 3 * SECOND, 3600, 3),
        (article_id("f"), NOON, NOON - DAY, None, NOON, None, 86400),
    ]
    assert store.one("a", "epoch_us(fetched_at)") == NOON + DAY
    assert not_unique(store.path) == []
