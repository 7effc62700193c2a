"""The account of runs: one row each, kept by the commits, closed at the end."""

from __future__ import annotations

import uuid
from typing import Any

import duckdb

from sinks.store import transaction

_DUPLICATES = """
SELECT kind, count(*) FROM (
    SELECT duplicate_kind AS kind FROM changed WHERE duplicate_kind IS NOT NULL
    UNION ALL
    SELECT 'excerpt' FROM changed SEMI JOIN (
        SELECT contained_id AS text_id FROM internal.pairs WHERE kind = 'excerpt'
    ) USING (text_id)
)
GROUP BY kind ORDER BY count(*) DESC, kind
"""
_LANGUAGES = "SELECT language, count(*) FROM changed GROUP BY 1 ORDER BY 2 DESC, 1"
_TOPICS = """
SELECT topic, count(*) FROM (SELECT unnest(topics) AS topic FROM changed)
GROUP BY 1 ORDER BY 2 DESC, 1
"""
_FETCHES = """
SELECT kind, outcome, count(*) FROM fetches WHERE run_id = ?
GROUP BY ALL ORDER BY kind, count(*) DESC, outcome
"""
_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed AS
SELECT article_id, text_id, duplicate_kind, language, topics FROM articles
WHERE change_seq IN (SELECT seq FROM batches WHERE run_id = ?)
"""


def start_run(db: duckdb.DuckDBPyConnection, command: str, now: int) -> str:
    """Open a run's row and return its id. Runs left open by a kill are marked interrupted."""
    run_id = uuid.uuid4().hex
    with transaction(db):
        db.execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
        db.execute(
            """
            INSERT INTO runs (run_id, command, status, started_at, read, new, revised, unchanged,
                rejected, noted, batches)
            VALUES (?, ?, 'running', make_timestamptz(?), 0, 0, 0, 0, 0, 0, 0)
            """,
            [run_id, command, now],
        )
    return run_id


def finish_run(
    db: duckdb.DuckDBPyConnection, run_id: str, status: str, now: int, seconds: float
) -> None:
    """Close a run's row with what its articles are: duplicates, languages, topics."""
    with transaction(db):
        db.execute(_CHANGED, [run_id])
        maps = [dict(db.execute(sql).fetchall()) for sql in (_DUPLICATES, _LANGUAGES, _TOPICS)]
        db.execute(
            """
            UPDATE runs SET status = ?, finished_at = make_timestamptz(?), seconds = ?,
                articles_per_second = read / greatest(?, 0.001),
                duplicates = map(?, ?), languages = map(?, ?), topics = map(?, ?)
            WHERE run_id = ?
            """,
            [
                status,
                now,
                seconds,
                seconds,
                *(part for counts in maps for part in (list(counts), list(counts.values()))),
                run_id,
            ],
        )


def account(db: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """A run's row as plain values, times as ISO strings; what it asked for by kind and outcome."""
    cursor = db.execute("SELECT * FROM runs WHERE run_id = ?", [run_id])
    names = [column[0] for column in cursor.description or ()]
    values = dict(zip(names, cursor.fetchall()[0], strict=True))
    for name in ("started_at", "finished_at"):
        values[name] = values[name].isoformat() if values[name] else None
    for kind, outcome, fetches in db.execute(_FETCHES, [run_id]).fetchall():
        values.setdefault("fetches", {}).setdefault(kind, {})[outcome] = fetches
    return values
