"""`newsbeam stream` on Flink: workers and launchers are killed, the store is as a local run's."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sinks.store import connect, one
from tests.commands import ROOT, until
from tests.engines.flink.cluster import Cluster
from tests.engines.inputs import ARTICLES, move, parted
from tests.support import differences, not_unique, rows

NEWSBEAM = [sys.executable, "-m", "pipeline.cli"]
# Without the last, Flink keeps a stream that is over, for the sake of checkpoints.
OPTIONS = [
    "--checkpointing_interval=2000",
    "--shutdown_sources_after_idle_ms=0",
]


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What `newsbeam run` makes of it here, at the place where it will appear bit by bit."""
    folder = tmp_path_factory.getbasetemp() / "growing"
    store = tmp_path_factory.mktemp("whole") / "news.duckdb"
    shutil.copytree(source, folder)
    subprocess.run([*NEWSBEAM, "run", str(folder), "--store", str(store)], cwd=ROOT, check=True)
    found = rows(store)
    assert len(found["articles"]) > ARTICLES
    assert {row[2] for row in found["duplicate_pairs"]} == {"exact", "near", "excerpt"}
    return found


class Stream:
    """A stream at work on the cluster."""

    def __init__(self, flink: Cluster, store: Path, growing: Path) -> None:
        self.store = store
        self._out = store.with_suffix(".out")
        self._err = store.with_suffix(".err")
        words = ["stream", str(growing), "--store", str(store), "--json"]
        words += ["--window", "2", "--every", "1", "--runner", "FlinkRunner", "--"]
        with open(self._out, "ab") as out, open(self._err, "ab") as err:
            self.process = subprocess.Popen(
                [*NEWSBEAM, *words, *flink.options(), *OPTIONS],
                cwd=ROOT,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def until_stored(self, articles: int) -> None:
        """Wait for so many articles; what went wrong, where it ends before."""

        def there() -> bool:
            assert self.process.poll() is None, self._err.read_text()
            return stored(self.store) >= articles

        until(there, 300)

    def stop(self) -> dict[str, Any]:
        """The account of a stream that was told to stop, and did."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(120) == 0, self._err.read_text()
        account: dict[str, Any] = json.loads(self._out.read_text().splitlines()[-1])
        return account


def stored(path: Path) -> int:
    """How many articles a store has; none before it is there."""
    if not path.exists():
        return 0
    with contextlib.closing(connect(path, read_only=True, wait=30)) as db:
        return int(one(db, "SELECT count(*) FROM articles")[0])


def test_workers_are_killed_and_then_the_launcher(
    flink: Cluster, source: Path, growing: Path, whole: dict[str, list[Any]], tmp_path: Path
) -> None:
    """Flink recovers from the first by checkpoints, newsbeam from the second by the store."""
    store = tmp_path / "news.duckdb"
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    first, second, third, fourth = parted(paths, 4)
    stream = Stream(flink, store, growing)
    move(first, source, growing)
    stream.until_stored(1)
    [job] = flink.jobs("RUNNING")
    move(second, source, growing)
    time.sleep(2)  # a moment in the midst of it
    for pid in flink.workers():
        os.kill(pid, signal.SIGKILL)
    until(lambda: flink.failures(job) > 0, 120)
    move(third, source, growing)
    stream.until_stored(stored(store) + 1)
    os.killpg(stream.process.pid, signal.SIGKILL)
    stream.process.wait()
    stream = Stream(flink, store, growing)
    move(fourth, source, growing)
    stream.until_stored(len(whole["articles"]))
    stream.stop()
    assert differences(whole, rows(store)) == {}
    assert not_unique(store) == []
    until(lambda: not flink.jobs("RUNNING"), 60)  # the first one knows that it is over, too
