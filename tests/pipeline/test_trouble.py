"""Trouble with the store and the spool: what the command says, how it ends, what it leaves."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sinks.store import connect
from tests.commands import Commands, until
from tests.support import differences, rows

TEXT = "The government of the country said on Monday that the election was won. " * 4


def line(number: int) -> str:
    values = {
        "url": f"https://x.example/{number}",
        "title": f"T{number}",
        "text": f"{TEXT}{number}",
    }
    return json.dumps(values | {"seen_at": "2024-06-01T00:00:00Z"})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("input") / "a.jsonl"
    path.write_text("\n".join(line(number) for number in range(4)) + "\n")
    return path


@pytest.fixture(scope="module")
def made(newsbeam: Commands, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in it: to be copied, not to be changed."""
    store = tmp_path_factory.mktemp("made") / "news.duckdb"
    assert newsbeam("run", source, "--store", store).code == 0
    return store


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "news.duckdb"))


@contextlib.contextmanager
def held(store: Path) -> Iterator[None]:
    """Another program has the store open for writing."""
    code = (
        "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('held', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            holder.communicate()


@pytest.fixture
def spooled(newsbeam: Commands, source: Path, tmp_path: Path) -> Path:
    """The spool of a run that was killed before its first commit."""
    store = tmp_path / "news.duckdb"
    kill = ("before", "sinks.staging.stage", 1)
    assert newsbeam("run", source, "--store", store, kill=kill).code == -9
    spool = tmp_path / "news.duckdb.spool"
    assert len(list(spool.glob("*/manifest.json"))) == 1
    return spool


def count(store: Path, table: str = "articles") -> int:
    with contextlib.closing(connect(store, read_only=True)) as db:
        return db.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


def test_locked_before_the_start_nothing_is_read(
    newsbeam: Commands, source: Path, store: Path
) -> None:
    with held(store):
        done = newsbeam("run", source, "--store", store, "--wait", "0.1")
    assert done.code == 3
    assert f"{store} is locked by" in done.err
    assert "Nothing was spooled and nothing is lost: run the same command again." in done.err
    assert done.out == ""
    assert newsbeam("run", source, "--store", store).code == 0


def test_locked_after_the_start_it_is_spooled_and_the_next_run_commits_it(
    newsbeam: Commands, source: Path, made: Path, tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    spool = tmp_path / "news.duckdb.spool"
    started = newsbeam.start(
        "run", source, "--store", store, "--wait", "0.1", hold="sinks.spool.write_manifest"
    )
    until(
        lambda: any(spool.glob("*/articles-*")) and (tmp_path / "held").exists() or started.poll()
    )
    with held(store):
        (tmp_path / "held").unlink()
        done = started.wait()
    assert done.code == 3
    assert f"{store} is locked by" in done.err
    assert f"{spool}: 1. The next run commits them first." in done.err
    assert count(store) == 0
    again = newsbeam("run", source, "--store", store)
    assert again.code == 0
    assert "which was waiting" in again.err
    assert "read 8 = 4 new + 0 revised + 4 unchanged + 0 rejected" in again.out
    assert differences(rows(made), rows(store)) == {}
    assert not spool.exists()


@pytest.mark.parametrize("command", ["run", "query"])
def test_a_file_that_is_not_duckdb_is_left_alone(
    newsbeam: Commands, source: Path, tmp_path: Path, command: str
) -> None:
    store = tmp_path / "news.duckdb"
    store.write_bytes(b"precious " * 1000)
    what = [source] if command == "run" else ["SELECT 1"]
    done = newsbeam(command, *what, "--store", store)
    assert done.code == (3 if command == "run" else 2)
    assert f"{store} is not a DuckDB file" in done.err
    assert store.read_bytes() == b"precious " * 1000


@pytest.mark.parametrize("command", ["run", "query"])
def test_a_duckdb_file_with_other_tables_is_left_alone(
    newsbeam: Commands, source: Path, tmp_path: Path, command: str
) -> None:
    store = tmp_path / "news.duckdb"
    with contextlib.closing(duckdb.connect(str(store))) as db:
        db.execute("CREATE TABLE articles AS SELECT 42 AS answer")
    what = [source] if command == "run" else ["SELECT 1"]
    done = newsbeam(command, *what, "--store", store)
    assert done.code == (3 if command == "run" else 2)
    assert "other tables in it, not a newsbeam store" in done.err
    with contextlib.closing(duckdb.connect(str(store))) as db:
        assert db.execute("FROM duckdb_tables() SELECT table_name").fetchall() == [("articles",)]
        assert db.execute("FROM articles").fetchall() == [(42,)]


@pytest.mark.parametrize("command", ["run", "query", "status"])
def test_a_store_of_a_newer_newsbeam_is_left_alone(
    newsbeam: Commands, source: Path, store: Path, command: str
) -> None:
    with contextlib.closing(connect(store)) as db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    what = {"run": [source], "query": ["SELECT 1"], "status": []}[command]
    done = newsbeam(command, *what, "--store", store)
    assert done.code == (3 if command == "run" else 2)
    assert "schema version 999, made by a newer newsbeam" in done.err
    assert count(store) == 4


def test_a_store_made_with_other_thresholds_is_refused(
    newsbeam: Commands, source: Path, store: Path
) -> None:
    with contextlib.closing(connect(store)) as db:
        db.execute("UPDATE meta SET value = '0.5' WHERE key = 'near_similarity'")
    done = newsbeam("run", source, "--store", store)
    assert done.code == 2
    assert "was made with near_similarity 0.5; this newsbeam has 0.7" in done.err


@pytest.mark.parametrize("place", ["/proc/news.duckdb", "FILE/news.duckdb"])
def test_where_no_store_can_be_made_it_says_so(
    newsbeam: Commands, source: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "FILE").write_text("a file, no folder")
    store = tmp_path / place
    done = newsbeam("run", source, "--store", store)
    assert done.code == 3
    assert str(store)[:10] in done.err
    assert "Nothing was spooled and nothing is lost" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("limit", "batch", "said"),
    [
        (1_000, 1000, "news.duckdb"),  # no store can be made
        (3_000_000, 1000, "File too large: "),  # no shard
        (3_000_000, 40, "could not be written"),  # shards, and no room in the store
    ],
)
def test_a_full_disk_is_told_and_nothing_is_lost(
    newsbeam: Commands, made: Path, tmp_path: Path, limit: int, batch: int, said: str
) -> None:
    source = tmp_path / "in.jsonl"
    texts = [" ".join(f"w{number}x{word}" for word in range(1500)) for number in range(300)]
    source.write_text("\n".join(json.dumps({"text": text}) for text in texts) + "\n")
    store = tmp_path / "news.duckdb"
    if limit > 1000:
        shutil.copy(made, store)
    command = ["run", source, "--store", store, "--batch-size", batch, "--workers", 1]
    done = newsbeam(*command, file_limit=limit)
    assert done.code == 3, done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert "The next run commits them first" in done.err or "nothing is lost" in done.err
    again = newsbeam("run", source, "--store", store)
    assert again.code == 0, again.err
    assert count(store) == 300 + 4 * (limit > 1_000)
    assert not (tmp_path / "news.duckdb.spool").exists()


def test_a_second_run_on_the_same_store_says_so_and_ends_well(
    newsbeam: Commands, source: Path, tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    first = newsbeam.start("run", source, "--store", store, hold="sinks.spool.write_manifest")
    until((tmp_path / "held").exists)
    second = newsbeam("run", source, "--store", store)
    (tmp_path / "held").unlink()
    assert second.code == 0
    assert f"another run (process {first.pid}) is at work on {store}" in second.err
    assert first.wait().code == 0
    assert count(store, "runs") == 1


def test_a_query_waits_while_a_commit_has_the_store(
    newsbeam: Commands, source: Path, store: Path
) -> None:
    running = newsbeam.start("run", source, "--store", store, hold="sinks.writer.commit")
    until((store.parent / "held").exists)
    asked = newsbeam.start(
        "query", "SELECT count(*) FROM batches", "--store", store, "--format", "csv"
    )
    refused = newsbeam("query", "SELECT 1", "--store", store, "--wait", "0.05")
    assert refused.code == 2
    assert "is locked" in refused.err
    (store.parent / "held").unlink()
    done = asked.wait()
    assert (done.code, done.err) == (0, "")
    assert running.wait().code == 0


def test_a_query_during_a_run_is_answered_while_batches_are_worked_out(
    newsbeam: Commands, source: Path, store: Path
) -> None:
    running = newsbeam.start("run", source, "--store", store, hold="sinks.spool.write_manifest")
    until((store.parent / "held").exists)
    sql = "SELECT count(*) AS n FROM articles"
    done = newsbeam("query", sql, "--store", store, "--format", "csv", "--wait", "0")
    (store.parent / "held").unlink()
    assert (done.code, done.out) == (0, "n\n4\n")
    assert running.wait().code == 0


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "INSERT INTO meta VALUES ('a', 'b')",
        "DROP TABLE rejects",
        "CREATE TABLE mine AS SELECT 1; FROM mine",
    ],
)
def test_a_query_never_writes_to_the_store(newsbeam: Commands, store: Path, sql: str) -> None:
    before = store.read_bytes()
    done = newsbeam("query", sql, "--store", store)
    assert done.code == 2
    assert "read-only" in done.err
    assert store.read_bytes() == before


def test_a_store_whose_writer_was_killed_can_be_queried(
    newsbeam: Commands, source: Path, tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    kill = ("after", "sinks.writer.commit", 1)  # before the file is closed
    assert newsbeam("run", source, "--store", store, kill=kill).code == -9
    sql = "SELECT count(*) AS n FROM articles"
    done = newsbeam("query", sql, "--store", store, "--format", "csv")
    assert (done.code, done.out) == (0, "n\n4\n")
    copy = tmp_path / "copy.duckdb"
    assert newsbeam("snapshot", copy, "--store", store).code == 0
    assert count(copy) == 4


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("garbage", "not a manifest"),
        ("missing", "of its shards are gone"),
        ("shard", "holds a damaged shard"),
    ],
)
def test_a_damaged_batch_is_told_and_harms_nothing_else(
    newsbeam: Commands, spooled: Path, tmp_path: Path, damage: str, said: str
) -> None:
    store = tmp_path / "news.duckdb"
    [folder] = [path.parent for path in spooled.glob("*/manifest.json")]
    good = spooled / "1-good"
    shutil.copytree(folder, good)
    manifest = json.loads((good / "manifest.json").read_text())
    (good / "manifest.json").write_text(json.dumps(manifest | {"batch_id": "1-good"}))
    [shard] = folder.glob("articles-*")
    if damage == "garbage":
        (folder / "manifest.json").write_text("{{{")
    elif damage == "missing":
        shard.unlink()
    else:
        shard.write_bytes(b"no parquet")
    done = newsbeam("load", spooled, "--store", store)
    assert done.code == 3
    assert str(folder) in done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert count(store) == 4  # of the good one
    assert (folder / "manifest.json").exists()
    assert not good.exists()


def test_a_spool_is_loaded_once_into_whichever_store(
    newsbeam: Commands, spooled: Path, made: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(spooled, kept)
    other = tmp_path / "other" / "news.duckdb"
    shutil.copytree(kept, tmp_path / "first")
    done = newsbeam("load", tmp_path / "first", "--store", other)
    assert "read 4 = 4 new" in done.out
    assert list((tmp_path / "first").glob("*/manifest.json")) == []
    assert differences(rows(made), rows(other)) == {}
    again = newsbeam("load", kept, "--store", other)
    assert again.code == 0
    assert "read 0 = 0 new" in again.out
    assert count(other, "batches") == 1
    done = newsbeam("load", spooled, "--store", tmp_path / "news.duckdb")
    assert "read 4 = 4 new" in done.out


def test_a_batch_of_other_versions_is_worked_out_anew(
    newsbeam: Commands, spooled: Path, made: Path, tmp_path: Path
) -> None:
    [path] = spooled.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    manifest["versions"]["language"] = "0"
    path.write_text(json.dumps(manifest))
    store = tmp_path / "news.duckdb"
    interrupted = newsbeam(
        "load", spooled, "--store", store, kill=("before", "sinks.staging.stage", 1)
    )
    assert interrupted.code == -9
    done = newsbeam("load", spooled, "--store", store)
    assert done.code == 0, done.err
    assert "was made by another version: worked out anew" in done.err
    assert differences(rows(made), rows(store)) == {}
    assert not spooled.exists()
    assert count(store, "batches") == 1


def test_a_batch_that_sights_what_another_store_holds_stays_where_it_is(
    newsbeam: Commands, source: Path, store: Path, tmp_path: Path
) -> None:
    kill = ("before", "sinks.staging.stage", 1)
    assert newsbeam("run", source, "--store", store, kill=kill).code == -9
    spool = tmp_path / "news.duckdb.spool"
    other = tmp_path / "other.duckdb"
    done = newsbeam("load", spool, "--store", other)
    assert done.code == 3
    assert "only names articles that another store holds" in done.err
    assert len(list(spool.glob("*/manifest.json"))) == 1
    assert count(other) == 0
    assert newsbeam("load", spool, "--store", store).code == 0
    assert not spool.exists()
