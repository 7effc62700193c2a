"""The stream under load: `python -m benchmarks.stream [ARTICLES_A_SECOND [SECONDS]]`.

Every second a file of so many made-up articles (1,000 unless told) appears in a folder that
`newsbeam stream` follows on Prism, for so many seconds (600 unless told); then it is told to stop.
By minute: what was stored, how much of it within five seconds of its window's end, and the memory
of all processes, Prism and workers included. In the end every article has to be there once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path

import duckdb

from benchmarks.generate import articles
from benchmarks.speed import COMMAND, resident

SOON = 5.0  # seconds


def main(rate: int, seconds: int) -> None:
    if not shutil.which("prism"):
        raise SystemExit("prism is not on the PATH: make .prism/prism, and PATH=.prism:$PATH")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        made = articles(rate * seconds)
        for number in range(seconds):
            lines = [json.dumps(article) + "\n" for article in islice(made, rate)]
            (folder / f"{number:06}.jsonl").write_text("".join(lines), encoding="utf-8")
        store = folder / "news.duckdb"
        command = [*COMMAND, "stream", str(folder / "in"), "--store", str(store), "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        windows: list[tuple[float, dict]] = []
        reader = threading.Thread(target=_read, args=(process, windows))
        reader.start()
        memory = _feed(folder, seconds, process)
        ended = time.time()
        process.send_signal(signal.SIGTERM)
        if process.wait():
            raise SystemExit(f"the stream ended with {process.returncode}")
        reader.join()
        print(f"{rate:,} articles/s for {seconds:,} s; drained in {time.time() - ended:.1f} s")
        _table(windows, memory)
        with duckdb.connect(str(store), read_only=True) as db:
            [(found,)] = db.execute("SELECT count(*) FROM articles").fetchall()
        if found != rate * seconds:
            raise SystemExit(f"{found:,} articles are in the store, not {rate * seconds:,}")
        print(f"every one of {found:,} articles is in the store once")


def _feed(folder: Path, seconds: int, process: subprocess.Popen) -> dict[int, int]:
    """Let a file appear every second; the peak of memory by minute."""
    while not list(folder.glob("*.spool/until-*")):  # its first window has closed
        time.sleep(0.1)
        if process.poll() is not None:
            raise SystemExit(f"the stream ended with {process.returncode}")
    start = time.time()
    memory: dict[int, int] = defaultdict(int)
    for number in range(seconds + 15):
        if number < seconds:
            path = folder / f"{number:06}.jsonl"
            os.utime(path)
            path.rename(folder / "in" / path.name)
        minute = min(number, seconds - 1) // 60
        memory[minute] = max(memory[minute], resident(process.pid))
        time.sleep(max(start + number + 1 - time.time(), 0))
    return memory


def _read(process: subprocess.Popen, windows: list[tuple[float, dict]]) -> None:
    for line in process.stdout or ():
        values = json.loads(line)
        if "until" in values:
            windows.append((time.time(), values))


def _table(windows: list[tuple[float, dict]], memory: dict[int, int]) -> None:
    first = windows[0][0]
    minutes: dict[int, list[dict]] = defaultdict(list)
    for at, values in windows:
        minutes[min(int((at - first) // 60), max(memory))].append(values)
    print(f"{'minute':>6} {'articles':>9} {'soon':>6} {'median':>7} {'slowest':>7} {'MiB':>6}")
    rows = [*sorted(minutes.items()), ("all", [values for _, values in windows])]
    for minute, stored in rows:
        read = sum(values["read"] for values in stored)
        soon = sum(values["read"] for values in stored if values["behind"] <= SOON)
        behind = sorted(values["behind"] for values in stored)
        peak = max(memory.values()) if minute == "all" else memory.get(minute, 0)
        print(
            f"{minute:>6} {read:>9,} {soon / read:>6.1%} {behind[len(behind) // 2]:>6.1f}s "
            f"{behind[-1]:>6.1f}s {peak / 2**20:>6,.0f}"
        )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(1_000, 600)[len(given) :])
