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
SELECT article_id, content_id, text_id, document_id, precedence, source, feed, guid, outlet, alias,
    make_timestamptz(seen_at) AS seen_at, make_timestamptz(fetched_at) AS fetched_at,
    filename, file_row_number
FROM incoming;

CREATE OR REPLACE TEMP TABLE met AS
SELECT article_id, content_id, source, feed, guid, outlet, seen_at, fetched_at FROM staged
UNION ALL
SELECT d.article_id, d.content_id, k.source, k.feed, k.guid, k.outlet,
    make_timestamptz(k.seen_at), make_timestamptz(k.fetched_at)
FROM incoming_known k JOIN internal.documents d USING (document_id);

-- The document that speaks for each content, where the content is new or the document better.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT best.*, c.content_id IS NOT NULL AS known
FROM (
    SELECT * FROM staged
    QUALIFY row_number() OVER (
        PARTITION BY article_id, content_id ORDER BY precedence DESC, filename, file_row_number
    ) = 1
) best
LEFT JOIN internal.contents c USING (article_id, content_id)
WHERE c.content_id IS NULL OR best.precedence > c.precedence;
"""

_SIGHT = """
CREATE OR REPLACE TEMP TABLE moved AS
WITH sighted AS (
    SELECT article_id, content_id, source, feed, guid, outlet,
        min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at
    FROM met GROUP BY ALL
)
SELECT m.*, s.rowid AS stored_row
FROM sighted m LEFT JOIN sightings s
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

-- Fetch times of contents: the first counts.
CREATE OR REPLACE TEMP TABLE refetched AS
SELECT m.article_id, m.content_id, m.fetched_at
FROM (
    SELECT article_id, content_id, min(fetched_at) AS fetched_at FROM met
    WHERE fetched_at IS NOT NULL GROUP BY ALL
) m
JOIN internal.contents c USING (article_id, content_id)
WHERE c.fetched_at IS NULL OR m.fetched_at < c.fetched_at;

UPDATE internal.contents SET fetched_at = refetched.fetched_at FROM refetched
WHERE contents.article_id = refetched.article_id AND contents.content_id = refetched.content_id;

UPDATE internal.contents SET precedence = chosen.precedence FROM chosen
WHERE chosen.known AND contents.article_id = chosen.article_id
    AND contents.content_id = chosen.content_id;

INSERT INTO internal.contents BY NAME
SELECT article_id, content_id, c.precedence, m.fetched_at
FROM chosen c
JOIN (
    SELECT article_id, content_id, min(fetched_at) AS fetched_at FROM met GROUP BY ALL
) m USING (article_id, content_id)
WHERE NOT c.known;

INSERT INTO internal.documents BY NAME
SELECT DISTINCT ON (document_id) document_id, article_id, content_id
FROM staged ANTI JOIN internal.documents USING (document_id);

MERGE INTO url_aliases USING (
    SELECT alias AS url, article_id, 'rel_canonical' AS kind, min(seen_at) AS first_seen_at
    FROM (
        SELECT alias, article_id, seen_at FROM staged
        UNION ALL
        SELECT k.alias, d.article_id, make_timestamptz(k.seen_at)
        FROM incoming_known k JOIN internal.documents d USING (document_id)
    ) WHERE alias IS NOT NULL GROUP BY ALL
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
    """Make the temporary tables incoming (wide), staged, met and chosen.

    SpoolError where the batch only sights documents that this store does not hold.
    """
    incoming(db, manifest, shards.ARTICLES, "incoming")
    incoming(db, manifest, shards.KNOWN, "incoming_known")
    incoming(db, manifest, shards.REJECTS, "incoming_rejects")
    db.execute(_STAGE)
    sighted = one(db, "SELECT count(*) FROM incoming_known")
    resolved = one(
        db, "SELECT count(*) FROM incoming_known SEMI JOIN internal.documents USING (document_id)"
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
    """The shards of one kind under a name, with the place of each row."""
    paths = manifest.paths(kind)
    if paths:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        try:
            db.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS "
                f"FROM read_parquet([{listed}], filename=true, file_row_number=true)"
            )
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            reason = str(error).splitlines()[0]
            raise SpoolError(f"{manifest.folder} holds a damaged shard ({reason})") from error
    else:
        db.register("nothing", shards.empty(kind))
        db.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS "
            "SELECT *, '' AS filename, 0::BIGINT AS file_row_number FROM nothing"
        )
        db.unregister("nothing")


def run_script(db: duckdb.DuckDBPyConnection, script: str, parameters: dict[str, Any]) -> None:
    """Execute statements one by one, each with those named parameters that it uses."""
    for statement in script.split(";\n"):
        if statement.strip():
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
            db.execute(statement, used or None)
