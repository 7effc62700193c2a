"""A store of schema version 1 becomes one of today's, whole or not at all.

news-v1.duckdb.gz was written by newsbeam 0.1.0: `newsbeam run inbox`, the inbox holding the folders
copies, feeds, lines, revisions and seeds of the samples and broken/broken-lines.jsonl.
"""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sinks import store as stores
from sinks.store import StoreError, connect, prepare
from tests.commands import Commands
from tests.support import NOON, differences, not_unique, rows

V1 = Path(__file__).with_name("news-v1.duckdb.gz")
SAMPLE = Path(__file__).parents[2] / "samples" / "articles" / "languages" / "greek.txt"
NEWEST = stores.migrations()[-1].version


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "news.duckdb"
    path.write_bytes(gzip.decompress(V1.read_bytes()))
    return path


@pytest.fixture
def before(old: Path) -> dict[str, list[Any]]:
    return rows(old)


def facts(path: Path) -> dict[str, list[Any]]:
    """What both versions hold; the number of the version apart, ids as 32 hex digits."""
    found = rows(path)
    found["meta"] = [row for row in found["meta"] if row[0] != "schema_version"]
    for name, some in found.items():
        if any(isinstance(value, UUID) for row in some for value in row):
            found[name] = sorted(
                tuple(each.hex if isinstance(each, UUID) else each for each in row) for row in some
            )
    return found


def version(path: Path) -> int:
    with contextlib.closing(connect(path, read_only=True)) as db:
        return stores.schema_version(db, path)


def shape(path: Path) -> list[tuple[Any, ...]]:
    """Every column of every table and view with its type and comment."""
    with contextlib.closing(connect(path, read_only=True)) as db:
        return db.execute(
            "SELECT schema_name, table_name, column_name, data_type, is_nullable, comment "
            "FROM duckdb_columns() WHERE database_name = current_database() ORDER BY ALL"
        ).fetchall()


def test_the_old_store_is_one(old: Path, before: dict[str, list[Any]]) -> None:
    assert version(old) == 1
    assert len(before["articles"]) == 30


def test_an_upgrade_keeps_every_fact_and_leaves_the_old_file_beside(
    old: Path, tmp_path: Path
) -> None:
    content, kept = old.read_bytes(), facts(old)
    prepare(old, now=NOON)
    assert version(old) == NEWEST
    assert differences(kept, facts(old)) == {}
    assert old.with_name("news.duckdb.v1.backup").read_bytes() == content
    prepare(tmp_path / "new.duckdb", now=NOON)
    assert shape(old) == shape(tmp_path / "new.duckdb")


def test_what_was_stored_before_says_that_nobody_knows_when(old: Path) -> None:
    prepare(old, now=NOON)
    with contextlib.closing(connect(old, read_only=True)) as db:
        assert db.execute(
            "SELECT count(*), count(stored_at), count(fetched_at) FROM arrivals"
        ).fetchall() == [(30, 0, 0)]


@pytest.mark.parametrize(
    ("kill", "reached"),
    [
        (("before", "sinks.store._copy", 1), 1),
        (("before", "sinks.store.os.replace", 1), 1),  # the copy is not in place
        (("after", "sinks.store._copy", 1), 1),
        (("before", "sinks.store._views", 1), 1),  # the tables are made, nothing is committed
        (("within", "sinks.store.transaction", 1), 1),
        (("after", "sinks.store._apply", 1), NEWEST),
    ],
)
def test_a_kill_in_the_middle_leaves_the_old_store_or_the_new(
    old: Path, newsbeam: Commands, kill: tuple[str, str, int], reached: int
) -> None:
    kept = facts(old)
    assert newsbeam("run", SAMPLE, "--store", old, kill=kill).code == -9
    assert version(old) == reached
    assert differences(kept, facts(old)) == {}
    done = newsbeam("run", SAMPLE, "--store", old)
    assert done.code == 0, done.err
    assert version(old) == NEWEST
    assert len(rows(old)["articles"]) == 31
    assert not_unique(old) == []
    backup = old.with_name("news.duckdb.v1.backup")
    assert version(backup) == 1
    assert differences(kept, facts(backup)) == {}


def test_a_store_of_a_later_version_is_refused_and_not_touched(old: Path) -> None:
    with contextlib.closing(connect(old)) as db:
        stores.set_meta(db, {"schema_version": str(NEWEST + 1)})
    content = old.read_bytes()
    with pytest.raises(StoreError, match=rf"schema version {NEWEST + 1}.*Upgrade newsbeam"):
        prepare(old, now=NOON)
    assert old.read_bytes() == content


@pytest.mark.parametrize("command", [["status"], ["new"], ["query", "FROM articles"]])
def test_commands_that_only_ask_do_without_an_upgrade(
    old: Path, newsbeam: Commands, command: list[str]
) -> None:
    content = old.read_bytes()
    done = newsbeam(*command, "--store", old)
    assert done.code == 0, done.err
    assert old.read_bytes() == content
