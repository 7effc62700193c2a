"""`newsbeam stream` where it does not come to streaming: what is said, and what is left."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from apache_beam.options.pipeline_options import PortableOptions

from pipeline.begun import Begun
from pipeline.everywhere import options_of
from pipeline.stream import Following, _Committer
from sinks.manifest import MANIFEST, SpoolError
from tests.commands import Commands


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give folders to follow, or --feeds"),
        ([".", "--feeds"], "not both"),
        (["nowhere"], "nowhere: not a folder; `stream` follows folders, `run` reads files"),
        ([".", "--every", "0"], "--every"),
    ],
)
def test_wrong_words(newsbeam: Commands, tmp_path: Path, words: list[str], said: str) -> None:
    done = newsbeam("stream", *words, "--store", tmp_path / "news.duckdb", cwd=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_no_job_ends_for_having_been_long_at_work() -> None:
    """Beam waits for a job's end by a request that has a deadline, of five minutes by default."""
    year = 365 * 24 * 3600
    for given, seconds in (((), year), (("--job_server_timeout=7",), 7)):
        options = options_of("PrismRunner", given).view_as(PortableOptions)
        assert options.job_server_timeout >= seconds
        assert (options.job_server_timeout == 7) is bool(given), "people's own options count"


def test_a_port_that_is_taken(newsbeam: Commands, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        store = tmp_path / "news.duckdb"
        done = newsbeam("stream", tmp_path, "--store", store, "--metrics-port", port)
    assert done.code == 2
    assert f"--metrics-port {port}: Address already in use; choose another" in done.err


def test_a_runner_that_is_not_there(newsbeam: Commands, tmp_path: Path) -> None:
    """The engine says why, the store is fit for use, and nothing is left beside it."""
    store = tmp_path / "news.duckdb"
    done = newsbeam("stream", tmp_path, "--store", store, "--runner", "NoSuchRunner")
    assert done.code == 3
    assert "the engine ended" in done.err
    assert "NoSuchRunner" in done.err
    assert "Nothing was spooled and nothing is lost" in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"news.duckdb", "news.duckdb.lock"}
    done = newsbeam("query", "SELECT status FROM runs", "--store", store, "--format", "csv")
    assert done.out == "status\nfailed\n"


def test_windows_that_wait_are_looked_for_by_one_scan(tmp_path: Path) -> None:
    """Each is stored by itself, and is told which are to follow it."""
    folders = [tmp_path / f"{number:016d}-stream-0" for number in range(3)]
    for folder in folders:
        folder.mkdir()
        (folder / MANIFEST).touch()
    asked: list[tuple[str, list[str]]] = []

    def store(folder: Path, behind: list[Path]) -> None:
        asked.append((folder.name[15], [each.name[15] for each in behind]))
        if folder == folders[0]:
            raise SpoolError("a shard is gone")

    writer = SimpleNamespace(spool=tmp_path)
    progress = SimpleNamespace(said=lambda _: None)
    run = SimpleNamespace(writer=writer, name="stream", store=store, progress=progress)
    committer = _Committer(cast(Begun, run), Following(), lambda _: None, wait=0)
    assert committer._store() == 2
    assert asked == [("0", ["1", "2"]), ("1", ["2"]), ("2", [])]
