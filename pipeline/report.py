"""What a run and a store say for themselves, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipeline.query import printable
from sinks.store import one

_MOST = 8  # entries of a list that are spelled out


def account(values: dict[str, Any], store: Path) -> str:
    """The account of a run in a few lines: what was read and became of it, where to go next."""
    lines = [
        "read {read:,} = {new:,} new + {revised:,} revised + {unchanged:,} unchanged"
        " + {rejected:,} rejected".format(**values)
    ]
    if values["noted"]:
        lines.append(f"notes       {values['noted']:,} on items taken with a loss")
    if values["new"] or values["revised"]:
        lines += [
            "duplicates  " + _list(values["duplicates"] or {}),
            "languages   " + _list(values["languages"] or {}),
            "topics      " + _list(values["topics"] or {}),
        ]
    lines += [
        f"time        {values['seconds']:.1f} s, {values['articles_per_second']:,.0f} articles/s",
        f"store       {store}",
    ]
    if values["rejected"] or values["noted"]:
        lines.append('why not     newsbeam query "FROM rejects"')
    lines.append(f"ask next    {_next(values)}")
    return "\n".join(lines)


def _list(counts: dict[str, int]) -> str:
    named = [f"{count:,} {printable(name)}" for name, count in counts.items()]
    more = [f"and {len(named) - _MOST} more"] if len(named) > _MOST else []
    return ", ".join(named[:_MOST] + more) or "none"


def _next(values: dict[str, Any]) -> str:
    if values["duplicates"]:
        return (
            'newsbeam query "SELECT title, duplicate_kind, duplicate_similarity, duplicate_of '
            'FROM articles WHERE duplicate_of IS NOT NULL"'
        )
    return 'newsbeam query "SELECT published_on, language, topics, title FROM articles"'


def status(db: duckdb.DuckDBPyConnection, store: Path, waiting: list[Path]) -> dict[str, Any]:
    """The store at a glance, as plain values."""
    names = ("articles", "originals", "revisions", "sightings", "rejects", "languages", "outlets")
    row = one(
        db,
        """
        SELECT count(*), count(*) FILTER (duplicate_of IS NULL),
            coalesce(sum(revisions), 0)::BIGINT,
            (SELECT count(*) FROM sightings), (SELECT count(*) FROM rejects WHERE NOT kept),
            count(DISTINCT language), count(DISTINCT outlet)
        FROM articles
        """,
    )
    runs = db.execute(
        """
        SELECT started_at, status, read, new, revised, unchanged, rejected, seconds, command
        FROM runs ORDER BY started_at DESC LIMIT 5
        """
    )
    columns = [column[0] for column in runs.description or ()]
    return {
        "store": str(store),
        "bytes": store.stat().st_size,
        **dict(zip(names, row, strict=True)),
        "runs": [dict(zip(columns, run, strict=True)) for run in runs.fetchall()],
        "spooled": [str(path) for path in waiting],
    }


def status_text(values: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        f"{values['store']} ({values['bytes'] / 2**20:,.1f} MB)",
        "{articles:,} articles ({originals:,} originals, {revisions:,} revisions, {sightings:,} "
        "sightings), {languages:,} languages, {outlets:,} outlets, {rejects:,} rejects".format(
            **values
        ),
        "",
        "last runs",
    ]
    for run in values["runs"]:
        seconds = f"{run['seconds']:.1f} s" if run["seconds"] is not None else ""
        lines.append(
            f"  {run['started_at']:%Y-%m-%d %H:%M:%S}Z  {run['status']:<11} read {run['read']:,}: "
            f"{run['new']:,} new, {run['revised']:,} revised, {run['unchanged']:,} unchanged, "
            f"{run['rejected']:,} rejected  {seconds}  {printable(run['command'], 60)}"
        )
    if not values["runs"]:
        lines.append("  none")
    if values["spooled"]:
        lines += ["", "spooled, waiting for the next run or `newsbeam load`:"]
        lines += [f"  {path}" for path in values["spooled"]]
    return "\n".join(lines)
