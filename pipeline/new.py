"""What changed since somebody last asked, for scripts that keep a cursor."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.query import QueryError, reading, write
from sinks.store import one

_CURSOR = re.compile(r"(\d{1,18})(?::([0-9a-f]{32}))?")
_WHOLE = "~"  # after every id: the commit was given to its end

_CHANGED = """
FROM articles
WHERE change_seq >= $seq AND (change_seq > $seq OR article_id > $article_id)
"""


class CursorError(ValueError):
    """A cursor that is none, or not one of this store."""


class Cursor(NamedTuple):
    """The place after one article in the order of changes, or after all of a commit's."""

    seq: int
    article_id: str = _WHOLE

    def __str__(self) -> str:
        return f"{self.seq}" if self.article_id == _WHOLE else f"{self.seq}:{self.article_id}"


def new(
    store: Path, since: str, limit: int | None, format: str, output: Path | None, wait: float
) -> Cursor:
    """Write the articles changed after `since`, in the order of (change_seq, article_id).

    Returns where they end, which is where the next answer begins: whoever goes on from there has
    every change once, whatever the limits. CursorError for what no answer of this store ended at.
    """
    start = parse(since)
    with reading(store, wait) as db:
        last: int = one(db, "SELECT coalesce(max(seq), 0) FROM batches")[0]
        if start.seq > last:
            raise CursorError(
                f"{store} has no change {start.seq}, its last is {last}: is it another store, or "
                "an older copy? --since 0 gives everything"
            )
        end = _end(db, start, limit)
        values = {**start._asdict(), "limit": limit}
        sql = f"SELECT * {_CHANGED} ORDER BY change_seq, article_id LIMIT $limit"
        try:
            write(db, sql, format, output, values)
        except duckdb.Error as error:
            raise QueryError(str(error)) from error
    return end


def parse(text: str) -> Cursor:
    """A cursor as it was told."""
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise CursorError(f"{text!r} is no cursor: give what the last answer ended with")
    return Cursor(int(found[1]), found[2] or _WHOLE)


def _end(db: duckdb.DuckDBPyConnection, start: Cursor, limit: int | None) -> Cursor:
    """Where an answer ends that begins at `start`."""
    values: dict[str, Any] = start._asdict()
    if limit is not None:
        sql = f"SELECT change_seq, article_id {_CHANGED} ORDER BY ALL LIMIT 2 OFFSET $before"
        rows = db.execute(sql, {**values, "before": limit - 1}).fetchall()
        if len(rows) == 2 and rows[0][0] == rows[1][0]:
            return Cursor(*rows[0])
        if rows:
            return Cursor(rows[0][0])
    greatest = one(db, f"SELECT max(change_seq) {_CHANGED}", values)[0]
    return start if greatest is None else Cursor(greatest)
