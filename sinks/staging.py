"""First step of the commit: the batch beside the store, and every place it was met."""

from __future__ import annotations

from typing import Any

import duckdb

from sinks import shards
from sinks.manifest import Manifest, SpoolError
from sinks.store import one

_STAGE = """
-- Everything but the wide columns, with the way back to them.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT row_no, article_id, content_id, text_id, len(keys) > 0 AS keyed, document_id, precedence,
    source, feed, guid, outlet, alias, redirect,
    make_timestamptz(seen_at) AS seen_at, make_timestamptz(fetched_at) AS fetched_at,
    make_timestamptz(published_at) AS published_at, published_precision
FROM incoming;

-- The store's side of the batch: each table is looked through once, by an id, and the steps after
-- this find rows by their number. Where a batch has only new articles nothing is found, and tables
-- that are asked for what another one had are not even opened. What is joined with has a filter
-- that always holds, here and wherever a few rows are looked for in a whole table: see _SCAN in
-- sinks/keyscan.py.
CREATE OR REPLACE TEMP TABLE old_documents AS
FROM internal.documents SEMI JOIN (
    FROM (SELECT document_id FROM staged UNION ALL SELECT document_id FROM incoming_known)
    WHERE document_id % 2 < 2
) USING (document_id);

CREATE OR REPLACE TEMP TABLE met AS
SELECT article_id, content_id, source, feed, guid, outlet, alias, redirect, seen_at, fetched_at
FROM staged
UNION ALL
SELECT replace(d.article_id::VARCHAR, '-', ''), replace(d.content_id::VARCHAR, '-', ''),
    k.source, k.feed, k.guid, k.outlet, k.alias, k.redirect,
    make_timestamptz(k.seen_at), make_timestamptz(k.fetched_at)
FROM incoming_known k JOIN old_documents d USING (document_id);

CREATE OR REPLACE TEMP TABLE old_contents AS
SELECT c.rowid AS stored_row, replace(article_id::VARCHAR, '-', '') AS article_id,
    replace(content_id::VARCHAR, '-', '') AS content_id, precedence, fetched_at
FROM internal.contents c SEMI JOIN (
    SELECT article_id::UUID AS article_id FROM met WHERE length(article_id) > 0
) USING (article_id);

CREATE OR REPLACE TEMP TABLE old_articles AS
SELECT a.rowid AS stored_row, article_id, content_id, text_id, group_id,
    published_at, published_precision
FROM articles a SEMI JOIN old_contents USING (article_id);

CREATE OR REPLACE TEMP TABLE old_sightings AS
SELECT s.rowid AS stored_row, s.* FROM sightings s SEMI JOIN old_contents USING (article_id);

-- The document that speaks for each content, where the content is new or the document better.
-- Of equal ones any: the precedence ends in the document's id.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT best.*, o.content_id IS NOT NULL AS known
FROM (
    SELECT article_id, content_id, any_value(text_id) AS text_id, any_value(keyed) AS keyed,
        max(precedence) AS precedence, arg_max(row_no, precedence) AS row_no
    FROM staged GROUP BY article_id, content_id
) best
LEFT JOIN old_contents o USING (article_id, content_id)
WHERE o.content_id IS NULL OR best.precedence > o.precedence;
"""

_SIGHT = """
CREATE OR REPLACE TEMP TABLE moved AS
WITH sighted AS (
    SELECT article_id, content_id, source, feed, guid, outlet,
        min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at
    FROM met GROUP BY ALL
)
SELECT m.*, s.stored_row
FROM sighted m LEFT JOIN old_sightings s
    ON s.article_id = m.article_id AND s.content_id = m.content_id AND s.source = m.source
    AND s.feed IS NOT DISTINCT FROM m.feed AND s.guid IS NOT DISTINCT FROM m.guid
    AND s.outlet IS NOT DISTINCT FROM m.outlet
WHERE s.source IS NULL OR m.first_seen_at < s.first_seen_at OR m.last_seen_at > s.last_seen_at;

UPDATE sightings SET
    first_seen_at = least(sightings.first_seen_at, moved.first_seen_at),
    last_seen_at = greatest(sightings.last_seen_at, moved.last_seen_at)
FROM moved WHERE sightings.rowid = moved.stored_row;

INSERT INTO sightings BY NAME
SELECT * EXCLUDE (stored_row) FROM moved WHERE stored_row IS NULL;

-- The contents as they are now: the best document speaks, the first fetch counts.
CREATE OR REPLACE TEMP TABLE new_contents AS
SELECT article_id, content_id, max(stored_row) AS stored_row,
    max(precedence) AS precedence, min(fetched_at) AS fetched_at
FROM (
    FROM old_contents
    UNION ALL BY NAME SELECT article_id, content_id, precedence FROM chosen
    UNION ALL BY NAME
    SELECT article_id, content_id, fetched_at FROM met WHERE fetched_at IS NOT NULL
)
GROUP BY article_id, content_id;

CREATE OR REPLACE TEMP TABLE changed_contents AS
SELECT n.* FROM new_contents n JOIN old_contents o USING (stored_row)
WHERE n.precedence <> o.precedence OR n.fetched_at IS DISTINCT FROM o.fetched_at;

UPDATE internal.contents SET precedence = c.precedence, fetched_at = c.fetched_at
FROM changed_contents c WHERE contents.rowid = c.stored_row;

INSERT INTO internal.contents BY NAME
SELECT * EXCLUDE (stored_row) FROM new_contents WHERE stored_row IS NULL;

INSERT INTO internal.documents BY NAME
SELECT DISTINCT ON (document_id) document_id, article_id, content_id
FROM staged ANTI JOIN old_documents USING (document_id);

MERGE INTO url_aliases USING (
    SELECT url, article_id, kind, min(seen_at) AS first_seen_at
    FROM (
        SELECT alias AS url, article_id, 'rel_canonical' AS kind, seen_at FROM met
        UNION ALL SELECT redirect, article_id, 'redirect', seen_at FROM met
    )
    WHERE url IS NOT NULL GROUP BY ALL
) found
ON url_aliases.url = found.url AND url_aliases.article_id = found.article_id
    AND url_aliases.kind = found.kind
WHEN MATCHED AND found.first_seen_at < url_aliases.first_seen_at
    THEN UPDATE SET first_seen_at = found.first_seen_at
WHEN NOT MATCHED THEN INSERT BY NAME;

MERGE INTO rejects USING (
    SELECT
        md5(concat_ws(chr(31), stage, reason, detail, source, position, excerpt, kept))
            AS reject_id,
        stage, reason, detail, source, position, excerpt, kept,
        make_timestamptz(min(seen_at)) AS first_seen_at,
        make_timestamptz(max(seen_at)) AS last_seen_at
    FROM incoming_rejects GROUP BY ALL
) found
ON rejects.reject_id = found.reject_id
WHEN MATCHED AND (
    found.first_seen_at < rejects.first_seen_at OR found.last_seen_at > rejects.last_seen_at
) THEN UPDATE SET
    first_seen_at = least(rejects.first_seen_at, found.first_seen_at),
    last_seen_at = greatest(rejects.last_seen_at, found.last_seen_at)
WHEN NOT MATCHED THEN INSERT BY NAME;
"""


def stage(db: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Make the temporary tables incoming (wide), staged, met, chosen, and the store's old_….

    SpoolError where the batch only sights documents that this store does not hold.
    """
    incoming(db, manifest, shards.ARTICLES, "incoming")
    incoming(db, manifest, shards.KNOWN, "incoming_known")
    incoming(db, manifest, shards.REJECTS, "incoming_rejects")
    db.execute(_STAGE)
    sighted = one(db, "SELECT count(*) FROM incoming_known")
    resolved = one(
        db, "SELECT count(*) FROM incoming_known SEMI JOIN old_documents USING (document_id)"
    )
    if sighted != resolved:
        raise SpoolError(
            f"{manifest.folder} only names articles that another store holds "
            f"({manifest.known_to}): load it there, or read its input again for this one."
        )


def store_sightings(db: duckdb.DuckDBPyConnection) -> None:
    """Merge the sightings, contents, documents, aliases and rejects of the batch."""
    db.execute(_SIGHT)


def incoming(db: duckdb.DuckDBPyConnection, manifest: Manifest, kind: str, name: str) -> None:
    """The shards of one kind under a name, with a number for each row."""
    paths = manifest.paths(kind)
    if paths:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        try:
            rows = (
                "SELECT *, (file_index << 32) + file_row_number AS row_no "
                f"FROM read_parquet([{listed}])"
            )
            db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows}")
            if not set(shards.empty(kind).column_names).issubset(db.view(name).columns):
                # Of a version that knew less: what it did not know is NULL.
                _none(db, kind, f"none_{name}")
                db.execute(
                    f"CREATE OR REPLACE TEMP VIEW {name} AS "
                    f"{rows} UNION ALL BY NAME FROM none_{name}"
                )
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            reason = str(error).splitlines()[0]
            raise SpoolError(f"{manifest.folder} holds a damaged shard ({reason})") from error
    else:
        _none(db, kind, name)


def _none(db: duckdb.DuckDBPyConnection, kind: str, name: str) -> None:
    """A table of no rows of a kind."""
    db.register("nothing", shards.empty(kind))
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT *, 0::UBIGINT AS row_no FROM nothing"
    )
    db.unregister("nothing")


def run_script(db: duckdb.DuckDBPyConnection, script: str, parameters: dict[str, Any]) -> None:
    """Execute statements one by one, each with those named parameters that it uses."""
    for statement in script.split(";\n"):
        if statement.strip():
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
            db.execute(statement, used or None)
