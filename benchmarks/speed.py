"""Throughput and memory of whole runs: `python -m benchmarks.speed [COUNT …] [--svg FILE]`.

For each count: made-up articles of about 2.6 KB of text, one in ten a near copy, into an empty
store, then the same again; process start to exit, by the installed command. Up to 100,000, then
datatrove's MinHash deduplication of the same articles (nothing else is asked of it), in a virtual
environment that is made for it. Memory is the peak of the sum of the resident sets of all
processes of a run, sampled ten times a second; so is CPU time, which says more than seconds where
other programs are at work.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

from benchmarks.chart import bars
from benchmarks.generate import articles, write

COUNTS = (10_000, 100_000, 1_000_000)
_MOST_FOR_DATATROVE = 100_000  # an hour for more
# It wants more than it asks for; xxhash 4 takes no text.
_DATATROVE = ("datatrove==0.10.1", "orjson", "regex", "spacy", "tokenizers", "xxhash<4")
_WORKERS = min(os.cpu_count() or 1, 8)


class Measured(NamedTuple):
    """One run: seconds from start to exit, those of all cores, peak bytes, what it printed."""

    seconds: float
    cpu: float
    peak: int
    account: dict


def main(counts: list[int], svg: Path | None) -> None:
    print(
        f"{'articles':>9}  {'run':<9} {'seconds':>8} {'articles/s':>10} {'of one core':>11} "
        f"{'peak MiB':>8}  changed"
    )
    rows = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "articles.jsonl")
            write(source, articles(count))
            store = Path(folder, "news.duckdb")
            runs = {}
            for name in ("first", "second"):
                run = measured([*COMMAND, "run", str(source), "--store", str(store), "--json"])
                runs[name] = run, run.account["new"] + run.account["revised"]
                _print(count, name, *runs[name])
            if count <= _MOST_FOR_DATATROVE:
                run = _datatrove(source, Path(folder))
                runs["datatrove"] = run, count - run.account["kept"]
                _print(count, "datatrove", *runs["datatrove"])
                ours = runs["first"][0]
                print(
                    f"{'':>11}everything in 1/{run.seconds / ours.seconds:.1f} of the time of its "
                    f"deduplication alone, 1/{run.cpu / ours.cpu:.1f} of the CPU time"
                )
            rows += [(count, name, run) for name, (run, _) in runs.items()]
            _answers(store)
    if svg:
        bars(
            svg,
            "Articles a second of one core",
            "newsbeam: everything, from file to committed rows. datatrove: MinHash alone.",
            [(f"{n:,} {_LABELS[name]}", name, n / run.cpu) for n, name, run in rows],
        )


_LABELS = {"first": "new", "second": "again", "datatrove": "by datatrove"}


def _print(count: int, name: str, run: Measured, changed: int) -> None:
    print(
        f"{count:>9,}  {name:<9} {run.seconds:>8.1f} {count / run.seconds:>10,.0f} "
        f"{count / run.cpu:>11,.0f} {run.peak / 2**20:>8,.0f}  {changed:,}",
        flush=True,
    )


def _datatrove(source: Path, folder: Path) -> Measured:
    """The same articles through datatrove, in a file for each worker."""
    parts = folder / "parts"
    parts.mkdir()
    with contextlib.ExitStack() as opened:
        names = [parts / f"{number}.jsonl" for number in range(_WORKERS)]
        files = [opened.enter_context(open(name, "w", encoding="utf-8")) for name in names]
        lines = opened.enter_context(open(source, encoding="utf-8"))
        for number, line in enumerate(lines):
            files[number % _WORKERS].write(line)
    script = Path(__file__).with_name("datatrove_dedup.py")
    work = str(folder / "datatrove")
    return measured([_with_datatrove(), str(script), str(parts), work, str(_WORKERS)])


def _with_datatrove() -> str:
    """The interpreter of an environment that has datatrove; made once a machine."""
    home = Path(tempfile.gettempdir(), f"newsbeam-{_DATATROVE[0]}")
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *_DATATROVE], check=True)
        (home / "ready").touch()
    return str(python)


COMMAND = [sys.executable, "-m", "pipeline.cli"]


def measured(command: list[str]) -> Measured:
    """Run a command and watch its memory and CPU time until it exits."""
    start = time.perf_counter()
    said = tempfile.TemporaryFile()  # noqa: SIM115 - until the end of the process
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)
    peak = 0
    ticks: dict[int, int] = {}
    while process.poll() is None:
        pages, used = _used(process.pid)
        peak = max(peak, pages)
        ticks |= used
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    output = process.stdout.read() if process.stdout else b""
    if process.returncode:
        said.seek(0)
        print(said.read().decode(errors="replace")[-2000:], file=sys.stderr)
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    cpu = sum(ticks.values()) / os.sysconf("SC_CLK_TCK")
    return Measured(seconds, cpu, peak, json.loads(output or b"{}"))


def resident(root: int) -> int:
    """Bytes resident in a process and all that descend from it."""
    return _used(root)[0]


def _used(root: int) -> tuple[int, dict[int, int]]:
    """Bytes resident in a process and all that descend from it; ticks of CPU time of each."""
    parents, pages, ticks = {}, {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # gone in between
            pid = int(entry)
            parents[pid], pages[pid] = int(status[1]), int(status[21])
            ticks[pid] = int(status[11]) + int(status[12])
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    held = sum(pages.get(pid, 0) for pid in family) * os.sysconf("SC_PAGE_SIZE")
    return held, {pid: ticks[pid] for pid in family if pid in ticks}


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


def arguments(what: str, default: tuple[int, ...]) -> tuple[list[int], Path | None]:
    """The numbers and the file for the chart that a benchmark was given."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("counts", nargs="*", type=int, default=list(default))
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    return given.counts, given.svg


if __name__ == "__main__":
    main(*arguments("Throughput and memory of whole runs", COUNTS))
