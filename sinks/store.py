"""The DuckDB file: made, upgraded, opened by one writer or many readers, copied."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

WRITER_WAIT = 60.0  # seconds that a writer tries to open a locked store
READER_WAIT = 10.0  # seconds that a query does
# More than one commit needs, whatever the size of the store; DuckDB spills to disk beyond it.
# With more it would only keep what is read once, at the price of fresh memory: with 800 MB a commit
# into a million articles takes a fifth more of a core's time.
WRITER_MEMORY = "400MB"
# While a batch is committed the next ones are worked out on all cores, and a commit on one core
# takes a sixth less of their time than on two.
WRITER_THREADS = max((os.cpu_count() or 1) // 2, 1)
# Files stay readable from this version on, whichever newer one writes them.
STORAGE_VERSION = "v1.5.0"


# Rows that are compressed together. A checkpoint writes every group anew that a commit has added
# to: at DuckDB's own 122,880 that is each row six times over, at a batch's size once.
ROW_GROUP = 10_240


# Seconds after which a store that was being made is one that nobody makes any more: it takes one.
ABANDONED = 3_600


class StoreError(Exception):
    """The store cannot be used, why, and what to do about it."""


class StoreLocked(StoreError):
    """Another process held the store for all the time that was waited."""


class Migration:
    """One step of the schema, from version - 1 to version."""

    def __init__(self, version: int, sql: str) -> None:
        self.version = version
        self.sql = sql


def migrations() -> list[Migration]:
    """All steps of the schema, in order; the last one's version is this newsbeam's."""
    folder = files("sinks") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [Migration(int(name[:4]), (folder / name).read_text(encoding="utf-8")) for name in names]


def _views() -> str:
    return (files("sinks") / "views.sql").read_text(encoding="utf-8")


def engine() -> duckdb.DuckDBPyConnection:
    """A DuckDB without a file, in which a writer may open its store again and again.

    What it works with stays with it. Memory that is fresh for each commit costs a tenth of it.
    """
    return duckdb.connect(
        config={
            "memory_limit": WRITER_MEMORY,
            "threads": WRITER_THREADS,
            "preserve_insertion_order": False,
            "enable_external_file_cache": False,  # of shards, which are read once and then removed
        }
    )


def connect(
    path: Path,
    *,
    read_only: bool = False,
    wait: float = WRITER_WAIT,
    within: duckdb.DuckDBPyConnection | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open a store, trying again for `wait` seconds while somebody else holds it.

    StoreLocked after that; StoreError where the file is none of DuckDB's or too new for it. What
    was opened `within` an engine to write is held until "DETACH store" there.
    """
    deadline = time.monotonic() + wait
    pause = 0.02
    while True:
        try:
            return _reader(path) if read_only else _writer(path, within or engine())
        except duckdb.Error as error:
            message = str(error)
            if "lock" in message.lower() and isinstance(error, duckdb.IOException):
                if time.monotonic() >= deadline:
                    raise StoreLocked(_locked_message(path, message, wait)) from error
                time.sleep(pause)
                pause = min(pause * 1.5, 0.5)
                continue
            raise StoreError(_open_message(path, message)) from error


def _reader(path: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect(str(path), read_only=True)
    db.execute("SET TimeZone = 'UTC'")
    return db


def _writer(path: Path, within: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection whose current database is the store, attached with what only ATTACH can set.

    Commits write no log, which would hold everything a second time and would be read by whoever
    opens the store next: see `transaction`.
    """
    db = within.cursor()
    try:
        quoted = str(path).replace("'", "''")
        db.execute(
            f"ATTACH '{quoted}' AS store "
            f"(STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP}, "
            "RECOVERY_MODE NO_WAL_WRITES)"
        )
        db.execute("USE store")
        db.execute("SET TimeZone = 'UTC'")
    except BaseException:
        db.close()
        raise
    return db


def _locked_message(path: Path, message: str, wait: float) -> str:
    holder = re.search(r"held in (.+?)(?: by user| See also|\.\s|$)", message)
    by = f" by {holder[1].rstrip('.')}" if holder else ""
    return (
        f"{path} is locked{by}; waited {wait:g} s. Close the program that has it open "
        "(or let it use `newsbeam snapshot`), then try again."
    )


def _open_message(path: Path, message: str) -> str:
    first = message.strip().splitlines()[0]
    if "not a valid DuckDB database file" in message:
        return f"{path} is not a DuckDB file. Choose another --store, or move that file away."
    if "newer version" in message or "storage version" in message or "version number" in message:
        return f"{path} was written by a newer DuckDB: upgrade the duckdb package ({first})."
    return f"{path} cannot be opened: {first}"


def schema_version(db: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The version of a store's schema; 0 for an empty file. StoreError where it is no store."""
    tables = {
        row[0]
        for row in db.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
    }
    if not tables:
        return 0
    if not {"meta", "articles", "batches"} <= tables:
        raise StoreError(
            f"{path} is a DuckDB file with other tables in it, not a newsbeam store. "
            "Choose another --store."
        )
    return int(get_meta(db).get("schema_version", 0))


def check_version(version: int, path: Path) -> None:
    """StoreError for a store that a newer newsbeam made."""
    newest = migrations()[-1].version
    if version > newest:
        raise StoreError(
            f"{path} has schema version {version}, made by a newer newsbeam; this one knows up "
            f"to {newest}. Upgrade newsbeam; nothing was changed."
        )


def prepare(path: Path, *, now: int, wait: float = WRITER_WAIT) -> None:
    """Make the store where there is none, upgrade it where it is older.

    An upgrade is one transaction, with a copy of the old file left beside the store as
    NAME.v1.backup. A kill at any moment leaves the old store or the new one.
    """
    if not path.exists() or path.stat().st_size == 0:
        _create(path, now)
        return
    with contextlib.closing(connect(path, wait=wait)) as db:
        version = schema_version(db, path)
        check_version(version, path)
        steps = [step for step in migrations() if step.version > version]
        if steps and version:
            db.execute("CHECKPOINT")
    if not steps:
        return
    if version:
        _copy(path, path.with_name(f"{path.name}.v{version}.backup"))
    with contextlib.closing(connect(path, wait=wait)) as db:
        _apply(db, steps, now, fresh=not version)


def _create(path: Path, now: int) -> None:
    """Build beside and rename, so that nobody ever opens half a schema."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with contextlib.closing(connect(part)) as db:
            _apply(db, migrations(), now, fresh=True)
        _remove_abandoned(path, part.stat().st_mtime)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _remove_abandoned(path: Path, now: float) -> None:
    """Remove what makers of this store left who were killed; one at work has a younger one."""
    name = re.compile(re.escape(path.name) + r"\.[0-9a-f]{8}\.part(?:\.wal)?")
    for other in path.parent.iterdir():
        if name.fullmatch(other.name):
            with contextlib.suppress(FileNotFoundError):
                if now - other.stat().st_mtime > ABANDONED:
                    other.unlink()


def _apply(db: duckdb.DuckDBPyConnection, steps: list[Migration], now: int, fresh: bool) -> None:
    with transaction(db):
        for step in steps:
            db.execute(step.sql)
        db.execute(_views())
        if fresh:
            set_meta(db, {"store_id": uuid.uuid4().hex, "created_at": _iso(now)})
        set_meta(db, {"schema_version": str(steps[-1].version)})


def _iso(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now // 1_000_000))


@contextlib.contextmanager
def transaction(db: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, and in the file at the end of the block; rolled back where it fails.

    The checkpoint is the moment: DuckDB writes what is new beside what is there, and the head of
    the file, which says where everything is, last. Closing would do it as well, without a word
    where the disk is full. One thread: most of it is one column, and a second would only wait.
    """
    db.begin()
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            db.rollback()
        raise
    db.commit()
    db.execute("SET threads = 1")
    db.execute("CHECKPOINT")
    db.execute(f"SET threads = {WRITER_THREADS}")


def one(
    db: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any] | None = None
) -> Any:
    """The one row of a query, read to its end: DuckDB 2 lets nothing else start before."""
    return db.execute(sql, parameters).fetchall()[0]


def get_meta(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The store's versions and fact-shaping settings."""
    return dict(db.execute("SELECT key, value FROM meta ORDER BY key").fetchall())


def set_meta(db: duckdb.DuckDBPyConnection, values: dict[str, str]) -> None:
    """Keep versions and settings; what is already there is replaced."""
    for key, value in values.items():
        db.execute("DELETE FROM meta WHERE key = ?", [key])
        db.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def set_topics(db: duckdb.DuckDBPyConnection, topics: Sequence[tuple[Any, ...]]) -> None:
    """Make `topics` the table of topics; of others those stay that an article still has."""
    stored = db.execute("SELECT * FROM topics ORDER BY topic").fetchall()
    slugs = {topic[0] for topic in topics}
    if others := [row for row in stored if row[0] not in slugs]:
        used = db.execute("SELECT DISTINCT topic FROM internal.topics").fetchall()
        topics = [*topics, *(row for row in others if (row[0],) in used)]
    if stored != sorted(topics):
        db.execute("DELETE FROM topics")
        db.executemany("INSERT INTO topics VALUES (?, ?, ?, ?, ?, ?)", sorted(topics))


def snapshot(path: Path, target: Path, *, wait: float = READER_WAIT) -> None:
    """A consistent copy of the store, put in place by renaming.

    The store is held open for reading while it is copied, so that no commit comes in between.
    """
    with contextlib.closing(connect(path, read_only=True, wait=wait)) as db:
        schema_version(db, path)
        _copy(path, target)


def _copy(path: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with open(path, "rb") as source, open(part, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        log = path.with_name(path.name + ".wal")
        if log.exists():
            # Left by another program that was killed: without it the copy would lack its changes.
            with contextlib.closing(_replayed(part, log)) as db:
                db.execute("CHECKPOINT")
        os.replace(part, target)
    finally:
        for leftover in (part, part.with_name(part.name + ".wal")):
            leftover.unlink(missing_ok=True)


def _replayed(part: Path, log: Path) -> duckdb.DuckDBPyConnection:
    shutil.copyfile(log, part.with_name(part.name + ".wal"))
    return connect(part)
