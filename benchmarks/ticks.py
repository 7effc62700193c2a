"""Watching for long: `python -m benchmarks.ticks [TICKS [FEEDS]]`.

`newsbeam watch` over FEEDS feeds (10 unless told) for TICKS polls (500 unless told), each a day
after the one before on a clock of its own, and each with 20 new entries a feed, that go through
Beam into the store. Along the way: memory, open files and threads of the process that watches and
of the one that its workers are forked from; processes left; computing per tick, workers included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.feeds import LoadServer
from live.job import Settings
from pipeline.begun import Progress
from pipeline.poll import Asking, watch

TICKS = 500
FEEDS = 10
ROWS = 10  # of the table, besides the first
START = datetime(2100, 1, 1, tzinfo=UTC)


class Standing(NamedTuple):
    """What one process holds."""

    resident: int  # bytes
    files: int
    threads: int
    cpu: float  # seconds, children that have ended included


def standing(pid: int) -> Standing:
    stat = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return Standing(
        int(stat[21]) * os.sysconf("SC_PAGE_SIZE"),
        len(os.listdir(f"/proc/{pid}/fd")),
        int(stat[17]),
        sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK"),
    )


def children() -> list[int]:
    """Processes of this one's, and theirs."""
    found, look = [], [os.getpid()]
    while look:
        for task in Path("/proc", str(look.pop()), "task").glob("*/children"):
            more = [int(pid) for pid in task.read_text().split()]
            found += more
            look += more
    return found


class Ticks:
    """What follows each poll: the clock is put on by a day, and all feeds have news again."""

    def __init__(self, count: int, server: LoadServer, store: Path, stop: threading.Event) -> None:
        self._count = count
        self._server = server
        self._store = store
        self._stop = stop
        self._done = 0
        self._cpu = 0.0
        self._shown = 0
        self._new = 0
        self._tick()

    def __call__(self, account: dict[str, Any]) -> None:
        self._done += 1
        self._new += account["new"]
        every = max(self._count // ROWS, 1)
        if self._done in (1, 2) or self._done % every == 0 or self._done == self._count:
            self._row()
        if self._done >= self._count:
            self._stop.set()
        else:
            self._server.renew()
            self._tick()

    def _tick(self) -> None:
        os.environ["NEWSBEAM_NOW"] = (START + timedelta(days=self._done)).isoformat()

    def _row(self) -> None:
        of = {pid: standing(pid) for pid in (os.getpid(), *children()) if pid != self._server.pid}
        own = of.pop(os.getpid())
        others = sorted(of.values(), key=lambda each: each.resident)
        fork = others[-1] if others else Standing(0, 0, 0, 0)
        cpu = own.cpu + sum(each.cpu for each in others)
        per_tick = (cpu - self._cpu) / (self._done - self._shown)
        self._cpu, self._shown = cpu, self._done
        print(
            f"{self._done:>5} {self._new:>8,} {self._store.stat().st_size / 2**20:>9.1f}"
            f" {own.resident / 2**20:>10.1f} {own.files:>6} {own.threads:>8}"
            f" {fork.resident / 2**20:>11.1f} {fork.files:>6} {len(others):>10} {per_tick:>11.2f}",
            flush=True,
        )


def main(ticks: int, count: int) -> None:
    print(
        f"{'tick':>5} {'articles':>8} {'store MiB':>9}"
        f" {'watch MiB':>10} {'files':>6} {'threads':>8}"
        f" {'server MiB':>11} {'files':>6} {'processes':>10} {'CPU s/tick':>11}"
    )
    with tempfile.TemporaryDirectory() as folder, LoadServer() as server:
        feeds = Path(folder, "feeds.toml")
        feeds.write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in server.urls(count)))
        store, stop = Path(folder, "news.duckdb"), threading.Event()
        told = Ticks(ticks, server, store, stop)
        progress = Progress(said=lambda said: print(said, file=sys.stderr), stored=lambda _: None)
        asking = Asking(Settings(), feeds, pages=False)
        watch(store, progress, asking, told, stop, every=0, wait=10)
        left = [name for name in os.listdir(folder) if name not in (store.name, feeds.name)]
    print(f"left beside the store: {', '.join(sorted(left)) or 'nothing'}")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [TICKS, FEEDS][len(given) :]))
