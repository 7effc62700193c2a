"""Articles tagged again: read from the store a slice at a time, replaced in one transaction.

Nothing else writes in between, because whoever tags again holds the run lock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from records import Article, Detection, Fingerprint
from sinks.staging import run_script
from sinks.store import READER_WAIT, connect, one, set_meta, set_topics, transaction

SLICE = 10_000  # rows that a worker reads and tags at once
TABLES = ("articles", "internal.past")


class Part(NamedTuple):
    """Which articles are tagged again, and which of their topics: nothing stated means all."""

    since: int | None = None  # published, or else first seen, from then on (microseconds)
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Slice(NamedTuple):
    """Rows of a table of the store, by their row ids."""

    table: str
    first: int
    last: int


class Retagged(NamedTuple):
    """What tagging again came to."""

    revisions: int = 0  # tagged again, those that are not current among them
    articles: int = 0  # whose topics are others now
    gained: int = 0  # tags
    lost: int = 0
    moved: int = 0  # tags that stay with another score, other words or another version


def slices(db: duckdb.DuckDBPyConnection) -> list[tuple[Slice, ...]]:
    """All revisions of all articles, in portions of bounded size."""
    portions: list[tuple[Slice, ...]] = []
    room = 0
    for table in TABLES:
        last = one(db, f"SELECT coalesce(max(rowid), -1) FROM {table}")[0]
        for first in range(0, last + 1, SLICE):
            rows = Slice(table, first, min(first + SLICE - 1, last))
            size = rows.last - rows.first + 1
            if size <= room:
                portions[-1] += (rows,)
                room -= size
            else:
                portions.append((rows,))
                room = SLICE - size
    return portions


def read_slice(store: str, part: Part, rows: Slice) -> list[Article]:
    """The revisions of a slice that belong to the part, as articles ready to be tagged."""
    wanted, values = _condition(part)
    with contextlib.closing(connect(Path(store), read_only=True, wait=READER_WAIT)) as db:
        found = db.execute(
            f"""
            SELECT article_id, content_id, title, text, outlet, language FROM {rows.table}
            WHERE rowid BETWEEN ? AND ?{wanted}
            ORDER BY rowid
            """,
            [rows.first, rows.last, *values],
        ).fetchall()
    return [
        Article(
            source="",
            article_id=article_id,
            document_id=0,
            seen_at=0,
            title=title,
            text=text,
            outlet=outlet,
            detection=Detection(language, 1.0, "stored"),
            fingerprint=Fingerprint(content_id, None, 0, b""),
        )
        for article_id, content_id, title, text, outlet, language in found
    ]


def _condition(part: Part) -> tuple[str, list[Any]]:
    """The part as a condition on article_id, with its values; nothing where it is everything."""
    conditions: list[str] = []
    values: list[Any] = []
    if part.since is not None:
        conditions.append("coalesce(published_at, first_seen_at) >= make_timestamptz(?)")
        values.append(part.since)
    if part.languages:
        conditions.append("list_contains(?, language)")
        values.append(list(part.languages))
    if not conditions:
        return "", []
    wanted = f"SELECT article_id FROM articles WHERE {' AND '.join(conditions)}"
    return f" AND article_id IN ({wanted})", values


_TAGS = """
-- The new tags of what was tagged again, without the places they rest on but with their hash.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT article_id, content_id, t.topic AS topic, t.score AS score, t.ruleset AS ruleset,
    t.ruleset_version AS ruleset_version, hash(t.evidence) AS words
FROM (SELECT article_id, content_id, unnest(topics) AS t FROM retagged)
WHERE len($topics) = 0 OR list_contains($topics, t.topic);

CREATE OR REPLACE TEMP TABLE old AS
SELECT rowid AS stored_row, article_id, content_id, topic, score, ruleset, ruleset_version,
    hash(evidence) AS words
FROM internal.topics SEMI JOIN retagged USING (article_id, content_id)
WHERE len($topics) = 0 OR list_contains($topics, topic);

CREATE OR REPLACE TEMP TABLE gone AS
SELECT o.stored_row, f.topic IS NOT NULL AS stays,
    coalesce(o.score = f.score AND o.words = f.words, false) AS same_words
FROM old o LEFT JOIN fresh f USING (article_id, content_id, topic)
WHERE f.topic IS NULL OR o.score <> f.score OR o.words <> f.words OR o.ruleset <> f.ruleset
    OR o.ruleset_version <> f.ruleset_version;

CREATE OR REPLACE TEMP TABLE come AS
SELECT f.article_id, f.content_id, f.topic, o.topic IS NOT NULL AS stays
FROM fresh f LEFT JOIN old o USING (article_id, content_id, topic)
WHERE o.topic IS NULL OR o.score <> f.score OR o.words <> f.words OR o.ruleset <> f.ruleset
    OR o.ruleset_version <> f.ruleset_version;

INSERT INTO topic_history BY NAME
SELECT article_id, content_id, topic, score, ruleset, ruleset_version,
    CASE WHEN same_words THEN NULL ELSE evidence END AS evidence,
    make_timestamptz($now) AS replaced_at, $seq AS replaced_seq
FROM internal.topics t JOIN gone ON t.rowid = gone.stored_row;

DELETE FROM internal.topics WHERE rowid IN (SELECT stored_row FROM gone);

INSERT INTO internal.topics BY NAME
SELECT article_id, content_id, t.topic AS topic, t.score AS score, t.ruleset AS ruleset,
    t.ruleset_version AS ruleset_version, t.evidence AS evidence
FROM (SELECT article_id, content_id, unnest(topics) AS t FROM retagged) u
SEMI JOIN come ON come.article_id = u.article_id AND come.content_id = u.content_id
    AND come.topic = u.t.topic;
"""

_ALL_LISTS = """
CREATE OR REPLACE TEMP TABLE lists AS
SELECT article_id, content_id, list_transform(topics, lambda t: t.topic) AS topics FROM retagged
"""

# Where only some topics were looked at, the others are put in their order again: those of the
# default rules before one's own, of the former those at the top before those below them, each by
# score and name, as the tagger has them.
_SOME_LISTS = """
CREATE OR REPLACE TEMP TABLE lists AS
SELECT article_id, content_id, CASE
    WHEN tags.topics IS NOT NULL THEN tags.topics
    WHEN r.topics IS NOT NULL THEN []::VARCHAR[]
END AS topics
FROM retagged r LEFT JOIN (
    SELECT article_id, content_id,
        list(topic ORDER BY ruleset = $own, ruleset <> $own AND list_contains($below, topic),
            score DESC, topic) AS topics
    FROM internal.topics SEMI JOIN retagged USING (article_id, content_id) GROUP BY ALL
) tags USING (article_id, content_id)
"""

_LISTS = """
UPDATE articles SET topics = lists.topics, change_seq = $seq FROM lists
WHERE articles.article_id = lists.article_id AND articles.content_id = lists.content_id
    AND articles.topics IS DISTINCT FROM lists.topics;

UPDATE internal.past SET topics = lists.topics FROM lists
WHERE past.article_id = lists.article_id AND past.content_id = lists.content_id
    AND past.topics IS DISTINCT FROM lists.topics;
"""


class Rules(NamedTuple):
    """What the tags were made by: rows of `topics`, the version for `meta`, one's own name."""

    topics: Sequence[tuple[Any, ...]]
    version: str
    own: str


def retag(
    db: duckdb.DuckDBPyConnection,
    shards: list[str],
    part: Part,
    rules: Rules,
    batch_id: str,
    run_id: str,
    now: int,
) -> Retagged:
    """Put the tags of the shards in place of the stored ones, in one transaction.

    What the tags were goes to topic_history; change_seq moves on for articles whose topics are
    others now. DuckDB's errors pass through with everything rolled back.
    """
    with transaction(db):
        seq: int = one(db, "SELECT coalesce(max(seq), 0) + 1 FROM batches")[0]
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in shards)
        db.execute(
            "CREATE OR REPLACE TEMP VIEW retagged AS "
            f"SELECT article_id, content_id, topics FROM read_parquet([{listed}])"
        )
        below = [row[0] for row in rules.topics if row[3] is not None]  # with a broader topic
        values = {"seq": seq, "now": now, "topics": list(part.topics), "own": rules.own}
        values |= {"below": below}
        run_script(db, _TAGS, values)
        run_script(db, _SOME_LISTS if part.topics else _ALL_LISTS, values)
        run_script(db, _LISTS, values)
        set_topics(db, rules.topics)
        set_meta(db, {"topics": rules.version})
        db.execute(
            "INSERT INTO batches VALUES (?, ?, ?, make_timestamptz(?), 0, 0, 0, 0, 0, 0)",
            [batch_id, run_id, seq, now],
        )
        db.execute("UPDATE runs SET batches = batches + 1 WHERE run_id = ?", [run_id])
        return Retagged(
            *one(
                db,
                """
                SELECT (SELECT count(*) FROM retagged),
                    (SELECT count(*) FROM articles WHERE change_seq = ?),
                    (SELECT count(*) FROM come WHERE NOT stays),
                    (SELECT count(*) FROM gone WHERE NOT stays),
                    (SELECT count(*) FROM gone WHERE stays)
                """,
                [seq],
            )
        )
