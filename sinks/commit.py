"""The commit: one batch from the spool into the store, in one transaction, once.

The order is the argument: what was met, which of an article's contents is current, which texts
are alike, which articles form a group, what the polls left, the account. Every table that a step
leaves is a function of the set of documents stored, never of the order they came in, save what
says when and how they came.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from sinks import current, groups, matching, polled, staging
from sinks.keyscan import KeyScan
from sinks.manifest import Manifest, file_of
from sinks.store import one, transaction

_REMEMBERED = "7 days"  # a shard: longer than a runner is down that recovers


class Counts(NamedTuple):
    """What became of the items of a batch: read = new + revised + unchanged + rejected."""

    read: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0
    noted: int = 0


def commit(
    db: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    matcher: matching.Matcher,
    run_id: str | None,
    now: int,
    scan: KeyScan | None = None,
) -> Counts | None:
    """Store a batch. None where it was stored before: then nothing is done.

    `scan` is what an earlier commit may have found for this one; it is left what this one found.

    DuckDB's errors pass through with everything rolled back; the spool is left as it is.
    """
    with transaction(db):
        if one(db, "SELECT count(*) FROM batches WHERE batch_id = ?", [manifest.batch_id])[0]:
            return None
        seq: int = one(db, "SELECT coalesce(max(seq), 0) + 1 FROM batches")[0]
        staging.stage(db, manifest)
        counts = _count(db)
        staging.store_sightings(db)
        current.choose(db)
        matching.match(db, manifest, matcher, scan or KeyScan())
        current.rewrite(db)
        groups.regroup(db, matcher)
        current.store(db, seq)
        polled.store(db, manifest, seq, run_id, now)
        db.execute(
            "INSERT INTO batches VALUES (?, ?, ?, make_timestamptz(?), ?, ?, ?, ?, ?, ?)",
            [manifest.batch_id, run_id, seq, now, *counts],
        )
        _remember(db, manifest, now)
        if run_id:
            db.execute(
                """
                UPDATE runs SET read = read + ?, new = new + ?, revised = revised + ?,
                    unchanged = unchanged + ?, rejected = rejected + ?, noted = noted + ?,
                    batches = batches + 1
                WHERE run_id = ?
                """,
                [*counts, run_id],
            )
    return counts


def _remember(db: duckdb.DuckDBPyConnection, manifest: Manifest, now: int) -> None:
    """Note which shards are in the store: see held_to in sinks/manifest.py."""
    oldest = f"make_timestamptz(?) - INTERVAL {_REMEMBERED}"
    db.execute(f"DELETE FROM internal.shards WHERE stored_at < {oldest}", [now])
    db.execute(
        "INSERT INTO internal.shards SELECT unnest(?::VARCHAR[]), make_timestamptz(?)",
        [[file_of(name) for name in manifest.names], now],
    )


def _count(db: duckdb.DuckDBPyConnection) -> Counts:
    """The account of the staged batch against the store as it was before."""
    items, new, contents, rejected, noted = one(
        db,
        """
        SELECT
            (SELECT count(*) FROM met),
            (SELECT count(DISTINCT article_id) FROM met ANTI JOIN old_articles USING (article_id)),
            (SELECT count(*) FROM chosen WHERE NOT known),
            (SELECT count(*) FROM incoming_rejects WHERE NOT kept),
            (SELECT count(*) FROM incoming_rejects WHERE kept)
        """,
    )
    return Counts(items + rejected, new, contents - new, items - contents, rejected, noted)
