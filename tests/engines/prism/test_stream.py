"""`newsbeam stream` on Prism: the store is the one that `run` and `watch` make, to the bit."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sinks.store import connect
from tests.commands import until
from tests.engines.inputs import ARTICLES, move, parted
from tests.live.contents import stamp
from tests.live.server import Request, Server, answer
from tests.support import differences, not_unique, rows

NEWSBEAM = [sys.executable, "-m", "pipeline.cli"]
KILLS = int(os.environ.get("KILLS", "3"))
NOW = "2027-01-15T08:00:00Z"  # when the feeds of tests were written


def _engine(launcher: int) -> list[int]:
    """The processes of the engine: its leader first, then those that it started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, _, rest = path.read_text().rpartition(")")
            parent, session = int(rest.split()[1]), int(rest.split()[3])
            found.append((int(path.parent.name), parent, session))
    leaders = {pid for pid, parent, session in found if parent == launcher and session == pid}
    return [*leaders, *(pid for pid, _, session in found if session in leaders - {pid})]


class Stream:
    """A stream at work on a store."""

    def __init__(self, store: Path, *words: object, **env: str) -> None:
        self.store = store
        self.log = store.with_suffix(".out")
        command = [*NEWSBEAM, "stream", *map(str, words), "--store", str(store), "--json"]
        with open(self.log, "ab") as out, open(store.with_suffix(".err"), "ab") as err:
            self.process = subprocess.Popen(
                [*command, "--window", "1", "--every", "0.5"],
                stdout=out,
                stderr=err,
                start_new_session=True,
                env={**os.environ, **env},
            )

    def stop(self, everybody: bool = False) -> dict[str, Any]:
        """The account of a stream that was told to stop, and did; `everybody`: as systemd does."""
        for pid in (self.process.pid, *(_engine(self.process.pid) if everybody else ())):
            os.kill(pid, signal.SIGTERM)
        assert self.process.wait(60) == 0, self.store.with_suffix(".err").read_text()
        account: dict[str, Any] = json.loads(self.log.read_text().splitlines()[-1])
        assert not list(self.store.parent.glob("*.spool")), "something was left behind"
        return account


def run(store: Path, *words: object, **env: str) -> None:
    command = [*NEWSBEAM, "run", *map(str, words), "--store", str(store)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **env})


def ask(store: Path, sql: str) -> Any:
    with contextlib.closing(connect(store, read_only=True, wait=30)) as db:
        return db.execute(sql).fetchone()


def stored(store: Path, articles: int) -> Callable[[], bool]:
    return lambda: store.exists() and ask(store, "SELECT count(*) FROM articles")[0] >= articles


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What one worker makes of it in batches of 10,000, and two in batches of 1,000."""
    folder = tmp_path_factory.getbasetemp() / "growing"
    shutil.copytree(source, folder)
    one, two = (tmp_path_factory.mktemp("run") / f"{name}.duckdb" for name in ("one", "two"))
    run(one, folder, "--workers", 1)
    run(two, folder, "--workers", 2, "--batch-size", 1000)
    found = rows(one)
    assert differences(found, rows(two)) == {}
    assert len(found["articles"]) > ARTICLES
    assert len(found["rejects"]) > 10
    return found


def test_a_growing_folder(
    whole: dict[str, list[Any]], source: Path, growing: Path, tmp_path: Path
) -> None:
    stream = Stream(tmp_path / "news.duckdb", growing)
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    for some in parted(paths, 6):
        move(some, source, growing)
        until(stored(stream.store, 1), 120)
        time.sleep(1)
    until(stored(stream.store, len(whole["articles"])), 120)
    account = stream.stop()
    assert (
        account["read"]
        == account["new"] + account["revised"] + account["unchanged"] + (account["rejected"])
    )
    assert differences(whole, rows(stream.store)) == {}
    assert not_unique(stream.store) == []
    assert ask(stream.store, "SELECT count(*) FROM batches")[0] > 3


def test_killed_again_and_again(
    whole: dict[str, list[Any]], source: Path, growing: Path, tmp_path: Path
) -> None:
    """The launcher, the worker and the runner, at random moments; then to the end."""
    chance = random.Random(1910)
    store = tmp_path / "news.duckdb"
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    for number, some in enumerate(parted(paths, KILLS)):
        stream = Stream(store, growing)
        until(lambda stream=stream: len(_engine(stream.process.pid)) > 1, 60)
        move(some, source, growing)
        time.sleep(chance.uniform(0.5, 6))
        victim = [stream.process.pid, *_engine(stream.process.pid)][number % 3 :][:1]
        for pid in victim:
            os.kill(pid, signal.SIGKILL)
        code = stream.process.wait(60)
        assert code == (-signal.SIGKILL if number % 3 == 0 else 3)
        engine = _engine(stream.process.pid)
        until(lambda engine=engine: not any(Path(f"/proc/{pid}").exists() for pid in engine))
    stream = Stream(store, growing)
    until(stored(store, len(whole["articles"])), 120)
    stream.stop(everybody=True)
    assert differences(whole, rows(store)) == {}
    assert not_unique(store) == []


FEEDS = [f"/feed/{name}" for name in "abcde"]
ENTRIES = 10


def site(request: Request) -> bytes:
    """Five feeds of summaries, and the pages behind them."""
    _, kind, name = request.path.split("/", 2)
    if kind == "feed":
        items = "".join(
            f"<item><title>Entry {name} {number}</title>"
            f"<link>{request.url(f'/page/{name}/{number}')}</link>"
            f"<description>What became of number {number} of {name}.</description>"
            f"<pubDate>{stamp(-number)}</pubDate></item>"
            for number in range(ENTRIES)
        )
        return answer(200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    if kind == "page":
        text = f"<p>{name}: the harbour council met on Monday and voted on the new bridge.</p>" * 9
        head = f"<head><title>Page {name}</title></head>"
        page = f"<html>{head}<body><article>{text}</article></body></html>"
        return answer(200, page.encode(), "Content-Type: text/html")
    raise AssertionError(kind)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    paths = [f"/page/{feed[-1]}/{number}" for feed in FEEDS for number in range(ENTRIES)]
    with Server(dict.fromkeys([*FEEDS, *paths], site)) as found:
        yield found


ENV = {"NEWSBEAM_NOW": NOW, "NEWSBEAM_HOST_GAP": "0"}
PAGES = "SELECT count(*) FILTER (status = 'waiting') = 0 AND count(*) > 0 FROM internal.pages"


def subscribed(store: Path, server: Server) -> Path:
    urls = [server.url(path) for path in FEEDS]
    add = [*NEWSBEAM, "feeds", "add", "--no-check", *urls, "--store", str(store)]
    subprocess.run(add, check=True, capture_output=True, env={**os.environ, **ENV})
    return store


def read(store: Path) -> Callable[[], bool]:
    """Whether every feed and every page behind it is stored."""
    return lambda: bool(ask(store, PAGES)[0])


def polled(store: Path) -> Any:
    """What polls left: the same here, where the clock stands still."""
    with contextlib.closing(connect(store, read_only=True, wait=30)) as db:
        return [
            db.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
            for table in ("feeds", "internal.pages", "internal.hosts")
        ]


@pytest.fixture(scope="module")
def poll(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    store = subscribed(tmp_path_factory.mktemp("poll") / "news.duckdb", server)
    run(store, "--feeds", **ENV)
    assert read(store)()
    found = rows(store)
    assert len(found["articles"]) == len(FEEDS) * ENTRIES
    assert len(found["revisions"]) == 2 * len(found["articles"])
    return found, polled(store)


def test_feeds_by_a_watch(server: Server, poll: tuple[Any, Any], tmp_path: Path) -> None:
    store = subscribed(tmp_path / "news.duckdb", server)
    command = [*NEWSBEAM, "watch", "--every", "0.1", "--store", str(store)]
    with open(tmp_path / "log", "wb") as log:
        watch = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **ENV})
    until(read(store), 120)
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(60) == 0
    assert differences(poll[0], rows(store)) == {}
    assert polled(store) == poll[1]


def test_feeds_by_a_stream_that_is_killed(
    server: Server, poll: tuple[Any, Any], tmp_path: Path
) -> None:
    store = subscribed(tmp_path / "news.duckdb", server)
    for number in range(2):
        stream = Stream(store, "--feeds", **ENV)
        until(lambda stream=stream: len(_engine(stream.process.pid)) > 1, 60)
        until(lambda stream=stream: ask(store, "SELECT count(*) FROM articles")[0], 60)
        os.kill([stream.process.pid, *_engine(stream.process.pid)][number], signal.SIGKILL)
        stream.process.wait(60)
    stream = Stream(store, "--feeds", **ENV)
    until(read(store), 120)
    stream.stop()
    assert differences(poll[0], rows(store)) == {}
    assert polled(store)[0] == poll[1][0]
    assert not_unique(store) == []
