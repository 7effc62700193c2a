"""Throughput and memory of whole runs: `python -m benchmarks.speed [COUNT …]`.

For each count: made-up articles of about 2.6 KB of text, one in ten a near copy, into an empty
store, then the same again; process start to exit, by the installed command. Memory is the peak
of the sum of the resident sets of all processes of a run, sampled ten times a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import articles

COUNTS = (100_000, 400_000)


class Measured(NamedTuple):
    """One run: seconds from start to exit, peak bytes, and the account it printed."""

    seconds: float
    peak: int
    account: dict


def main(counts: list[int]) -> None:
    print(f"{'articles':>9}  {'run':<7} {'seconds':>8} {'articles/s':>10} {'peak MiB':>8}  changed")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "articles.jsonl")
            with open(source, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(article) + "\n" for article in articles(count))
            store = Path(folder, "news.duckdb")
            for name in ("first", "second"):
                run = measured([*COMMAND, "run", str(source), "--store", str(store), "--json"])
                changed = run.account["new"] + run.account["revised"]
                print(
                    f"{count:>9,}  {name:<7} {run.seconds:>8.1f} {count / run.seconds:>10,.0f} "
                    f"{run.peak / 2**20:>8,.0f}  {changed:,}",
                    flush=True,
                )
            _answers(store)


COMMAND = [sys.executable, "-m", "pipeline.cli"]


def measured(command: list[str]) -> Measured:
    """Run a command and watch its memory until it exits."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    output = process.stdout.read() if process.stdout else b""
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Measured(seconds, peak, json.loads(output or b"{}"))


def resident(root: int) -> int:
    """Bytes resident in a process and all that descend from it."""
    parents, pages = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # gone in between
            parents[int(entry)], pages[int(entry)] = int(status[1]), int(status[21])
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(pages.get(pid, 0) for pid in family) * os.sysconf("SC_PAGE_SIZE")


def _answers(store: Path) -> None:
    """How long questions take: inside DuckDB, and by the command from start to exit."""
    import duckdb

    sql = "SELECT language, count(*) FROM articles GROUP BY 1"
    with duckdb.connect(str(store), read_only=True) as db:
        inside = min(_timed(lambda: db.execute(sql).fetchall()) for _ in range(5))
    print(f"{'':>11}{sql}: {inside * 1000:.1f} ms inside DuckDB")
    for arguments in (["query", "select 1", "--store", str(store)], ["--help"]):
        command = [*COMMAND, *arguments]
        best = min(
            _timed(lambda c=command: subprocess.run(c, check=True, capture_output=True))
            for _ in range(5)
        )
        print(f"{'':>11}newsbeam {' '.join(arguments[:2])}: {best:.2f} s from start to exit")


def _timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or list(COUNTS))
