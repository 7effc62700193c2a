"""Subscriptions: added, taken up again, removed, declared in a file; what is due, in what order."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import MATCHER
from records import Article, Feed, Host, Page
from sinks import feeds as stored_feeds
from sinks.store import connect
from sinks.writer import Writer
from tests.support import DAY, NOON, SECOND, Store, article, article_id

A, B, C = (f"https://{name}.example/feed" for name in "abc")
FILE = "/etc/feeds.toml"
FULL = Feed(
    A,
    "Outlet",
    "news/local",
    "store",
    "active",
    NOON,
    "https://new.example/feed",
    "https://newer.example/feed",
    2,
    NOON - 6,
    '"\xe9tag;\\"',
    "Sat, 01 Jun 2024 11:00:00 GMT",
    "0" * 32,
    NOON + 7,
    1234.5,
    3600.0,
    NOON - 1,
    NOON - 2,
    NOON - 3,
    4,
    "timeout",
    "no answer in 20 s",
    "Title",
    "https://a.example/",
    20,
    NOON - 4,
    "0123456789abcdef" * 20,
    1.25,
    3,
    NOON - 5,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store.path, MATCHER, wait=0)


def urls(found: list[Feed]) -> list[str]:
    return [feed.url for feed in found]


def test_a_feed_comes_out_as_it_went_in(writer: Writer) -> None:
    assert None not in FULL
    assert writer.subscribe([FULL, Feed(B)]) == (2, 0)
    assert writer.feeds() == [FULL, Feed(B)]


def test_what_is_there_is_counted_and_takes_the_names_that_are_given(writer: Writer) -> None:
    writer.subscribe([FULL])
    assert writer.subscribe([Feed(A), Feed(B), Feed(B, outlet="Twice")]) == (1, 2)
    assert writer.feeds() == [FULL, Feed(B)]
    assert writer.subscribe([Feed(A, outlet="Other"), Feed(B, folder="f")]) == (0, 2)
    assert writer.feeds() == [FULL._replace(outlet="Other"), Feed(B, folder="f")]


def test_a_removed_feed_is_taken_up_again_with_what_to_ask_with(writer: Writer) -> None:
    writer.subscribe([FULL, Feed(B)])
    assert writer.unsubscribe([A, C]) == [A]
    assert urls(writer.feeds()) == [B]
    assert writer.unsubscribe([A]) == []
    assert writer.subscribe([Feed(A, added_at=NOON + DAY)]) == (1, 0)
    assert writer.feeds()[0] == FULL._replace(
        outlet=None,
        folder=None,
        added_at=NOON + DAY,
        next_at=0,
        failures=0,
        error=None,
        detail=None,
    )


@pytest.mark.parametrize("old", [Feed(A, status="gone"), Feed(A, declared_in="run", title="T")])
def test_a_retired_feed_and_one_read_once_are_taken_up_by_a_subscription(
    writer: Writer, old: Feed
) -> None:
    writer.subscribe([old])
    assert writer.due_feeds(NOON) == []
    assert writer.subscribe([Feed(A)]) == (1, 0)
    assert writer.feeds() == [Feed(A, title=old.title)]


def test_a_feed_that_was_only_read_once_is_no_subscription_to_remove(writer: Writer) -> None:
    writer.subscribe([Feed(A, declared_in="run")])
    assert writer.unsubscribe([A]) == []


def test_a_file_adds_changes_and_removes_what_it_declares(writer: Writer) -> None:
    writer.subscribe([Feed(C)])
    assert writer.declare(FILE, [Feed(A, "One"), Feed(B)]) == (2, 0, 0)
    assert writer.declare(FILE, [Feed(A, "One"), Feed(B)]) == (0, 0, 0)
    assert writer.declare(FILE, [Feed(A, folder="f")]) == (0, 1, 1)
    assert writer.feeds() == [Feed(A, folder="f", declared_in=FILE), Feed(C)]
    assert writer.declare(FILE, [Feed(A, folder="f"), Feed(B)]) == (1, 0, 0)
    assert writer.declare(FILE, []) == (0, 0, 2)
    assert writer.feeds() == [Feed(C)]


def test_a_file_takes_over_what_it_names_and_leaves_what_another_names(writer: Writer) -> None:
    writer.subscribe([FULL])
    assert writer.declare(FILE, [Feed(A, "File")]) == (0, 1, 0)
    assert writer.feeds() == [FULL._replace(outlet="File", folder=None, declared_in=FILE)]
    assert writer.declare("/other.toml", [Feed(B)]) == (1, 0, 0)
    assert writer.declare(FILE, []) == (0, 0, 1)
    assert urls(writer.feeds()) == [B]


def test_a_file_does_not_bring_back_what_its_server_retired(writer: Writer) -> None:
    writer.declare(FILE, [Feed(A, status="gone"), Feed(B)])
    assert writer.declare(FILE, [Feed(A), Feed(B)]) == (0, 0, 0)
    assert writer.feeds()[0].status == "gone"


def test_due_feeds_are_the_active_ones_that_waited_longest_first(writer: Writer) -> None:
    waits = [
        Feed(A, next_at=NOON),
        Feed(B, next_at=NOON - 1),
        Feed(C, next_at=NOON + 1),
        Feed("https://gone.example/feed", status="gone"),
        Feed("https://once.example/feed", declared_in="run"),
    ]
    writer.subscribe(waits)
    assert urls(writer.due_feeds(NOON)) == [B, A]
    assert urls(writer.due_feeds(NOON + 1)) == [B, A, C]


def test_readers_list_feeds_and_find_none_in_a_store_made_before_there_were_any(
    store: Store, writer: Writer
) -> None:
    writer.subscribe([FULL])
    with contextlib.closing(connect(store.path, read_only=True)) as db:
        assert stored_feeds.feeds(db) == [FULL]
    with contextlib.closing(connect(store.path)) as db:
        db.execute("DROP TABLE feeds CASCADE")
        assert stored_feeds.feeds(db) == []


def entry(name: str, minute: int = 0, **fields: Any) -> Article:
    """A summary in the feed A, published some minutes after noon."""
    values: dict[str, Any] = {
        "feed": A,
        "source": A,
        "text_from": "feed_summary",
        "fetched_at": NOON + SECOND,
        "title": f"Title of {name}",
        "published_at": NOON + minute * 60 * SECOND,
        "published_precision": "second",
        "published_from": "feed",
    }
    return article(name, f"lead of {name}", **(values | fields))


def test_a_page_that_is_due_brings_what_its_entry_said(store: Store, writer: Writer) -> None:
    store.add(
        entry("a", outlet="Outlet", authors=("Ann",), keywords=("k",), declared_language="en")
    )
    assert writer.due_pages(NOON, 10) == [
        Page(
            article_id("a"),
            "https://a.example/a",
            A,
            queued_at=NOON,
            outlet="Outlet",
            title="Title of a",
            summary="lead of a",
            authors=("Ann",),
            keywords=("k",),
            published_at=NOON,
            published_precision="second",
            published_from="feed",
            declared_language="en",
            words=3,
        )
    ]


def test_servers_take_turns_and_each_gives_its_newest_first(store: Store, writer: Writer) -> None:
    store.add(
        *(entry(f"p{n}", n, url=f"https://one.example/{n}") for n in range(3)),
        *(entry(f"q{n}", n, url=f"https://two.example:8080/{n}") for n in range(2)),
    )
    assert [page.url for page in writer.due_pages(NOON, 4)] == [
        "https://one.example/2",
        "https://two.example:8080/1",
        "https://one.example/1",
        "https://two.example:8080/0",
    ]


def test_pages_that_failed_come_after_those_never_asked_for(store: Store, writer: Writer) -> None:
    store.add(*(entry(f"p{n}", n, url=f"https://one.example/{n}") for n in range(3)))
    newest = writer.due_pages(NOON, 1)[0]
    store.add(pages=[newest._replace(attempts=1, next_at=NOON + SECOND)])
    assert [page.url[-1] for page in writer.due_pages(NOON, 9)] == ["1", "0"]
    assert [page.url[-1] for page in writer.due_pages(NOON + SECOND, 9)] == ["1", "0", "2"]


def test_pages_of_a_removed_feed_rest(store: Store, writer: Writer) -> None:
    writer.subscribe([Feed(A)])
    store.add(entry("a"))
    writer.unsubscribe([A])
    assert writer.due_pages(NOON, 10) == []
    writer.subscribe([Feed(A)])
    assert len(writer.due_pages(NOON, 10)) == 1


def test_an_entry_whose_page_is_stored_still_says_what_the_feed_said(
    store: Store, writer: Writer
) -> None:
    store.add(entry("a"))
    waiting = writer.due_pages(NOON, 1)[0]
    page = article("a", "the whole text of the page", feed=A, source="https://a.example/a")
    store.add(page._replace(text_from="page"), pages=[waiting._replace(status="done", attempts=1)])
    assert store.one("a", "text_from, title") == ("page", None)
    assert writer.due_pages(NOON, 1) == []
    store.add(entry("a", title="Corrected title", seen_at=NOON + DAY))
    [again] = writer.due_pages(NOON, 1)
    assert (again.title, again.summary, again.words) == ("Corrected title", "lead of a", 3)


def test_servers_come_out_as_they_went_in(store: Store, writer: Writer) -> None:
    known = [
        Host("https://a.example", "User-agent: *\n", NOON, NOON + 1),
        Host("https://b.example:8080", "", NOON),
        Host("https://c.example", None, None, NOON),
    ]
    store.add(hosts=known)
    assert writer.hosts() == known
