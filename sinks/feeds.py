"""Feeds, pages and servers as records out of a store, also of one that is opened for reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from records import Feed, Host, Page
from sinks.store import one

SUBSCRIPTION = Feed._fields[: Feed._fields.index("fetch_url")]  # people's; the rest is of polls
STATE = Feed._fields[len(SUBSCRIPTION) :]


def column(name: str) -> str:
    """The column of `feeds` that a field of Feed is in: "interval" is a word of SQL."""
    return "interval_seconds" if name == "interval" else name


def stored(name: str, row: str = "") -> str:
    """SQL for the value of that column, from the field of a record in a shard."""
    return f"make_timestamptz({row}{name})" if name.endswith("_at") else f'{row}"{name}"'


def _field(name: str) -> str:
    return f"epoch_us({name})" if name.endswith("_at") else column(name)


FEEDS = f"SELECT {', '.join(map(_field, Feed._fields))} FROM feeds"

# Servers take turns, so that none waits for all pages of another. Of each the newest entries come
# first, and last what has failed before.
_DUE_PAGES = f"""
SELECT {", ".join(f"p.{name}" for name in Page._fields)}
FROM (
    SELECT {", ".join(f"{_field(name)} AS {name}" for name in Page._fields)},
        row_number() OVER (
            PARTITION BY lower(regexp_extract(url, '^[^:]+://[^/?#]+'))
            ORDER BY attempts, pages.published_at DESC NULLS LAST, article_id
        ) AS turn
    FROM internal.pages
    ANTI JOIN (SELECT url AS feed FROM feeds WHERE status = 'removed') USING (feed)
    WHERE status = 'waiting' AND pages.next_at <= make_timestamptz($now)
) p
ORDER BY turn, published_at DESC NULLS LAST, article_id
LIMIT $limit
"""


def there(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether a store has feeds at all: one made before there were any lacks them until a run."""
    return bool(
        one(
            db,
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() "
            "AND schema_name = 'main' AND table_name = 'feeds'",
        )[0]
    )


def feeds(db: duckdb.DuckDBPyConnection) -> list[Feed]:
    """Every feed but those removed, by url; those with declared_in "run" are not subscribed to."""
    if not there(db):
        return []
    return records(db, f"{FEEDS} WHERE status <> 'removed' ORDER BY url")


def due_feeds(db: duckdb.DuckDBPyConnection, now: int) -> list[Feed]:
    """The subscribed feeds that are to be asked by `now`, those that waited longest first."""
    due = "status = 'active' AND declared_in <> 'run' AND next_at <= make_timestamptz(?)"
    return records(db, f"{FEEDS} WHERE {due} ORDER BY next_at, url", [now])


def due_pages(db: duckdb.DuckDBPyConnection, now: int, limit: int) -> list[Page]:
    """At most `limit` pages that are to be asked for by `now`, with what their entries said.

    Servers take turns; each one's newest entries come first. Pages of removed feeds rest.
    """
    rows = db.execute(_DUE_PAGES, {"now": now, "limit": limit}).fetchall()
    return [Page._make(tuple(v) if isinstance(v, list) else v for v in row) for row in rows]


def hosts(db: duckdb.DuckDBPyConnection) -> list[Host]:
    """Every server that pages were fetched from, by origin."""
    sql = "SELECT origin, robots, epoch_us(robots_at), epoch_us(not_before) FROM internal.hosts"
    return [Host(*row) for row in db.execute(f"{sql} ORDER BY origin").fetchall()]


def records(
    db: duckdb.DuckDBPyConnection, sql: str = FEEDS, values: Sequence[Any] = ()
) -> list[Feed]:
    """The feeds that a query with the columns of FEEDS gives."""
    return [Feed(*row) for row in db.execute(sql, list(values)).fetchall()]
