"""`newsbeam watch`: stopped, met by others, and held up; it finishes what it has in hand."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands, Running, until
from tests.live.contents import rss
from tests.live.server import Request, Server, answer
from tests.monitor import Monitor
from tests.pipeline.test_trouble import held

ENTRIES = 4


def site(request: Request) -> bytes:
    return answer(200, rss(0, -6, -12, -18, name=request.path[1:]))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(dict.fromkeys(["/a", "/b", "/c"], site)) as found:
        yield found


@pytest.fixture
def monitor(newsbeam: Commands, tmp_path: Path) -> Monitor:
    return Monitor(newsbeam, tmp_path)


WATCH = ("watch", "--no-pages", "--every", 0.05, "--wait", 0.1)


def declare(file: Path, *urls: str) -> None:
    part = file.with_suffix(".part")
    part.write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in urls))
    part.rename(file)


def ended(running: Running, number: int) -> None:
    os.kill(running.pid, number)
    done = running.wait()
    assert done.code == 0, done.err
    assert "Traceback" not in done.err


def until_polled(running: Running, times: int) -> None:
    until(lambda: len(running.said("out").splitlines()) >= times or running.poll())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_the_poll_in_hand(
    server: Server, monitor: Monitor, number: int
) -> None:
    monitor.subscribe(server.url("/a"))
    running = monitor.start(*WATCH, hold="live.fetch.write_response")  # in a worker of its own
    file = monitor.store.parent / "held"
    until(lambda: file.exists() or running.poll())
    # As a service's manager and a terminal do it: to the one, to all of them.
    (os.kill if number == signal.SIGTERM else os.killpg)(running.pid, number)
    until(lambda: "stopping once the poll in hand is stored" in running.said("err"))
    file.unlink()
    done = running.wait()
    assert done.code == 0, done.err
    assert "asked 1 feeds (1 new). Read 4 = 4 new" in done.out
    assert monitor.ask("SELECT count(*) FROM articles") == [(ENTRIES,)]
    assert not monitor.store.with_name("news.duckdb.spool").exists()


def test_others_that_meet_it_at_work_say_so_and_leave(server: Server, monitor: Monitor) -> None:
    monitor.subscribe(server.url("/b"))
    running = monitor.start(*WATCH, hold="pipeline.poll.read_response")
    file = monitor.store.parent / "held"
    until(lambda: file.exists() or running.poll())
    done = monitor("run", "--feeds")
    assert (done.code, done.out) == (0, "")
    assert "another run (" in done.err
    assert f"is at work on {monitor.store}: nothing to do here" in done.err
    other = monitor.start(*WATCH)
    until(lambda: "left to it" in other.said("err") or other.poll())
    ended(other, signal.SIGTERM)
    file.unlink()
    until_polled(running, 1)
    ended(running, signal.SIGTERM)
    assert len(server.targets()) - len(set(server.targets())) <= 1
    assert monitor.ask("SELECT count(*) FROM runs") == [(1,)]


def test_a_store_that_is_locked_and_a_feeds_file_that_breaks_are_said_and_survived(
    server: Server, monitor: Monitor, tmp_path: Path
) -> None:
    file = tmp_path / "feeds.toml"
    declare(file, server.url("/a"))
    monitor.subscribe(server.url("/a"))
    with held(monitor.store):
        running = monitor.start(*WATCH, "--feeds-file", file)
        until(lambda: "is locked by" in running.said("err") or running.poll())
    until_polled(running, 1)
    file.write_text('[[feed]\nurl = "http')
    until(lambda: f"{file}: Expected" in running.said("err") or running.poll())
    declare(file, server.url("/a"), server.url("/b"))
    until_polled(running, 2)
    ended(running, signal.SIGTERM)
    lines = running.said("out").splitlines()
    assert ["asked 1 feeds (1 new). Read 4 = 4 new" in line for line in lines] == [True, True]
    assert monitor.ask("SELECT count(*) FROM articles") == [(2 * ENTRIES,)]
    *troubles, last = running.said("err").splitlines()
    assert all(line.endswith("; tried again in 0.05 s") for line in troubles)
    assert last == "stopping once the poll in hand is stored"
    assert monitor.ask("SELECT status FROM runs ORDER BY started_at") == [("done",)] * 2
