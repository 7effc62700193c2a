"""I2 and I3: killed at any step and run again, a run ends with what it would have ended with."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path

import pytest

from sinks.store import connect
from tests.commands import Commands, Done, until
from tests.support import differences, not_unique, rows

WORDS = [f"word{number}" for number in range(500)]


def _line(number: int, start: int, count: int, **fields: object) -> str:
    text = f"The government said on Monday that {' '.join(WORDS[start : start + count])}."
    values = {
        "url": f"https://news.example/{number}",
        "title": f"Title {number}",
        "text": text,
        "seen_at": "2024-06-01T12:00:00Z",
    }
    return json.dumps(values | fields)


LINES = [
    _line(1, 0, 60),
    _line(2, 2, 60),  # nearly the first
    "no JSON",
    _line(3, 0, 60, url="https://copy.example/1"),  # another's copy
    _line(4, 100, 40, alias="x"),
    _line(1, 200, 50, seen_at="2024-06-02T12:00:00Z"),  # the first, revised
    _line(5, 3, 60),
    "",
    _line(6, 100, 36),
    _line(1, 0, 60, seen_at="2024-06-03T12:00:00Z"),  # and taken back
    _line(2, 2, 60, seen_at="2024-05-01T12:00:00Z"),
]
READ = 10
BATCHES = 3


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("input") / "articles.jsonl"
    path.write_text("\n".join(LINES) + "\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def command(source: Path, store: Path, workers: int = 1) -> list[object]:
    return ["run", source, "--store", store, "--workers", workers, "--batch-size", 4]


@pytest.fixture(scope="module")
def uninterrupted(
    source: Path, newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list]:
    store = tmp_path_factory.mktemp("uninterrupted") / "news.duckdb"
    done = newsbeam(*command(source, store))
    assert done.code == 0, done.err
    assert f"read {READ} = 6 new + 1 revised + 2 unchanged + 1 rejected" in done.out
    return rows(store)


def check(done: Done, store: Path, uninterrupted: dict[str, list], killed: bool = True) -> None:
    """The store is what it should be, the spool is gone, the account adds up."""
    assert done.code == 0, done.err
    assert differences(uninterrupted, rows(store)) == {}
    assert not_unique(store) == []
    assert not store.with_name("news.duckdb.spool").exists()
    assert {path.name for path in store.parent.iterdir()} == {"news.duckdb", "news.duckdb.lock"}
    with contextlib.closing(connect(store, read_only=True)) as db:
        counts = "sum(read), sum(new), sum(revised), sum(unchanged), sum(rejected)"
        runs = db.execute(f"SELECT {counts} FROM runs").fetchone()
        assert runs == db.execute(f"SELECT {counts} FROM batches").fetchone()
        assert runs is not None
        assert runs[0] == sum(runs[1:])
        assert runs[1:3] == (6, 1)
        statuses = db.execute("SELECT status FROM runs ORDER BY started_at, status").fetchall()
        assert statuses in ([("interrupted",), ("done",)] if killed else [("done",)], [("done",)])


STEPS = [
    ("before", "sinks.store._apply", 1),
    ("within", "sinks.store.transaction", 1),  # the schema is being made
    ("after", "sinks.writer.start_run", 1),
    ("after", "numpy.save", 1),  # what is known has been written
    ("after", "sinks.spool.Shard", 1),  # a shard is open
    ("after", "sinks.shards.Shard.close", 2),
    ("before", "sinks.spool.write_manifest", 1),
    ("after", "sinks.spool.write_manifest", 2),
    ("before", "sinks.staging.stage", 1),  # the transaction has begun
    ("after", "sinks.matching.match", 2),
    ("within", "sinks.commit.transaction", 3),  # all but committed
    ("after", "sinks.writer.commit", 1),  # committed, the store still open
    ("before", "sinks.manifest.remove", 2),  # committed, the batch still there
    ("before", "shutil.rmtree", 1),  # its manifest removed, its shards not
    ("before", "sinks.writer.finish_run", 1),
]


@pytest.mark.parametrize(("when", "what", "call"), STEPS)
def test_killed_at_a_step_and_run_again(
    when: str,
    what: str,
    call: int,
    source: Path,
    newsbeam: Commands,
    uninterrupted: dict[str, list],
    tmp_path: Path,
) -> None:
    store = tmp_path / "news.duckdb"
    killed = newsbeam(*command(source, store), kill=(when, what, call))
    assert killed.code == -signal.SIGKILL, killed.err
    for leftover in tmp_path.glob("*.part*"):
        leftover.unlink()  # of a store that never was
    check(newsbeam(*command(source, store)), store, uninterrupted)


def test_running_again_changes_nothing_but_the_account(
    source: Path, newsbeam: Commands, uninterrupted: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    newsbeam(*command(source, store))
    with contextlib.closing(connect(store, read_only=True)) as db:
        before = db.execute("SELECT article_id, change_seq FROM articles ORDER BY 1").fetchall()
    again = newsbeam(*command(source, store))
    assert f"read {READ} = 0 new + 0 revised + {READ - 1} unchanged + 1 rejected" in again.out
    assert differences(uninterrupted, rows(store)) == {}
    with contextlib.closing(connect(store, read_only=True)) as db:
        assert (
            before
            == db.execute("SELECT article_id, change_seq FROM articles ORDER BY 1").fetchall()
        )


def test_killed_again_and_again_it_still_arrives(
    source: Path, newsbeam: Commands, uninterrupted: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    for step in (
        ("after", "sinks.spool.write_manifest", 1),
        ("within", "sinks.commit.transaction", 1),
        ("before", "sinks.manifest.remove", 1),
        ("after", "sinks.matching.match", 1),
    ):
        assert newsbeam(*command(source, store), kill=step).code == -signal.SIGKILL
    assert newsbeam(*command(source, store)).code == 0
    assert differences(uninterrupted, rows(store)) == {}
    assert not store.with_name("news.duckdb.spool").exists()
    with contextlib.closing(connect(store, read_only=True)) as db:
        statuses = db.execute("SELECT status FROM runs ORDER BY started_at").fetchall()
    assert statuses == [("interrupted",)] * 4 + [("done",)]


def _children(pid: int) -> set[int]:
    """All processes below one, as /proc has them."""
    below: dict[int, set[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                below.setdefault(parent, set()).add(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        children = below.get(waiting.pop(), set())
        found |= children
        waiting += children
    return found


@pytest.mark.parametrize("sign", ["*/articles-*", "*/manifest.json"])
def test_two_workers_killed_from_outside_leave_what_the_next_run_commits(
    sign: str, source: Path, newsbeam: Commands, uninterrupted: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    spool = tmp_path / "news.duckdb.spool"
    running = newsbeam.start(*command(source, store, workers=2))
    until(lambda: any(spool.glob(sign)) or running.poll())
    os.killpg(running.pid, signal.SIGKILL)
    assert running.wait().code == -signal.SIGKILL
    check(newsbeam(*command(source, store, workers=2)), store, uninterrupted)


def test_workers_leave_when_the_process_that_started_them_is_killed(
    source: Path, newsbeam: Commands, uninterrupted: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    spool = tmp_path / "news.duckdb.spool"
    running = newsbeam.start(*command(source, store, workers=2))
    until(lambda: any(spool.glob("*/*.p*")))
    workers = _children(running.pid)
    assert len(workers) >= 2
    os.kill(running.pid, signal.SIGKILL)
    assert running.wait().code == -signal.SIGKILL
    until(lambda: not any(map(_alive, workers)))
    check(newsbeam(*command(source, store)), store, uninterrupted)


def _alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_that_is_killed_ends_the_run_and_the_next_one_finishes_it(
    source: Path, newsbeam: Commands, uninterrupted: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    spool = tmp_path / "news.duckdb.spool"
    running = newsbeam.start(*command(source, store, workers=2))
    until(lambda: any(spool.glob("*/*.p*")))
    leaves = [pid for pid in _children(running.pid) if not _children(pid) and _is_worker(pid)]
    assert leaves
    for pid in leaves:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    done = running.wait()
    assert done.code == 3
    assert "a worker process was killed from outside" in done.err
    assert "Traceback" not in done.err
    done = newsbeam(*command(source, store))
    assert done.code == 0
    assert differences(uninterrupted, rows(store)) == {}
    assert not spool.exists()
    with contextlib.closing(connect(store, read_only=True)) as db:
        [status, last] = db.execute("SELECT status FROM runs ORDER BY started_at").fetchall()
    assert status[0] in ("failed", "spooled")
    assert last == ("done",)


def _is_worker(pid: int) -> bool:
    """Whether a process has loaded Beam: the one that tracks resources has not."""
    with contextlib.suppress(OSError):
        return "pyarrow" in (Path("/proc") / str(pid) / "maps").read_text()
    return False
