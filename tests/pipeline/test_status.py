"""`newsbeam status` on feeds: how many, what waits, and what is the matter with which."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import MATCHER
from records import Feed
from sinks.writer import Writer
from tests.commands import Commands, until
from tests.support import DAY, NOON, SECOND, Store, article

HOUR = 3600 * SECOND
CLOCK = {"NEWSBEAM_NOW": "2024-06-01T12:00:00Z"}
FINE = Feed(
    "https://fine.example/feed",
    added_at=NOON - 30 * DAY,
    polled_at=NOON - HOUR,
    answered_at=NOON - HOUR,
    changed_at=NOON - 2 * HOUR,
    next_at=NOON + HOUR,
    interval=7200.0,
    entries_per_day=12.0,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def poll(store: Store, *feeds: Feed) -> None:
    """Subscribe to feeds and store that they were polled."""
    Writer(store.path, MATCHER, wait=0).subscribe(
        [Feed(feed.url, outlet=feed.outlet, added_at=feed.added_at) for feed in feeds]
    )
    store.add(feeds=[feed for feed in feeds if feed.polled_at])


def test_without_feeds_nothing_is_said_of_them(store: Store, newsbeam: Commands) -> None:
    done = newsbeam("status", "--store", store.path)
    assert "behind summaries" not in done.out
    assert json.loads(newsbeam("status", "--store", store.path, "--json").out)["feeds"] == {}


def test_feeds_and_pages_are_counted(store: Store, newsbeam: Commands) -> None:
    due = FINE._replace(url="https://due.example/feed", next_at=NOON)
    new = Feed("https://new.example/feed")
    poll(store, FINE, due, new)
    met = {"feed": FINE.url, "source": FINE.url, "text_from": "feed_summary", "fetched_at": NOON}
    store.add(*(article(name, f"lead of {name}", **met) for name in "ab"))
    done = newsbeam("status", "--store", store.path, env=CLOCK)
    assert (
        "3 feeds (2 due, 1 never polled), pages behind summaries: 2 waiting, 0 blocked, 0 failed"
        in done.out
    )
    assert "feeds in trouble" not in done.out


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"status": "gone"}, "gone     {url}  retired by its server"),
        (
            {"failures": 3, "error": "timeout", "detail": "no answer in 20 s"},
            "failing  {url}  3 polls in a row: no answer in 20 s; last answer 2024-06-01 11:00Z",
        ),
        (
            {"failures": 1, "error": "dns", "answered_at": None},
            "failing  {url}  the last poll: dns; last answer never",
        ),
        (
            {"next_at": NOON - DAY},
            "overdue  {url}  due since 2024-05-31 12:00Z: is anything polling?",
        ),
        (
            {"changed_at": NOON - 3 * DAY - HOUR},
            "silent   {url}  nothing new for 3.0 days, 12.0 entries a day before",
        ),
        ({"changed_at": None}, "silent   {url}  has never had an entry"),
        (
            {"gaps": 1, "gap_at": NOON - DAY},
            "gap      {url}  entries may have been missed before 2024-05-31 12:00Z",
        ),
    ],
)
def test_what_is_the_matter_with_a_feed_is_said_in_a_line(
    store: Store, newsbeam: Commands, fields: dict[str, Any], line: str
) -> None:
    poll(store, FINE._replace(**fields))
    done = newsbeam("status", "--store", store.path, env=CLOCK)
    assert f"\nfeeds in trouble\n  {line.format(url=FINE.url)}\n" in done.out
    values = json.loads(newsbeam("status", "--store", store.path, "--json", env=CLOCK).out)
    assert [feed["feed"] for feed in values["feeds"]["trouble"]] == [FINE.url]


def test_a_gap_is_trouble_for_a_week(store: Store, newsbeam: Commands) -> None:
    poll(store, FINE._replace(gaps=1, gap_at=NOON - 7 * DAY))
    assert "in trouble" not in newsbeam("status", "--store", store.path, env=CLOCK).out


def test_of_many_in_trouble_some_are_named_and_the_rest_can_be_asked_for(
    store: Store, newsbeam: Commands
) -> None:
    poll(
        store,
        *(FINE._replace(url=f"https://f{n:02}.example/feed", failures=1) for n in range(11)),
    )
    done = newsbeam("status", "--store", store.path, env=CLOCK)
    assert done.out.count("  failing  ") == 8
    assert "  and 3 more: newsbeam query \"FROM feed_health WHERE state <> 'fine'\"" in done.out


def test_control_codes_in_a_feed_do_not_reach_the_terminal(
    store: Store, newsbeam: Commands
) -> None:
    poll(store, FINE._replace(failures=1, error="timeout", detail="\x1b[31mred\x07"))
    done = newsbeam("status", "--store", store.path, env=CLOCK)
    assert "\ufffd[31mred\ufffd" in done.out
    assert "\x1b" not in done.out


def test_a_clock_that_is_none_is_refused(store: Store, newsbeam: Commands) -> None:
    done = newsbeam("status", "--store", store.path, env={"NEWSBEAM_NOW": "noon"})
    assert done.code == 2
    assert "NEWSBEAM_NOW is 'noon'" in done.err


def test_the_run_at_work_is_told_with_its_speed(
    store: Store, newsbeam: Commands, tmp_path: Path
) -> None:
    """A run that holds the lock; not one that was killed, whose row says it is running."""
    lines = "".join(json.dumps({"title": f"Title {number}"}) + "\n" for number in range(9))
    (tmp_path / "in.jsonl").write_text(lines)
    command = ["run", tmp_path / "in.jsonl", "--store", store.path]
    running = newsbeam.start(*command, hold="pipeline.begun.Begun.finish")
    until(lambda: (tmp_path / "held").exists() or running.poll())
    spool = tmp_path / "news.duckdb.spool"
    for name in ("1-run/a.parquet", "1-run-000000/manifest.json", "2-run/b.parquet"):
        (spool / name).parent.mkdir(parents=True, exist_ok=True)
        (spool / name).touch()
    done = newsbeam("status", "--store", store.path, "--json", "--wait", 10)
    values = json.loads(done.out)["at_work"]
    assert values["command"] == f"run {tmp_path / 'in.jsonl'}"
    assert (values["process"], values["read"]) == (running.pid, 9)
    assert (values["in_hand"], values["spooled"]) == (1, 1), "a window of a stream; a whole one"
    assert values["per_second"] > 0
    assert values["lag"] is None
    assert " 9 read, " in newsbeam("status", "--store", store.path).out
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert json.loads(newsbeam("status", "--store", store.path, "--json").out)["at_work"] is None
