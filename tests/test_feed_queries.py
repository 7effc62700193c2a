"""The sample queries about feeds, asked of a store that two feeds were polled into."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import MATCHER
from records import Article, Feed, Fetch, Page, Reject
from sinks.writer import Writer
from tests.commands import ROOT, Commands
from tests.support import DAY, NOON, SECOND, Store, article, words

QUERIES = ROOT / "samples" / "queries" / "feeds"
HARBOUR, TIMES = "https://harbour.example/feed", "https://times.example/feed"
MINUTE = 60 * SECOND
POLLED = Feed(
    HARBOUR,
    interval=1800.0,
    polled_at=NOON,
    answered_at=NOON,
    changed_at=NOON,
    next_at=NOON + 30 * MINUTE,
    entries_per_day=24.0,
)


def entry(name: str, feed: str, text: str, published: int, seen: int, **more: Any) -> Article:
    return article(
        name,
        text,
        seen,
        feed=feed,
        source=feed,
        fetched_at=seen,
        outlet="Harbour Post" if feed == HARBOUR else "Western Times",
        title=f"Title of {name}",
        published_at=published,
        published_precision="second",
        published_from="feed",
        **{"text_from": "feed_full", **more},
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The Times repeats the Harbour Post, has missed entries and pages, and went silent."""
    made = Store(tmp_path_factory.mktemp("feeds"))
    subscribed = [
        Feed(HARBOUR, "Harbour Post", added_at=NOON - DAY),
        Feed(TIMES, "Western Times", added_at=NOON - DAY),
    ]
    Writer(made.path, MATCHER, wait=0).subscribe(subscribed)
    story, page = words(0, 40), "https://times-own.example/a"
    brief = entry("times-own", TIMES, "a lead", NOON, NOON + MINUTE, text_from="feed_summary")
    silent = {"changed_at": NOON - 3 * DAY, "gaps": 1, "gap_at": NOON}
    made.add(
        entry("harbour", HARBOUR, story, NOON - 20 * MINUTE, NOON - 10 * MINUTE),
        entry("old", HARBOUR, "from before", NOON - 9 * DAY, NOON),
        entry("times", TIMES, story, NOON - 30 * MINUTE, NOON + 4 * MINUTE),
        brief,
        rejects=[Reject("parse", "no_content", "neither title nor text", TIMES, "", "", NOON)],
        feeds=[POLLED, POLLED._replace(url=TIMES, **silent)],
        fetches=[Fetch("feed", TIMES, TIMES, NOON, "new", gap_from=NOON - DAY, gap_to=NOON)],
        now=NOON + 5 * MINUTE,
    )
    made.add(pages=[Page(brief.article_id, page, TIMES, "blocked", NOON + 5 * MINUTE, 1)])
    return made


def ask(store: Store, newsbeam: Commands, name: str) -> list[dict[str, Any]]:
    clock = {"NEWSBEAM_NOW": "2024-06-01T12:10:00Z"}
    file = QUERIES / f"{name}.sql"
    done = newsbeam(*("query", "--store", store.path, "--format", "jsonl", "-f", file), env=clock)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


@pytest.mark.parametrize("file", sorted(QUERIES.iterdir()), ids=lambda file: file.stem)
def test_a_query_begins_with_its_question_and_answers_in_duckdb(store: Store, file: Path) -> None:
    sql = file.read_text(encoding="utf-8")
    assert re.match(r"-- [A-Z][^\n]+\?\n", sql)
    assert store.ask(sql)


def test_who_was_seen_first_is_not_who_claims_to_have_been(
    store: Store, newsbeam: Commands
) -> None:
    assert ask(store, newsbeam, "first-to-be-seen") == [
        {
            "seen_utc": datetime(2024, 6, 1, 11, 50).isoformat(),
            "first": "Harbour Post",
            "title": "Title of harbour",
            "followers": ["Western Times"],
            "minutes_to_the_last": 14,
        }
    ]


def test_how_late_we_are_leaves_out_what_is_older_than_the_subscription(
    store: Store, newsbeam: Commands
) -> None:
    late = [list(row.values()) for row in ask(store, newsbeam, "how-late-are-we")]
    assert late == [
        ["Western Times", TIMES, 2, 30.0, 17.5, 32.4, 150.0],
        ["Harbour Post", HARBOUR, 1, 30.0, 10.0, 10.0, 900.0],
    ]


def test_feeds_in_trouble_say_what_is_the_matter(store: Store, newsbeam: Commands) -> None:
    [row] = ask(store, newsbeam, "feeds-in-trouble")
    assert (row["trouble"], row["feed"], row["days_without_news"]) == ("silent", TIMES, 3.0)
    assert (row["usual_per_day"], row["gaps"]) == (24.0, 1)


def test_what_was_missed_is_told_by_feed(store: Store, newsbeam: Commands) -> None:
    [row] = ask(store, newsbeam, "what-was-missed")
    assert list(row.values()) == [
        "Western Times",
        TIMES,
        2,
        1,
        datetime(2024, 5, 31, 12).isoformat(),
        datetime(2024, 6, 1, 12).isoformat(),
        1,
        1,
        0,
        0,
        0,
    ]
