"""A batch into stores of other sizes: `python -m benchmarks.growth [SIZE …] [--svg FILE]`.

One store grows to each size in turn (0, 100,000 and 1,000,000 articles; 5,000,000 if asked for);
at each the next 10,000 articles go into a copy of it, by the installed command, process start to
exit. CPU time is that of all processes. Beyond a million a store is filled with copies of the
first million under other ids and keys.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import islice
from pathlib import Path

import duckdb

from benchmarks.chart import bars
from benchmarks.generate import articles, write
from benchmarks.speed import COMMAND, Measured, arguments, measured

SIZES = (0, 100_000, 1_000_000)
BATCH = 10_000
MOST_WORKED_OUT = 1_000_000

_IDS = "article_id content_id text_id other_id contained_id duplicate_of group_id".split()
_COPIED = (
    *("articles", "sightings", "internal.topics", "internal.arrivals", "internal.contents"),
    *("internal.documents", "internal.texts", "internal.pairs", "internal.keys"),
)


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
            worked_out = min(size, MOST_WORKED_OUT)
            if worked_out > stored:  # what was the batch of the size before is the first of this
                rest = islice(coming, worked_out - stored - len(batch))
                write(source, (row for some in (batch, rest) for row in some))
                measured([*COMMAND, "run", str(source), "--store", str(store), "--json"])
                stored, batch = worked_out, []
            if size > stored:
                multiply(store, size // stored)
                stored = size // stored * stored
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


def multiply(store: Path, times: int) -> None:
    """Fill a store with copies of what it holds, until there are `times` as many articles.

    What a commit looks things up by is other than in the original: ids, keys, text numbers.
    """
    with duckdb.connect(str(store)) as db:
        (texts,) = db.execute("SELECT max(text_no) FROM internal.texts").fetchall()[0]
        for table in _COPIED:
            columns = db.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
            (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
            for copy in range(1, times):
                chosen = ", ".join(_other(*column, copy, texts) for column in columns)
                db.execute(
                    f"INSERT INTO {table} SELECT {chosen} FROM {table} WHERE rowid < {count}"
                )


def _other(name: str, kind: str, copy: int, texts: int) -> str:
    """A column of a copy, in SQL: articles and texts have ids that are spread as evenly."""
    if kind == "UUID":
        return f"CAST(md5(replace(CAST({name} AS VARCHAR), '-', '') || '{copy}') AS UUID)"
    if name in _IDS:
        return f"md5({name} || '{copy}')"
    if name == "text_no":
        return f"{name} + {copy * texts}"
    if name == "document_id":
        return f"hash({name}, {copy})"
    return f"xor({name}, hash({copy}) & ~1::UBIGINT)" if name == "key" else name  # kinds stay


if __name__ == "__main__":
    main(*arguments("10,000 new articles into stores of other sizes", SIZES))
