"""What happens between polls, and while one is at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands, Running, until
from tests.live.contents import FOUR
from tests.live.server import Request, Server, answer
from tests.live.walls import STORY, news
from tests.monitor import Monitor
from tests.pipeline.test_trouble import held

ENTRY = "<item><title>Harbour to be dredged</title><link>/page</link>%s</item>"
FULL = f"<content:encoded>{STORY * 3}</content:encoded>"
SHORT = "<description>%s harbour is to be dredged.</description>"


def site(request: Request) -> bytes:
    """Two feeds that list one page, and never send the same bytes twice."""
    if request.path == "/page":
        return answer(200, news().encode(), "Content-Type: text/html")
    if request.path == "/four":
        return answer(200, FOUR, 'ETag: "four"')
    if request.path == "/large":
        return answer(200, FOUR + b"<!-- %s -->" % bytes(12 * 2**20))
    entry = FULL if request.path == "/full" else SHORT % ("The" if request.times < 3 else "Our")
    feed = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        f"<title>Site</title><!-- {request.times} -->{ENTRY % entry}</channel></rss>"
    )
    return answer(200, feed.encode())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(dict.fromkeys(["/short", "/full", "/page", "/four", "/large"], site)) as found:
        yield found


@pytest.fixture
def monitor(newsbeam: Commands, tmp_path: Path) -> Monitor:
    return Monitor(newsbeam, tmp_path)


def test_a_summary_here_and_the_text_there_do_not_take_turns(
    server: Server, monitor: Monitor
) -> None:
    short, full = server.url("/short"), server.url("/full")
    monitor.subscribe(short)
    told = [
        monitor.poll("--feeds", "--no-pages")
    ]  # the summary alone, and nobody waits for its page
    monitor.subscribe(full)
    told += [monitor.poll("--feeds", "--no-pages", hours=hours) for hours in (0, 24, 48)]
    read = [(each["read"], each["new"], each["revised"]) for each in told]
    # The text once; then both as they were; then the summary says "our": known, and not current.
    assert read == [(1, 1, 0), (1, 0, 1), (2, 0, 0), (2, 0, 1)]
    [(text_from, revision, revisions)] = monitor.ask(
        "SELECT text_from, revision, revisions FROM articles"
    )
    assert text_from == "feed_full"
    assert (revision, revisions) == (2, 3)
    assert [feed for (feed,) in monitor.ask("SELECT DISTINCT feed FROM sightings ORDER BY 1")] == [
        full,
        short,
    ]
    assert monitor.ask("SELECT count(*) FROM pages") == [(0,)]


STATE = "SELECT status, etag, body_hash, polled_at, failures, next_at = added_at FROM feeds"
UNASKED = ("active", None, None, None, 0, True)


def stopped(monitor: Monitor, where: str, *words: object) -> Running:
    """A poll that has come as far as a function and waits there: see release."""
    running = monitor.start("run", "--feeds", "--no-pages", *words, hold=where)
    until(lambda: (monitor.store.parent / "held").exists() or running.poll())
    return running


def release(monitor: Monitor) -> None:
    (monitor.store.parent / "held").unlink()


def test_a_feed_removed_while_it_is_polled_stays_removed_and_its_items_are_stored(
    server: Server, monitor: Monitor
) -> None:
    url = server.url("/four")
    monitor.subscribe(url)
    running = stopped(monitor, "pipeline.poll.read_response")
    assert monitor("feeds", "remove", url).code == 0
    release(monitor)
    done = running.wait()
    assert done.code == 0, done.err
    assert monitor.ask(STATE) == [("removed", *UNASKED[1:])]
    assert monitor.ask("SELECT count(*) FROM articles") == [(4,)]
    asked = len(server.asked)
    assert monitor.poll(hours=48)["read"] == 0
    assert len(server.asked) == asked


def test_a_store_that_is_locked_before_the_poll_keeps_everybody_from_being_asked(
    server: Server, monitor: Monitor
) -> None:
    monitor.subscribe(server.url("/four"))
    asked = len(server.asked)
    with held(monitor.store):
        done = monitor("run", "--feeds", "--wait", 0.1)
    assert done.code == 3
    assert "Nothing was spooled and nothing is lost" in done.err
    assert len(server.asked) == asked
    assert monitor.ask(STATE) == [UNASKED]


@pytest.mark.parametrize("where", ["pipeline.poll.read_response", "sinks.spool.write_manifest"])
def test_a_store_that_is_locked_after_the_answers_leaves_them_spooled_and_feeds_where_they_were(
    server: Server, monitor: Monitor, where: str
) -> None:
    monitor.subscribe(server.url("/four"))
    running = stopped(monitor, where, "--wait", 0.1)
    asked = len(server.asked)
    with held(monitor.store):
        release(monitor)
        done = running.wait()
    assert done.code == 3
    assert "Batches waiting in" in done.err
    assert monitor.ask(STATE) == [UNASKED]
    assert monitor.ask("SELECT count(*) FROM articles") == [(0,)]
    assert monitor.poll("--feeds", "--no-pages", hours=1)["new"] == 4  # they were waiting
    assert len(server.asked) == asked
    [(status, tag, _, _, _, due)] = monitor.ask(STATE)
    assert (status, tag, due) == ("active", '"four"', False)
    assert monitor.ask("SELECT status, new FROM runs ORDER BY started_at") == [
        ("interrupted", 0),  # it could not even be said
        ("done", 4),
    ]


def test_answers_that_do_not_fit_on_the_disk_are_said_and_asked_for_again(
    server: Server, monitor: Monitor
) -> None:
    url = server.url("/large")
    monitor.subscribe(url)
    done = monitor("run", "--feeds", "--no-pages", file_limit=8 * 2**20)
    assert done.code == 3
    assert "File too large" in done.err
    assert "Nothing was spooled and nothing is lost" in done.err
    assert "Traceback" not in done.err
    assert monitor.ask(STATE) == [UNASKED]
    assert monitor.poll("--feeds", "--no-pages", hours=1)["new"] == 4
    assert monitor.ask("SELECT status FROM runs ORDER BY started_at") == [("failed",), ("done",)]
