"""Whole polls of many feeds: `python -m benchmarks.polls [FEEDS [STORED]]`.

FEEDS feeds (1,000 unless told) on a loopback address each, into a store that has STORED articles
(200,000 unless told) from before: `newsbeam run --feeds`, process start to exit, where all
entries are new, where nothing is, and where all are new again. The commit's share is in the last.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.feeds import COUNT, ENTRIES, LoadServer
from benchmarks.generate import articles
from benchmarks.speed import COMMAND, measured

STORED = 200_000


def main(count: int, stored: int) -> None:
    with tempfile.TemporaryDirectory() as folder, LoadServer() as server:
        store = str(Path(folder, "news.duckdb"))
        if stored:
            source = Path(folder, "articles.jsonl")
            with open(source, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(article) + "\n" for article in articles(stored))
            measured([*COMMAND, "run", str(source), "--store", store, "--json"])
        feeds = Path(folder, "feeds.toml")
        feeds.write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in server.urls(count)))
        subprocess.run(
            [*COMMAND, "feeds", "import", str(feeds), "--store", store],
            check=True,
            capture_output=True,
        )
        print(
            f"{'feeds':>6} {'stored':>8}  {'answers':<14} {'seconds':>7} {'new':>7} "
            f"{'entries/s':>9} {'bytes/feed':>10} {'peak MiB':>8}"
        )
        for day, name in enumerate(("200, new", "304", "200, new again")):
            if day == 2:
                server.renew()
            os.environ["NEWSBEAM_NOW"] = f"2100-01-{2 * day + 1:02}T00:00:00Z"
            server.counts()
            command = [*COMMAND, "run", "--feeds", "--no-pages", "--store", store, "--json"]
            run = measured(command)
            counts = server.counts()
            if counts["requests"] != count or run.account["new"] != (day != 1) * count * ENTRIES:
                raise SystemExit(f"{counts}, {run.account}")
            print(
                f"{count:>6,} {stored:>8,}  {name:<14} {run.seconds:>7.1f} "
                f"{run.account['new']:>7,} {run.account['new'] / run.seconds:>9,.0f} "
                f"{(counts['received'] + counts['sent']) / count:>10,.0f} "
                f"{run.peak / 2**20:>8,.0f}",
                flush=True,
            )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [COUNT, STORED][len(given) :]))
