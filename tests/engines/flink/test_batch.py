"""`newsbeam spool` on Flink, then `newsbeam load`: the store of a local run, to the bit."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sinks.manifest import waiting
from sinks.store import connect, one
from tests.commands import ROOT, until
from tests.engines.flink.cluster import Cluster
from tests.engines.inputs import ARTICLES
from tests.support import differences, not_unique, rows

NEWSBEAM = [sys.executable, "-m", "pipeline.cli"]
BATCH = ["--batch-size", "500"]


class Whole(NamedTuple):
    """A store's rows, and how many items were read for it."""

    rows: dict[str, list[Any]]
    read: int


def everything(store: Path) -> Whole:
    assert not_unique(store) == []
    with contextlib.closing(connect(store, read_only=True)) as db:
        return Whole(rows(store), one(db, "SELECT sum(read)::BIGINT FROM batches")[0])


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """What `newsbeam run` makes of it here."""
    store = tmp_path_factory.mktemp("whole") / "news.duckdb"
    newsbeam("run", source, "--store", store)
    found = everything(store)
    assert len(found.rows["articles"]) > ARTICLES
    assert {row[2] for row in found.rows["duplicate_pairs"]} == {"exact", "near", "excerpt"}
    return found


def newsbeam(*words: object) -> None:
    subprocess.run([*NEWSBEAM, *map(str, words)], cwd=ROOT, check=True)


def start(flink: Cluster, spool: Path, source: Path) -> subprocess.Popen[bytes]:
    words = ["spool", str(spool), str(source), *BATCH, "--runner", "FlinkRunner", "--"]
    return subprocess.Popen([*NEWSBEAM, *words, *flink.options()], cwd=ROOT)


def test_the_store_is_that_of_a_local_run(
    flink: Cluster, source: Path, whole: Whole, tmp_path: Path
) -> None:
    spool, store = tmp_path / "spool", tmp_path / "news.duckdb"
    assert start(flink, spool, source).wait() == 0
    assert len(waiting(spool)) > ARTICLES / 500
    newsbeam("load", spool, "--store", store)
    found = everything(store)
    assert differences(whole.rows, found.rows) == {}
    assert found.read == whole.read


def test_a_worker_is_killed(flink: Cluster, source: Path, whole: Whole, tmp_path: Path) -> None:
    """Flink begins its part again; what it had written already is an orphan, or the same."""
    spool, store = tmp_path / "spool", tmp_path / "news.duckdb"
    before = set(flink.jobs("FINISHED"))
    running = start(flink, spool, source)
    until(lambda: any(spool.glob("*/articles-*.parquet")) or running.poll() is not None, 300)
    for pid in flink.workers():
        os.kill(pid, signal.SIGKILL)
    assert running.wait() == 0
    [job] = set(flink.jobs("FINISHED")) - before
    assert flink.failures(job) > 0
    newsbeam("load", spool, "--store", store)
    found = everything(store)
    assert differences(whole.rows, found.rows) == {}
    assert found.read == whole.read
