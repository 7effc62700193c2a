"""feed_health and completeness: how feeds are doing, and what is known to be missing."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import MATCHER
from records import Feed, Fetch, Page, Reject
from sinks.store import connect
from sinks.writer import Writer
from tests.support import DAY, NOON, SECOND, Store, article

URL = "https://a.example/feed"
HOUR = 3600 * SECOND
FINE = Feed(
    URL,
    added_at=NOON - 30 * DAY,
    polled_at=NOON,
    answered_at=NOON,
    changed_at=NOON - HOUR,
    next_at=NOON + HOUR,
    interval=7200.0,
    entries_per_day=12.0,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store.path, MATCHER, wait=0)


def health(store: Store, columns: str, now: int = NOON) -> list[tuple[Any, ...]]:
    """Columns of feed_health, asked at a time."""
    with contextlib.closing(connect(store.path, read_only=True)) as db:
        db.execute(f"SET VARIABLE newsbeam_now = make_timestamptz({now})")
        return db.execute(f"SELECT {columns} FROM feed_health ORDER BY feed").fetchall()


@pytest.mark.parametrize(
    ("fields", "after", "state"),
    [
        ({}, 0, "fine"),
        ({"status": "gone", "failures": 3}, 0, "gone"),
        ({"polled_at": None, "answered_at": None, "changed_at": None}, DAY, "never_polled"),
        ({"failures": 1, "error": "timeout"}, 0, "failing"),
        ({"failures": 1}, 9 * DAY, "failing"),
        ({}, 3 * HOUR, "fine"),
        ({}, 3 * HOUR + 1, "overdue"),
        ({"interval": 600.0}, 2 * HOUR + 1, "overdue"),
        ({"interval": 600.0}, 2 * HOUR, "fine"),
        ({"declared_in": "run"}, 9 * DAY, "fine"),
        # twelve a day: seven of them are 14 hours, so 36 hours it is
        ({"changed_at": NOON - 36 * HOUR}, 0, "fine"),
        ({"changed_at": NOON - 36 * HOUR - SECOND}, 0, "silent"),
        # one a day: seven days
        ({"changed_at": NOON - 7 * DAY, "entries_per_day": 1.0}, 0, "fine"),
        ({"changed_at": NOON - 7 * DAY - SECOND, "entries_per_day": 1.0}, 0, "silent"),
        # nothing to compare with
        ({"changed_at": NOON - 90 * DAY, "entries_per_day": None}, 0, "fine"),
        ({"changed_at": NOON - 90 * DAY, "entries_per_day": 0.0}, 0, "fine"),
        # never an entry
        ({"changed_at": None, "added_at": NOON - 36 * HOUR}, 0, "fine"),
        ({"changed_at": None, "added_at": NOON - 36 * HOUR - SECOND}, 0, "silent"),
        # not asked for long: that is not the feed's silence
        ({"changed_at": NOON - 35 * HOUR}, 2 * HOUR, "fine"),
    ],
)
def test_the_state_of_a_feed_is_one_word(
    store: Store, writer: Writer, fields: dict[str, Any], after: int, state: str
) -> None:
    subscribed = Feed(URL, added_at=fields.get("added_at", FINE.added_at))
    writer.subscribe([subscribed._replace(declared_in=fields.get("declared_in", "store"))])
    store.add(feeds=[FINE._replace(**fields)])
    assert health(store, "state", NOON + after) == [(state,)]


def test_without_a_clock_of_ours_the_views_ask_the_session(store: Store, writer: Writer) -> None:
    writer.subscribe([FINE])
    assert store.ask("SELECT state FROM feed_health") == [("overdue",)]


def test_a_feed_is_told_with_its_traffic_of_a_week_and_its_pages(
    store: Store, writer: Writer
) -> None:
    writer.subscribe([FINE._replace(folder="f", title="Title"), Feed("https://b.example/feed")])
    writer.subscribe([Feed("https://removed.example/feed")])
    writer.unsubscribe(["https://removed.example/feed"])
    ask = Fetch("feed", URL, URL, NOON, "new", requests=2, bytes=1000)
    store.add(
        fetches=[
            ask,
            ask._replace(kind="page", url="https://a.example/1", requests=1, bytes=500),
            ask._replace(requested_at=NOON - 7 * DAY),
            ask._replace(kind="robots", feed=None),
        ]
    )
    _pages(store, ["waiting", "done", "blocked", "failed", "refused", "refused"])
    columns = (
        "outlet, folder, epoch(silent_for), requests, bytes, pages_waiting, pages_blocked, "
        "pages_failed"
    )
    assert health(store, columns) == [
        ("Title", "f", 3600, 3, 1500, 1, 1, 3),
        (None, None, None, 0, 0, 0, 0, 0),
    ]


def _pages(store: Store, statuses: list[str]) -> None:
    """An article of the feed for each status that its page is to have."""
    met = [
        article(f"e{n}", f"lead {n}", feed=URL, source=URL, text_from="feed_summary", fetched_at=1)
        for n in range(len(statuses))
    ]
    store.add(*met)
    outcomes = [
        Page(each.article_id, each.url or "", URL, status, queued_at=NOON, attempts=1)
        for each, status in zip(met, statuses, strict=True)
    ]
    store.add(pages=outcomes)


def test_what_is_there_and_what_is_missing_is_counted_by_feed(store: Store, writer: Writer) -> None:
    writer.subscribe([FINE._replace(outlet="Outlet", gaps=2, gap_at=NOON)])
    other = "https://b.example/feed"
    writer.subscribe([Feed(other)])
    writer.unsubscribe([other])
    _pages(store, ["waiting", "waiting", "done", "failed", "blocked", "refused"])
    whole = {"feed": URL, "source": URL, "fetched_at": 1}
    page = article("e2", "the whole text", **{**whole, "source": "https://e2.example/a"})
    store.add(
        page._replace(text_from="page"),
        article("full", "a full text", text_from="feed_full", **whole),
        article("bare", None, title="A title", text_from="feed_full", **whole),
        article("file", "of no feed"),
        rejects=[
            Reject("parse", "no_content", "d", URL, "entry 3", "", NOON),
            Reject("parse", "bad_date", "d", URL, "entry 4", "", NOON, kept=True),
            Reject("fetch", "timeout", "d", URL, "", "", NOON),
            Reject("parse", "no_content", "d", "/file", "line 1", "", NOON),
        ],
    )
    gap = Fetch("feed", URL, URL, NOON - DAY, "new", gap_from=NOON - 3 * DAY, gap_to=NOON - 2 * DAY)
    store.add(
        fetches=[gap, gap._replace(requested_at=NOON, gap_from=None, gap_to=NOON - DAY)],
    )
    asked = """
        SELECT * EXCLUDE (gap_at, gap_from, gap_to), epoch_us(gap_at), epoch_us(gap_from),
            epoch_us(gap_to)
        FROM completeness ORDER BY feed
    """
    assert store.ask(asked) == [
        (URL, "Outlet", "active", 9, 8, 1, 1, 6, 3, 1, 1, 1, 1, 2, NOON, None, NOON - DAY),
        (other, None, "removed", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, None),
    ]
