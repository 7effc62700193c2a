"""I2 and I3 of polls: killed at any step and run again, a poll ends as it would have ended, and no
feed is ever further on than its items."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.commands import Commands, Done
from tests.live.contents import rss
from tests.live.server import Request, Server, answer
from tests.live.walls import news
from tests.monitor import Monitor
from tests.support import differences, not_unique, rows

# Two batches of one feed each: by what a body seems to hold they are worth a process each.
HEAVY = b"<!-- %s -->" % (b"<item " * 1_001)
FEEDS = {
    "/one": rss(0, -6, -12, -18, name="one").replace(b"<item>", b"<item></item><item>", 1),
    "/two": rss(-1, -2, name="two").replace(b"https://news.example/", b"/page/"),
}
ITEMS = {"/one": 4, "/two": 2}
ARTICLES, REJECTED = 6, 1


def site(request: Request) -> bytes:
    """Feeds that know what they gave, and the pages of the second."""
    if request.path in FEEDS:
        tag = f'ETag: "{request.path}"'
        if request.headers.get("if-none-match") == tag[6:]:
            return answer(304, b"", tag)
        return answer(200, FEEDS[request.path] + HEAVY, tag)
    if request.path == "/robots.txt":
        return answer(404)
    return answer(200, news().encode(), "Content-Type: text/html")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    paths = [*FEEDS, "/robots.txt", *(f"/page/two-{number}" for number in (1, 2))]
    with Server(dict.fromkeys(paths, site)) as found:
        yield found


@pytest.fixture(scope="module")
def subscribed(
    server: Server, newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A store that is subscribed to both feeds and has polled neither: to be copied."""
    monitor = Monitor(newsbeam, tmp_path_factory.mktemp("subscribed"))
    monitor.subscribe(*map(server.url, FEEDS))
    return monitor.store


class Stores:
    """Stores that are polled, each in a folder of its own."""

    def __init__(self, newsbeam: Commands, subscribed: Path, folder: Path) -> None:
        self._newsbeam = newsbeam
        self._subscribed = subscribed
        self._folder = folder
        self._made = 0

    def another(self) -> Monitor:
        self._made += 1
        monitor = Monitor(self._newsbeam, self._folder / str(self._made))
        monitor.store.parent.mkdir()
        shutil.copy(self._subscribed, monitor.store)
        return monitor


@pytest.fixture(scope="module")
def stores(
    newsbeam: Commands, subscribed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Stores:
    return Stores(newsbeam, subscribed, tmp_path_factory.mktemp("polled"))


POLL = ("run", "--feeds", "--workers", 2)


@pytest.fixture(scope="module")
def uninterrupted(stores: Stores) -> dict[bool, dict[str, list[Any]]]:
    """What a poll leaves that nobody disturbs: without the pages behind summaries, and with."""
    found = {}
    for pages in (False, True):
        monitor = stores.another()
        done = monitor(*command(pages))
        assert done.code == 0, done.err
        revised = ITEMS["/two"] * pages
        read = ARTICLES + REJECTED + revised
        account = f"read {read} = {ARTICLES} new + {revised} revised + 0 unchanged + 1 rejected"
        assert account in done.out
        found[pages] = rows(monitor.store)
    return found


def command(pages: bool) -> tuple[object, ...]:
    return POLL if pages else (*POLL, "--no-pages")


def ahead(monitor: Monitor) -> list[str]:
    """The feeds that know a body whose items are not all stored."""
    stored = dict(monitor.ask("SELECT feed, count(DISTINCT article_id) FROM sightings GROUP BY 1"))
    return [
        url
        for url, *known in monitor.ask("SELECT url, etag, body_hash, answered_at FROM feeds")
        if any(known) and stored.get(url) != ITEMS[url[url.rindex("/") :]]
    ]


class Killed(NamedTuple):
    """A poll that was killed and the one after it."""

    killed: Done
    ahead: list[str]  # of their items, between the two
    again: Done
    monitor: Monitor


STEPS = [
    ("before", "pipeline.poll.fetched", 1),
    ("after", "live.fetch.write_response", 1),  # one feed has answered
    ("after", "pipeline.poll.fetched", 1),
    ("after", "live.read.poll", 1),  # one feed has been read
    ("before", "sinks.spool.write_manifest", 1),
    ("after", "sinks.spool.write_manifest", 1),  # perhaps one batch, perhaps both
    ("before", "sinks.polled.store", 1),  # items are stored, feeds are not
    ("within", "sinks.commit.transaction", 1),  # all but committed
    ("after", "sinks.writer.commit", 1),  # one batch is committed, the store still open
    ("before", "sinks.manifest.remove", 1),
    ("before", "sinks.manifest.remove", 2),
    ("before", "shutil.rmtree", 1),  # a batch's manifest is removed, its shards are not
    ("before", "sinks.writer.finish_run", 1),
]
# The same once feeds are polled and the pages behind them are asked for.
PAGE_STEPS = [
    ("after", "live.read.settle", 1),
    ("within", "sinks.commit.transaction", 3),
    ("before", "sinks.manifest.remove", 3),
]


@pytest.fixture(scope="module")
def killed(stores: Stores) -> dict[tuple[bool, Any], Killed]:
    """By step, a poll killed there and run again. Two are under way at a time."""
    steps = [(False, step) for step in STEPS] + [(True, step) for step in PAGE_STEPS]
    found = {}
    for start in range(0, len(steps), 2):
        some = {step: stores.another() for step in steps[start : start + 2]}
        dying = {
            (pages, kill): monitor.start(*command(pages), kill=kill)
            for (pages, kill), monitor in some.items()
        }
        ends = {step: running.wait() for step, running in dying.items()}
        between = {step: ahead(monitor) for step, monitor in some.items()}
        second = {step: monitor.start(*command(step[0])) for step, monitor in some.items()}
        for step, running in second.items():
            found[step] = Killed(ends[step], between[step], running.wait(), some[step])
    return found


@pytest.mark.parametrize(
    ("pages", "step"),
    [(False, step) for step in STEPS] + [(True, step) for step in PAGE_STEPS],
    ids=str,
)
def test_killed_at_a_step_and_run_again(
    pages: bool,
    step: Any,
    killed: dict[tuple[bool, Any], Killed],
    uninterrupted: dict[bool, dict[str, list[Any]]],
) -> None:
    found = killed[pages, step]
    assert found.killed.code == -signal.SIGKILL, found.killed.err
    assert found.ahead == []
    assert found.again.code == 0, found.again.err
    monitor = found.monitor
    assert differences(uninterrupted[pages], rows(monitor.store)) == {}
    assert not_unique(monitor.store) == []
    left = {path.name for path in monitor.store.parent.iterdir()}
    assert left == {"news.duckdb", "news.duckdb.lock"}
    assert sorted(monitor.ask("SELECT etag FROM feeds")) == [('"/one"',), ('"/two"',)]
    counts = "sum(read), sum(new), sum(revised), sum(unchanged), sum(rejected)"
    [runs] = monitor.ask(f"SELECT {counts} FROM runs")
    assert [runs] == monitor.ask(f"SELECT {counts} FROM batches")
    assert runs == (sum(runs[1:]), ARTICLES, ITEMS["/two"] * pages, 0, REJECTED)
    states = monitor.ask("SELECT status FROM runs ORDER BY started_at, status DESC")
    assert states == [("interrupted",), ("done",)]


def test_what_was_stored_is_what_is_asked_with(stores: Stores, server: Server) -> None:
    monitor = stores.another()
    step = ("before", "sinks.manifest.remove", 2)
    assert monitor(*command(False), kill=step).code == -signal.SIGKILL
    monitor.poll("--feeds", "--no-pages")
    monitor.poll("--feeds", "--no-pages", hours=24)
    outcomes = "SELECT list(outcome ORDER BY requested_at) FROM fetches GROUP BY url"
    assert monitor.ask(outcomes) == [(["new", "not_modified"],)] * 2
