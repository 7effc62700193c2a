"""A batch into stores of other sizes: `python -m benchmarks.growth [SIZE …] [--svg FILE]`.

One store grows to each size in turn (0, 100,000 and 1,000,000 articles; 5,000,000 if asked for);
at each the next 10,000 articles go into a copy of it, by the installed command, process start to
exit. CPU time is that of all processes.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.chart import bars
from benchmarks.generate import articles, write
from benchmarks.speed import COMMAND, Measured, arguments, measured

SIZES = (0, 100_000, 1_000_000)
BATCH = 10_000


def main(sizes: list[int], svg: Path | None) -> None:
    sizes = sorted(sizes)
    print(f"{'stored':>9} {'seconds':>8} {'CPU s':>6} {'peak MiB':>8} {'times':>6}")
    coming = articles(sizes[-1] + BATCH)
    batch: list[dict[str, str]] = []
    stored = 0
    first: Measured | None = None
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        store, copy, source = (Path(folder, name) for name in ("news.db", "copy.db", "in.jsonl"))
        for size in sizes:
            if size > stored:  # what was the batch of the size before is the first of this one
                rest = islice(coming, size - stored - len(batch))
                write(source, (row for some in (batch, rest) for row in some))
                measured([*COMMAND, "run", str(source), "--store", str(store), "--json"])
                stored, batch = size, []
            batch = batch or list(islice(coming, BATCH))
            write(source, batch)
            copy.unlink(missing_ok=True)
            if store.exists():
                shutil.copyfile(store, copy)
            run = measured([*COMMAND, "run", str(source), "--store", str(copy), "--json"])
            first = first or run
            rows.append((f"into {size:,} articles", "new", run.cpu))
            print(
                f"{size:>9,} {run.seconds:>8.1f} {run.cpu:>6.1f} {run.peak / 2**20:>8,.0f} "
                f"{run.cpu / first.cpu:>6.2f}",
                flush=True,
            )
    if svg:
        bars(svg, "10,000 new articles into a store", "seconds of CPU time, start to exit", rows)


if __name__ == "__main__":
    main(*arguments("10,000 new articles into stores of other sizes", SIZES))
