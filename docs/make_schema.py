"""Writes docs/schema.md from the comments of an empty store: `python docs/make_schema.py`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from sinks import store
from sources.reasons import REASONS
from transforms.versions import versions

TARGET = Path(__file__).with_name("schema.md")

# Those that people ask for first come first; the order within a table is the table's own.
TABLES = [
    *("articles", "sightings", "revisions", "duplicate_pairs", "article_topics", "topics"),
    "topic_history",
    *("rejects", "runs", "batches", "url_aliases", "outlets", "meta"),
    *("feeds", "feed_health", "completeness", "arrivals", "pages", "fetches"),
    *("originals", "daily_topics", "topic_pairs", "rising_topics", "outlet_overlap"),
]

HEAD = """\
<!-- Written by docs/make_schema.py from the comments in the store. Change those, not this. -->

# The store

One DuckDB file. Any program that reads DuckDB 1.5 files can open it; the same comments are in the
file itself (`newsbeam query "FROM duckdb_columns()"`).

Names on this page are stable: a later version adds to them and does not take away. What is a
table and what is a view may change, and so may everything in the schema `internal`.

- Times are `TIMESTAMP WITH TIME ZONE`. A program shows them in its session's zone;
  `newsbeam query` shows UTC. `published_on` is the day in UTC, whatever the session.
- `article_id`, `content_id` and `text_id` are 32 hex digits, hashes of what was received: the same
  input has the same ids in every store. `run_id` and `store_id` are random.
- NULL means "not stated" or "not known". An empty list means "none".
"""

META = {
    "schema_version": "The number of the last migration in `sinks/migrations`.",
    "store_id": "Made at random with the store.",
    "created_at": "When the store was made (UTC).",
    "fingerprint": "Version of ids, LSH keys and 3-grams. Fixed for the life of a store.",
    "language": "Version of the language detection.",
    "topics": "Name and version of the topic rules.",
    "near_similarity": "Least similarity of near copies. Fixed for the life of a store.",
    "excerpt_containment": "Least containment of excerpts. Fixed for the life of a store.",
    "template_texts": "A key that more texts than this share proves nothing. Fixed likewise.",
}


def page() -> str:
    """The whole of docs/schema.md, as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        store.prepare(path, now=0)
        with store.connect(path, read_only=True) as db:
            return "\n".join([HEAD, *_tables(db), *_reasons(), *_meta(db)])


def _tables(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    comments = _comments(db, "main")
    if sorted(comments) != sorted(TABLES):
        raise ValueError(f"name them in TABLES: {sorted({*comments} ^ {*TABLES})}")
    for name in TABLES:
        kind, comment = comments[name]
        yield f"## {name}\n\n{comment} ({kind}.)\n"
        if name == "originals":
            yield "The columns are those of [articles](#articles).\n"
            continue
        columns = db.execute(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name = ? ORDER BY column_index",
            [name],
        ).fetchall()
        yield "| column | type | meaning |\n|---|---|---|"
        for column, type_, nullable, meaning in columns:
            # Views do not know what is never NULL in them.
            null = ", may be NULL" if nullable and kind == "table" else ""
            yield f"| `{column}` | {_cell(type_)}{null} | {_cell(meaning)} |"
        yield ""
    yield "## Inside\n\nTables of the schema `internal`. Do not build on them.\n"
    yield "| table | holds |\n|---|---|"
    for name, (_, comment) in sorted(_comments(db, "internal").items()):
        yield f"| `internal.{name}` | {_cell(comment)} |"
    yield ""


def _comments(db: duckdb.DuckDBPyConnection, schema: str) -> dict[str, tuple[str, str]]:
    rows = db.execute(
        "SELECT table_name, 'table', comment FROM duckdb_tables() WHERE schema_name = $1 "
        "UNION ALL SELECT view_name, 'view', comment FROM duckdb_views() "
        "WHERE schema_name = $1 AND NOT internal",
        [schema],
    ).fetchall()
    return {name: (kind, comment) for name, kind, comment in rows}


def _reasons() -> Iterator[str]:
    yield "## Reasons\n\nThe values of `rejects.reason`. Where `kept` is true the item was taken.\n"
    yield "| reason | stage | meaning |\n|---|---|---|"
    for name, reason in REASONS.items():
        yield f"| `{name}` | {reason.stage} | {_cell(reason.meaning)} |"
    yield ""


def _meta(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    keys = {*store.get_meta(db), *versions()}
    if keys != set(META):
        raise ValueError(f"explain them in META: {sorted(keys ^ set(META))}")
    yield "## Versions and settings\n\nThe keys of `meta`.\n"
    yield "| key | meaning |\n|---|---|"
    for key, meaning in META.items():
        yield f"| `{key}` | {meaning} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
