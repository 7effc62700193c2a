"""What working out and storing cost where: `python -m benchmarks.scale [COUNT]`.

Made-up articles of about 2.6 KB by `newsbeam run`, by `newsbeam spool` on Beam's local runner and,
where `make test-flink` has set one up, on a Flink cluster of this machine; then `newsbeam load`.
Processor time is that of all processes that take part, Flink's own among them, so that it says
how many cores keep how many others busy; seconds are from start to exit.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import articles
from tests.engines.flink.cluster import HOME, cluster

COUNT = 50_000
COMMAND = [sys.executable, "-m", "pipeline.cli"]


def main(count: int) -> None:
    print(f"{count:,} articles{'':<24}{'processor':>10} {'articles/s and core':>20} {'seconds':>9}")
    with tempfile.TemporaryDirectory() as found:
        folder = Path(found)
        source = folder / "articles.jsonl"
        with open(source, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(article) + "\n" for article in articles(count))

        def show(name: str, words: list[object], others: Callable[[], float] = lambda: 0.0) -> None:
            start, before = time.perf_counter(), others()
            used = _processor()
            subprocess.run([*COMMAND, *map(str, words)], check=True, capture_output=True)
            used = _processor() - used + others() - before
            seconds = time.perf_counter() - start
            print(f"{name:<40} {used:>8.1f} s {count / used:>20,.0f} {seconds:>9.1f}", flush=True)

        show("newsbeam run", ["run", source, "--workers", 1, "--store", folder / "run.duckdb"])
        show("newsbeam spool, FnApiRunner", ["spool", folder / "local", source])
        show("newsbeam load", ["load", folder / "local", "--store", folder / "local.duckdb"])
        if not (HOME / "ready").exists():
            print("no Flink: make test-flink sets it up")
            return
        with cluster(folder / "flink") as flink:
            words = ["spool", folder / "spool", source, "--runner", "FlinkRunner", "--"]
            name = "newsbeam spool, FlinkRunner"
            show(name, [*words, *flink.options()], lambda: _of_groups(flink.pids()))


def _processor() -> float:
    """Seconds of all commands that have ended, with whatever they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _of_groups(leaders: list[int]) -> float:
    """Seconds of processes that are at work, and of what they have started, ended or not."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) in leaders:  # its process group
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
