"""Which of an article's contents is current, and the rows that follow from it."""

from __future__ import annotations

import duckdb

from sinks.staging import run_script
from sinks.store import one

_CHOOSE = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT article_id FROM chosen
UNION SELECT article_id FROM moved
UNION SELECT article_id FROM changed_contents;

-- Current: the best text, then the one seen last, then the greatest content id. A row that stays
-- is `stored`; else the content comes from the batch, from a row of it, or from the past.
CREATE OR REPLACE TEMP TABLE standing AS
WITH history AS (
    SELECT article_id, content_id,
        min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
    FROM (
        SELECT article_id, content_id, first_seen_at, last_seen_at FROM old_sightings
        UNION ALL
        SELECT article_id, content_id, first_seen_at, last_seen_at FROM moved
    ) SEMI JOIN touched USING (article_id) GROUP BY ALL
),
ranked AS (
    SELECT article_id, content_id, c.fetched_at,
        row_number() OVER (
            PARTITION BY article_id ORDER BY h.first_seen_at, content_id
        ) AS revision,
        count(*) OVER (PARTITION BY article_id) AS revisions,
        min(h.first_seen_at) OVER (PARTITION BY article_id) AS first_seen_at,
        row_number() OVER (
            PARTITION BY article_id
            ORDER BY c.precedence[1] DESC, h.last_seen_at DESC, content_id DESC
        ) AS standing
    FROM history h JOIN new_contents c USING (article_id, content_id)
)
SELECT r.article_id, r.content_id, r.fetched_at, r.revision, r.revisions, r.first_seen_at,
    a.stored_row,
    a.content_id AS old_content_id,
    a.text_id AS old_text_id,
    CASE
        WHEN s.row_no IS NOT NULL THEN 'staged'
        WHEN a.content_id = r.content_id THEN 'stored'
        ELSE 'past'
    END AS origin,
    s.row_no
FROM ranked r
LEFT JOIN old_articles a USING (article_id)
LEFT JOIN chosen s ON s.article_id = r.article_id AND s.content_id = r.content_id
WHERE r.standing = 1;
"""

_BETTER = "FROM standing WHERE origin = 'staged' AND content_id = old_content_id"

_RECEIVED = """
    i.article_id, i.content_id, i.text_id, i.url, i.canonical_url, i.outlet, i.agency, i.place,
    i.title, i.text, i.text_from, i.summary, i.authors, i.keywords,
    make_timestamptz(i.published_at) AS published_at,
    make_timestamp(i.published_at)::DATE AS published_on,
    i.published_precision, i.published_from,
    i.language, i.confidence AS language_confidence, i.method AS language_method,
    i.declared_language, i.word_count, list_transform(i.topics, lambda t: t.topic) AS topics
"""

_NAMES = """article_id, content_id, text_id, url, canonical_url, outlet, agency, place, title, text,
    text_from, summary, authors, keywords, published_at, published_on, published_precision,
    published_from, language, language_confidence, language_method, declared_language, word_count,
    topics"""

# A better document that says just the same changes nothing.
_SAME = f"""
CREATE OR REPLACE TEMP TABLE better AS {_BETTER};

UPDATE standing SET origin = 'stored' FROM (
    SELECT {_RECEIVED} FROM incoming i SEMI JOIN better USING (row_no)
    INTERSECT
    SELECT {_NAMES} FROM articles SEMI JOIN better ON articles.rowid = better.stored_row
) same
WHERE standing.article_id = same.article_id;
"""

_REWRITE = f"""
-- Contents that are current again.
CREATE OR REPLACE TEMP TABLE recalled AS
SELECT p.* FROM internal.past p SEMI JOIN (
    SELECT article_id, content_id FROM standing WHERE origin = 'past'
) s USING (article_id, content_id);

-- Contents that stopped being current go to the past, unless a better document takes their place.
CREATE OR REPLACE TEMP TABLE passed AS
SELECT stored_row FROM standing s
ANTI JOIN chosen c ON c.article_id = s.article_id AND c.content_id = s.old_content_id
WHERE s.content_id <> s.old_content_id;

DELETE FROM internal.past USING (SELECT article_id, content_id FROM chosen WHERE known) gone
WHERE past.article_id = gone.article_id AND past.content_id = gone.content_id;

INSERT INTO internal.past BY NAME
SELECT {_RECEIVED}
FROM incoming i SEMI JOIN (
    SELECT row_no FROM chosen ANTI JOIN standing USING (article_id, content_id)
) USING (row_no);

INSERT INTO internal.past BY NAME
SELECT {_NAMES} FROM articles SEMI JOIN passed ON articles.rowid = passed.stored_row;

DELETE FROM internal.topics USING (SELECT article_id, content_id FROM chosen WHERE known) gone
WHERE topics.article_id = gone.article_id AND topics.content_id = gone.content_id;

INSERT INTO internal.topics BY NAME
SELECT article_id, content_id, t.topic, t.score, t.ruleset, t.ruleset_version, t.evidence
FROM (
    SELECT i.article_id, i.content_id, unnest(i.topics) AS t
    FROM incoming i SEMI JOIN chosen USING (row_no)
);
"""

_STORE = f"""
CREATE OR REPLACE TEMP TABLE rewritten AS
SELECT s.row_no, s.origin, s.stored_row, article_id,
    s.fetched_at, s.first_seen_at, s.revision, s.revisions,
    g.duplicate_of, g.duplicate_kind, g.duplicate_similarity, g.group_id, g.group_size,
    $seq AS change_seq
FROM standing s JOIN grouped g USING (article_id) WHERE s.origin <> 'stored';

DELETE FROM articles USING rewritten WHERE articles.rowid = rewritten.stored_row;

INSERT INTO articles BY NAME
SELECT {_RECEIVED}, r.* EXCLUDE (row_no, origin, stored_row, article_id)
FROM incoming i JOIN rewritten r USING (row_no) WHERE r.origin = 'staged';

INSERT INTO articles BY NAME
SELECT p.*, r.* EXCLUDE (row_no, origin, stored_row, article_id)
FROM recalled p JOIN rewritten r USING (article_id);

DELETE FROM internal.past USING recalled
WHERE past.article_id = recalled.article_id AND past.content_id = recalled.content_id;

UPDATE articles SET
    fetched_at = s.fetched_at, first_seen_at = s.first_seen_at,
    revision = s.revision, revisions = s.revisions, change_seq = $seq
FROM standing s
WHERE s.origin = 'stored' AND articles.rowid = s.stored_row
    AND (articles.fetched_at IS DISTINCT FROM s.fetched_at
        OR articles.first_seen_at <> s.first_seen_at
        OR articles.revision <> s.revision OR articles.revisions <> s.revisions);

UPDATE articles SET
    duplicate_of = g.duplicate_of, duplicate_kind = g.duplicate_kind,
    duplicate_similarity = g.duplicate_similarity,
    group_id = g.group_id, group_size = g.group_size, change_seq = $seq
FROM grouped g
WHERE articles.rowid = g.stored_row
    AND (articles.duplicate_of IS DISTINCT FROM g.duplicate_of
        OR articles.duplicate_kind IS DISTINCT FROM g.duplicate_kind
        OR articles.duplicate_similarity IS DISTINCT FROM g.duplicate_similarity
        OR articles.group_id <> g.group_id OR articles.group_size <> g.group_size);
"""


def choose(db: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table standing: the current content of every article touched."""
    db.execute(_CHOOSE)
    if one(db, f"SELECT count(*) {_BETTER}")[0]:
        db.execute(_SAME)


def rewrite(db: duckdb.DuckDBPyConnection) -> None:
    """Keep every content that is not current and all topics; make the temporary table recalled."""
    db.execute(_REWRITE)


def store(db: duckdb.DuckDBPyConnection, seq: int) -> None:
    """Write the rows of articles that changed, their groups with them."""
    run_script(db, _STORE, {"seq": seq})
