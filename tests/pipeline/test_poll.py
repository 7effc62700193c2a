"""The driver of polls: batches, addresses given to `run`, lists, a machine that is offline."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from live.response import Response, write_response
from pipeline.poll import BATCH_ENTRIES, WORTH_A_PROCESS, batched
from tests.commands import Commands
from tests.live.server import Server, answer
from tests.monitor import Monitor

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title>
<item><guid>1</guid><title>The ferry is late again</title></item>
<item><guid>2</guid><title>A new crane for the old quay</title></item></channel></rss>"""


def answered(folder: Path, *entries: int) -> tuple[list[str], list[Response]]:
    """The responses of feeds that had so many entries."""
    responses = []
    for number, count in enumerate(entries):
        response = Response("feed", f"http://{number}.example/", "", 0)
        path = write_response(folder, response, b"<item>" * count)
        responses.append(response._replace(body=str(path.with_suffix(".body"))))
    return [each.url for each in responses], responses


@pytest.mark.parametrize(
    ("entries", "workers", "sizes"),
    [
        ((), 2, []),
        ((20, 20, 20), 2, [3]),
        ((WORTH_A_PROCESS, WORTH_A_PROCESS), 2, [1, 1]),
        ((WORTH_A_PROCESS, WORTH_A_PROCESS), 1, [2]),
        ((BATCH_ENTRIES, 1, BATCH_ENTRIES + 1, 1), 1, [1, 1, 1, 1]),
        ((0, 0, 0), 2, [3]),
    ],
)
def test_responses_are_shared_out_where_that_pays(
    tmp_path: Path, entries: tuple[int, ...], workers: int, sizes: list[int]
) -> None:
    found = list(batched(*answered(tmp_path, *entries), workers))
    assert [len(some) for some in found] == sizes
    assert [each for some in found for each in some] == answered(tmp_path, *entries)[0]


@pytest.fixture
def monitor(newsbeam: Commands, tmp_path: Path) -> Monitor:
    return Monitor(newsbeam, tmp_path)


def test_run_reads_a_feed_once_without_subscribing_to_it(monitor: Monitor) -> None:
    with Server({"/feed": lambda _: answer(200, FEED, 'ETag: "1"')}) as server:
        url = server.url("/feed")
        accounts = [monitor.poll(url), monitor.poll(url), monitor.poll("--feeds", hours=99)]
    assert [each["new"] for each in accounts] == [2, 0, 0]
    assert [each.headers.get("if-none-match") for each in server.asked] == [None, '"1"']
    assert monitor.ask("SELECT url, declared_in FROM feeds") == [(url, "run")]
    assert monitor.ask("SELECT DISTINCT source, feed FROM sightings") == [(url, url)]


def test_a_list_given_by_name_has_its_feeds_asked(monitor: Monitor, tmp_path: Path) -> None:
    listed, folder = tmp_path / "list.opml", tmp_path / "folder"
    folder.mkdir()
    with Server({"/feed": lambda _: answer(200, FEED)}) as server:
        outline = f'<outline text="Quay News" xmlUrl="{server.url("/feed")}"/>'
        for file in (listed, folder / "list.opml"):
            file.write_text(f"<opml><body>{outline}</body></opml>")
        in_folder = monitor.poll(folder)
        assert server.asked == []
        named = monitor.poll(listed)
    assert (in_folder["new"], in_folder["rejected"]) == (0, 1)
    assert (named["new"], named["rejected"]) == (2, 0)
    assert monitor.ask("SELECT DISTINCT outlet FROM articles") == [("Quay News",)]
    assert monitor.ask("SELECT reason FROM rejects") == [("not_fetched",)]


def test_an_address_that_is_none_is_refused_before_anything_is_read(
    newsbeam: Commands, tmp_path: Path
) -> None:
    done = newsbeam("run", "http://", "--store", tmp_path / "news.duckdb")
    assert done.code == 2
    assert "is no address" in done.err
    assert not (tmp_path / "news.duckdb").exists()


def test_a_machine_that_is_offline_puts_no_feed_off(monitor: Monitor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monitor.subscribe(*(f"http://127.0.0.{number}:{port}/" for number in (2, 3, 4)))
    done = monitor("run", "--feeds", hours=1)
    assert done.code == 0
    assert "this machine seems to be offline" in done.err
    states = monitor.ask("SELECT failures, next_at <= added_at, polled_at FROM feeds")
    assert states == [(0, True, None)] * 3


def test_a_poll_without_a_feed_says_how_to_subscribe(newsbeam: Commands, tmp_path: Path) -> None:
    done = newsbeam("run", "--feeds", "--store", tmp_path / "news.duckdb")
    assert done.code == 0
    assert "newsbeam feeds add URL" in done.err


@pytest.mark.parametrize("arguments", [(), ("here", "--feeds")])
def test_run_wants_paths_or_feeds(newsbeam: Commands, arguments: tuple[str, ...]) -> None:
    done = newsbeam("run", *arguments)
    assert done.code == 2
    assert "give paths and addresses to read, or --feeds" in done.err
