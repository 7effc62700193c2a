"""The store's file: made whole or not at all, upgraded with a copy kept, copied consistently."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.facts import MATCHER
from sinks import store as stores
from sinks.manifest import SpoolError
from sinks.store import Migration, StoreError, StoreLocked, connect, prepare, snapshot
from sinks.writer import Writer
from tests.commands import Commands, until
from tests.support import NOON, Store, article, differences, rows

MORE = "ALTER TABLE articles ADD COLUMN mood VARCHAR; UPDATE articles SET mood = 'calm';"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.add(article("a", "text one"), article("b", "text two"))
    return made


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> int:
    """This newsbeam knows one schema version more than the store; its number."""
    steps = stores.migrations()
    steps.append(Migration(steps[-1].version + 1, MORE))
    monkeypatch.setattr(stores, "migrations", lambda: steps)
    return steps[-1].version


def version(path: Path) -> int:
    with contextlib.closing(connect(path, read_only=True)) as db:
        return stores.schema_version(db, path)


def moods(path: Path) -> list[tuple]:
    with contextlib.closing(connect(path, read_only=True)) as db:
        return db.execute("SELECT mood FROM articles").fetchall()


def killed_after(path: Path, sql: str) -> None:
    """Another program writes to the store and is killed: its change is in the log alone."""
    opened = "import duckdb, os, sys; db = duckdb.connect(sys.argv[1])"
    program = f"{opened}; db.execute(sys.argv[2]); os._exit(0)"
    subprocess.run([sys.executable, "-c", program, path, sql], check=True)
    assert path.with_name(path.name + ".wal").exists()


def test_a_store_is_made_with_its_version_and_an_id_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        prepare(tmp_path / name, now=NOON)
        assert version(tmp_path / name) == stores.migrations()[-1].version
    with contextlib.closing(connect(tmp_path / "one", read_only=True)) as db:
        meta = stores.get_meta(db)
    assert meta["created_at"] == "2024-06-01T12:00:00Z"
    assert len(meta["store_id"]) == 32
    with contextlib.closing(connect(tmp_path / "two", read_only=True)) as db:
        assert stores.get_meta(db)["store_id"] != meta["store_id"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_preparing_again_changes_nothing(store: Store) -> None:
    before = store.path.read_bytes()
    prepare(store.path, now=NOON + 1)
    assert store.path.read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "news.duckdb"
    path.touch()
    prepare(path, now=NOON)
    assert version(path) == stores.migrations()[-1].version


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL",
        "SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal",
        """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE comment IS NULL AND schema_name = 'main' AND NOT internal
            AND table_name IN (SELECT table_name FROM duckdb_tables())
        """,
    ],
)
def test_every_table_view_and_column_says_what_it_is(tmp_path: Path, sql: str) -> None:
    assert Store(tmp_path).ask(sql) == []


def test_an_older_store_is_upgraded_and_a_copy_of_it_kept(store: Store, upgrade: int) -> None:
    before = rows(store.path)
    prepare(store.path, now=NOON)
    assert version(store.path) == upgrade
    assert moods(store.path) == [("calm",), ("calm",)]
    backup = store.path.with_name(f"news.duckdb.v{upgrade - 1}.backup")
    assert version(backup) == upgrade - 1
    assert differences(before, rows(backup)) == {}
    prepare(store.path, now=NOON)
    assert version(store.path) == upgrade


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(
    store: Store, upgrade: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_views", lambda: "SELECT nonsense")
    with pytest.raises(Exception, match="nonsense"):
        prepare(store.path, now=NOON)
    assert version(store.path) == upgrade - 1
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]
    assert store.ask("SELECT 1 FROM duckdb_columns() WHERE column_name = 'mood'") == []


@pytest.mark.parametrize(
    "kill",
    [
        ("before", "sinks.store._copy", 1),
        ("before", "sinks.store.os.replace", 1),  # the copy is not in place
        ("after", "sinks.store._copy", 1),
        ("before", "sinks.store.set_meta", 1),  # the new column is made, nothing is committed
        ("within", "sinks.store.transaction", 1),
        ("after", "sinks.store._apply", 1),
    ],
)
def test_an_upgrade_that_is_killed_leaves_the_old_store_or_the_new(
    store: Store, newsbeam: Commands, upgrade: int, kill: tuple[str, str, int], tmp_path: Path
) -> None:
    (tmp_path / "none.jsonl").write_text('{"title": "One more"}\n')
    command = ["run", tmp_path / "none.jsonl", "--store", store.path]
    assert newsbeam(*command, kill=kill, migration=MORE).code == -9
    assert version(store.path) == (upgrade if "_apply" in kill[1] else upgrade - 1)
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]
    prepare(store.path, now=NOON)
    assert version(store.path) == upgrade
    assert moods(store.path) == [("calm",), ("calm",)]
    assert version(store.path.with_name(f"news.duckdb.v{upgrade - 1}.backup")) == upgrade - 1


def test_a_newer_store_is_refused_and_not_touched(store: Store) -> None:
    with contextlib.closing(connect(store.path)) as db:
        stores.set_meta(db, {"schema_version": "999"})
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match=r"schema version 999.*Upgrade newsbeam"):
        prepare(store.path, now=NOON)
    assert store.path.read_bytes() == before


def test_a_snapshot_has_what_another_program_left_in_the_log(store: Store, tmp_path: Path) -> None:
    killed_after(store.path, "INSERT INTO meta VALUES ('mood', 'calm')")
    snapshot(store.path, tmp_path / "copy.duckdb")
    with contextlib.closing(connect(tmp_path / "copy.duckdb", read_only=True)) as db:
        assert stores.get_meta(db)["mood"] == "calm"


def test_what_another_program_left_in_the_log_is_kept_by_the_next_commit(store: Store) -> None:
    killed_after(store.path, "INSERT INTO meta VALUES ('mood', 'calm')")
    store.add(article("c", "text three"))
    assert store.ask("SELECT value FROM meta WHERE key = 'mood'") == [("calm",)]
    assert not store.path.with_name(store.path.name + ".wal").exists()


def test_a_writer_lets_others_open_the_store_after_each_commit_and_each_that_failed(
    store: Store,
) -> None:
    """Within one engine, which is another after a failure."""
    writer = Writer(store.path, MATCHER, wait=0)
    batches = [store.spool(article(name, f"text {name}")) for name in "cdef"]
    Path(batches[2].paths("articles")[0]).write_bytes(b"no parquet")
    for batch, fails in zip(batches, (False, False, True, False), strict=True):
        with pytest.raises(SpoolError) if fails else contextlib.nullcontext():
            writer.commit(Path(batch.folder), None, NOON)
        killed_after(store.path, "INSERT INTO meta VALUES ('mood', 'calm')")
        # Nor does it keep shards in memory that are gone.
        kept = writer._engine and writer._engine.sql("FROM duckdb_external_file_cache()").fetchall()
        assert kept == (None if fails else [])
    assert store.ask("SELECT count(*), count(DISTINCT change_seq) FROM articles") == [(5, 4)]
    assert store.ask("SELECT count(*) FROM meta WHERE key = 'mood'") == [(4,)]


def test_a_snapshot_is_the_store_as_it_is(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.duckdb").write_text("an older one")
    snapshot(store.path, tmp_path / "copy.duckdb")
    assert differences(rows(store.path), rows(tmp_path / "copy.duckdb")) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "batches",
        "copy.duckdb",
        "news.duckdb",
    ]


def test_a_writer_that_waits_in_vain_names_the_holder(store: Store, newsbeam: Commands) -> None:
    running = newsbeam.start("run", __file__, "--store", store.path, hold="sinks.writer.start_run")
    held = store.path.parent / "held"
    until(held.exists)
    with pytest.raises(StoreLocked, match=rf"is locked by .*{running.pid}.*waited 0 s"):
        connect(store.path, wait=0)
    held.unlink()
    running.wait()


def test_what_a_maker_left_that_was_killed_goes_with_the_next_one_who_makes_the_store(
    tmp_path: Path,
) -> None:
    left, young, other = (
        tmp_path / name
        for name in (
            "news.duckdb.0123abcd.part",
            "news.duckdb.89abcdef.part",
            "news.duckdb.0123abcd.part.txt",
        )
    )
    for file in (left, young, other):
        file.write_bytes(b"half")
    for file in (left, other):
        os.utime(file, (NOON / 1e6 - stores.ABANDONED,) * 2)
    prepare(tmp_path / "news.duckdb", now=NOON)
    assert {file.name for file in tmp_path.iterdir()} == {"news.duckdb", young.name, other.name}
