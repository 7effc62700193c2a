"""Subscriptions, and what is due: feeds, pages and servers as records, in and out of a store.

Functions that only read serve a store that is opened for reading, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from records import Feed, Host, Page
from sinks import polled_kinds, shards
from sinks.staging import run_script
from sinks.store import one, transaction

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


_FEEDS = f"SELECT {', '.join(map(_field, Feed._fields))} FROM feeds"

# Pages of one server in a row, the newest entries first; the first of every server come first, so
# that none waits for all of another's. Those that failed before come last.
_DUE_PAGES = """
WITH due AS (
    SELECT p.* FROM internal.pages p
    LEFT JOIN feeds f ON f.url = p.feed
    WHERE p.status = 'waiting' AND p.next_at <= make_timestamptz($now)
        AND f.status IS DISTINCT FROM 'removed'
),
entries AS (
    SELECT article_id, content_id, outlet, title, text, text_from, summary, authors, keywords,
        published_at, published_precision, published_from, declared_language, word_count
    FROM articles SEMI JOIN due USING (article_id, content_id)
    UNION ALL
    SELECT article_id, content_id, outlet, title, text, text_from, summary, authors, keywords,
        published_at, published_precision, published_from, declared_language, word_count
    FROM internal.past SEMI JOIN due USING (article_id, content_id)
)
SELECT article_id, url, feed, status, epoch_us(queued_at), attempts, epoch_us(next_at), error,
    detail, outlet, title, coalesce(summary, if(text_from = 'feed_summary', text, NULL)),
    authors, keywords, epoch_us(published_at), published_precision, published_from,
    declared_language, word_count
FROM due JOIN entries USING (article_id, content_id)
ORDER BY
    row_number() OVER (
        PARTITION BY lower(regexp_extract(url, '^[^:]+://[^/?#]+'))
        ORDER BY attempts, published_at DESC NULLS LAST, article_id
    ),
    published_at DESC NULLS LAST, article_id
LIMIT $limit
"""

_PUT = f"""
UPDATE feeds SET {", ".join(f"{column(name)} = {stored(name, 'g.')}" for name in Feed._fields)}
FROM given g WHERE feeds.url = g.url;

INSERT INTO feeds BY NAME
SELECT {", ".join(f"{stored(name)} AS {column(name)}" for name in Feed._fields)}
FROM given ANTI JOIN feeds USING (url);
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
    return _records(db, f"{_FEEDS} WHERE status <> 'removed' ORDER BY url")


def due_feeds(db: duckdb.DuckDBPyConnection, now: int) -> list[Feed]:
    """The subscribed feeds that are to be asked by `now`, those that waited longest first."""
    due = "status = 'active' AND declared_in <> 'run' AND next_at <= make_timestamptz(?)"
    return _records(db, f"{_FEEDS} WHERE {due} ORDER BY next_at, url", [now])


def due_pages(db: duckdb.DuckDBPyConnection, now: int, limit: int) -> list[Page]:
    """At most `limit` pages that are to be asked for by `now`, with what their entries said.

    Servers take turns; each one's newest entries come first. Pages of removed feeds rest.
    """
    rows = db.execute(_DUE_PAGES, {"now": now, "limit": limit}).fetchall()
    names = Page._fields
    return [polled_kinds.record("pages", dict(zip(names, row, strict=True))) for row in rows]


def hosts(db: duckdb.DuckDBPyConnection) -> list[Host]:
    """Every server that pages were fetched from, by origin."""
    sql = "SELECT origin, robots, epoch_us(robots_at), epoch_us(not_before) FROM internal.hosts"
    return [Host(*row) for row in db.execute(f"{sql} ORDER BY origin").fetchall()]


def subscribe(db: duckdb.DuckDBPyConnection, wanted: Sequence[Feed]) -> tuple[int, int]:
    """Subscribe to feeds; returns how many were added, and how many were there already.

    One that was removed, retired or only read once is taken up again and counts as added: it
    keeps what to ask with, and is due when `wanted` says. One that is there takes the outlet and
    the folder that are given.
    """
    with transaction(db):
        known = {feed.url: feed for feed in _records(db, _FEEDS)}
        added, there_already = [], []
        for url, feed in _by_url(wanted).items():
            old = known.get(url)
            if old is None or old.status != "active" or old.declared_in == "run":
                added.append(_taken_up(old, feed))
            else:
                outlet, folder = feed.outlet or old.outlet, feed.folder or old.folder
                there_already.append(old._replace(outlet=outlet, folder=folder))
        _put(db, [*added, *(feed for feed in there_already if feed != known[feed.url])])
    return len(added), len(wanted) - len(added)


def unsubscribe(db: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> list[str]:
    """Remove subscriptions; returns those that were there. Their articles stay, and their state."""
    with transaction(db):
        wanted = set(urls)
        found = [feed for feed in feeds(db) if feed.url in wanted and feed.declared_in != "run"]
        _put(db, [feed._replace(status="removed") for feed in found])
    return [feed.url for feed in found]


def declare(
    db: duckdb.DuckDBPyConnection, path: str, wanted: Sequence[Feed]
) -> tuple[int, int, int]:
    """Hold the subscriptions to what the feeds file at `path` says: how many it added, changed
    and removed.

    What it names is the file's from then on, outlet and folder as it says; what it named before
    and does not any more is removed. A feed that its server retired stays so.
    """
    with transaction(db):
        known = {feed.url: feed for feed in _records(db, _FEEDS)}
        named = _by_url(feed._replace(declared_in=path) for feed in wanted)
        added, changed = [], []
        for url, feed in named.items():
            old = known.get(url)
            if old is None or old.status == "removed" or old.declared_in == "run":
                added.append(_taken_up(old, feed))
                continue
            held = old._replace(outlet=feed.outlet, folder=feed.folder, declared_in=path)
            if held != old:
                changed.append(held)
        removed = [
            feed._replace(status="removed")
            for feed in known.values()
            if feed.declared_in == path and feed.status != "removed" and feed.url not in named
        ]
        _put(db, [*added, *changed, *removed])
    return len(added), len(changed), len(removed)


def _taken_up(old: Feed | None, feed: Feed) -> Feed:
    """A subscription as it is made: with what is known of the feed from before."""
    if old is None:
        return feed
    subscription = {name: getattr(feed, name) for name in SUBSCRIPTION}
    return old._replace(**subscription, next_at=feed.next_at, failures=0, error=None, detail=None)


def _by_url(wanted: Iterable[Feed]) -> dict[str, Feed]:
    """The first of each url."""
    first: dict[str, Feed] = {}
    for feed in wanted:
        first.setdefault(feed.url, feed)
    return first


def _records(db: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[Feed]:
    return [Feed(*row) for row in db.execute(sql, list(values)).fetchall()]


def _put(db: duckdb.DuckDBPyConnection, rows: Sequence[Feed]) -> None:
    if rows:
        db.register("given", shards.table(polled_kinds.FEEDS, rows))
        run_script(db, _PUT, {})
        db.unregister("given")
