"""The step of the commit that stores polls: feed state, fetches, servers, and pages to be fetched.

It runs in the transaction that stores the items, so that no validator is ever ahead of them.
"""

from __future__ import annotations

import duckdb

from records import Page
from sinks import polled_kinds
from sinks.feeds import STATE, column, stored
from sinks.manifest import Manifest
from sinks.staging import incoming, run_script
from sinks.store import one

KEPT_DAYS = 90  # of fetches: what is older is removed
_ENTRY = Page._fields[Page._fields.index("outlet") :]  # what the entry of a page said

_ARRIVE = """
INSERT INTO internal.arrivals BY NAME
SELECT article_id, $seq AS seq, fetched_at FROM standing WHERE old_content_id IS NULL
"""

# Subscriptions are people's: a poll only retires a feed. An older state never replaces a newer.
_FEEDS = f"""
CREATE OR REPLACE TEMP TABLE polled AS
SELECT * FROM incoming_feeds
QUALIFY row_number() OVER (
    PARTITION BY url ORDER BY polled_at DESC NULLS LAST, row_no
) = 1;

UPDATE feeds SET
    status = if(feeds.status = 'active' AND p.status = 'gone', 'gone', feeds.status),
    usual_per_day = CASE
        WHEN feeds.usual_per_day IS NULL OR feeds.changed_at IS NULL
            OR make_timestamptz(p.changed_at) > feeds.changed_at
        THEN p.entries_per_day
        ELSE feeds.usual_per_day
    END,
    {", ".join(f"{column(name)} = {stored(name, 'p.')}" for name in STATE)}
FROM polled p
WHERE feeds.url = p.url AND feeds.status <> 'removed'
    AND (feeds.polled_at IS NULL OR make_timestamptz(p.polled_at) >= feeds.polled_at);

INSERT INTO feeds BY NAME
SELECT url, outlet, folder, declared_in, status, {stored("added_at")} AS added_at,
    entries_per_day AS usual_per_day,
    {", ".join(f"{stored(name)} AS {column(name)}" for name in STATE)}
FROM polled ANTI JOIN feeds USING (url)
WHERE declared_in = 'run';
"""

_FETCHES = """
INSERT INTO fetches BY NAME
SELECT kind, url, feed, make_timestamptz(requested_at) AS requested_at, outcome, final_url, status,
    requests, bytes, seconds, entries, error, detail, make_timestamptz(next_at) AS next_at,
    make_timestamptz(gap_from) AS gap_from, make_timestamptz(gap_to) AS gap_to, $run_id AS run_id
FROM incoming_fetches f
ANTI JOIN (
    SELECT kind, url, epoch_us(requested_at) AS requested_at FROM fetches
    WHERE requested_at >= make_timestamptz($since)
) k USING (kind, url, requested_at);

DELETE FROM fetches WHERE requested_at < make_timestamptz($now) - to_days($kept_days);
"""

# A page that was queued again while it was asked for waits on: its entry has changed since. What
# the entry said is of use only to one that waits.
_PAGES = f"""
UPDATE internal.pages SET
    status = p.status, attempts = p.attempts, next_at = make_timestamptz(p.next_at),
    error = p.error, detail = p.detail,
    {", ".join(f"{name} = if(p.status = 'waiting', pages.{name}, NULL)" for name in _ENTRY)}
FROM (
    SELECT * FROM incoming_pages
    QUALIFY row_number() OVER (
        PARTITION BY article_id
        ORDER BY queued_at DESC, attempts DESC, row_no
    ) = 1
) p
WHERE pages.article_id = p.article_id
    AND epoch_us(pages.queued_at) <= p.queued_at AND pages.attempts <= p.attempts
"""

_HOSTS = """
MERGE INTO internal.hosts USING (
    SELECT origin, arg_max(robots, robots_at) AS robots,
        make_timestamptz(max(robots_at)) AS robots_at,
        make_timestamptz(max(not_before)) AS not_before
    FROM incoming_hosts GROUP BY origin
) found
ON hosts.origin = found.origin
WHEN MATCHED THEN UPDATE SET
    robots = if(
        hosts.robots_at IS NULL OR found.robots_at >= hosts.robots_at, found.robots, hosts.robots
    ),
    robots_at = greatest(hosts.robots_at, found.robots_at),
    not_before = greatest(hosts.not_before, found.not_before)
WHEN NOT MATCHED THEN INSERT BY NAME
"""

# New contents of live feeds that are a summary or a title alone: by the rank of their text.
_SUMMARIES = """
CREATE OR REPLACE TEMP TABLE summaries AS
SELECT c.article_id, c.content_id, s.feed, c.precedence, row_no
FROM chosen c JOIN staged s USING (row_no)
WHERE NOT c.known AND s.fetched_at IS NOT NULL AND s.feed IS NOT NULL
    AND c.precedence[1] IN ('0', '1')
"""

# Not where the whole text came from a feed or file, nor for a link to a site's front page.
_QUEUE = f"""
MERGE INTO internal.pages USING (
    SELECT s.article_id, i.url, s.feed, 'waiting' AS status, make_timestamptz($now) AS queued_at,
        0 AS attempts, make_timestamptz(0) AS next_at, NULL AS error, NULL AS detail,
        i.outlet, i.title, coalesce(i.summary, i.text) AS summary, i.authors, i.keywords,
        make_timestamptz(i.published_at) AS published_at, i.published_precision, i.published_from,
        i.declared_language, i.word_count AS words
    FROM summaries s
    JOIN incoming i USING (row_no)
    JOIN articles a ON a.article_id = s.article_id
    WHERE i.url IS NOT NULL
        AND NOT regexp_full_match(coalesce(i.canonical_url, i.url), 'https?://[^/]*/?')
        AND (a.text_from IN ('feed_summary', 'page') OR a.word_count = 0)
    QUALIFY row_number() OVER (
        PARTITION BY s.article_id
        ORDER BY s.content_id = a.content_id DESC, s.precedence DESC, s.content_id
    ) = 1
) found
ON pages.article_id = found.article_id
WHEN MATCHED THEN UPDATE SET {", ".join(f"{name} = found.{name}" for name in Page._fields[1:])}
WHEN NOT MATCHED THEN INSERT BY NAME
"""


def store(
    db: duckdb.DuckDBPyConnection, manifest: Manifest, seq: int, run_id: str | None, now: int
) -> None:
    """Store what the polls of a batch left, once its articles are; queue the pages behind them."""
    db.execute(_ARRIVE, {"seq": seq})
    _store(db, manifest, polled_kinds.FEEDS, _FEEDS)
    _store_fetches(db, manifest, run_id, now)
    _store(db, manifest, polled_kinds.PAGES, _PAGES)
    _store(db, manifest, polled_kinds.HOSTS, _HOSTS)
    if manifest.queue_pages:
        db.execute(_SUMMARIES)
        if one(db, "SELECT count(*) FROM summaries")[0]:
            db.execute(_QUEUE, {"now": now})


def _store(db: duckdb.DuckDBPyConnection, manifest: Manifest, kind: str, script: str) -> None:
    if manifest.rows(kind):
        incoming(db, manifest, kind, f"incoming_{kind}")
        run_script(db, script, {})


def _store_fetches(
    db: duckdb.DuckDBPyConnection, manifest: Manifest, run_id: str | None, now: int
) -> None:
    if manifest.rows(polled_kinds.FETCHES):
        incoming(db, manifest, polled_kinds.FETCHES, "incoming_fetches")
        since = one(db, "SELECT min(requested_at) FROM incoming_fetches")[0]
        parameters = {"run_id": run_id, "since": since, "now": now, "kept_days": KEPT_DAYS}
        run_script(db, _FETCHES, parameters)
