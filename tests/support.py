"""What several tests need: articles made by hand, batches put together, stores compared."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipeline.facts import MATCHER
from records import Article, Detection, Reject
from sinks import shards, store
from sinks.commit import Counts, commit
from sinks.manifest import Manifest, write_manifest
from sinks.matching import Matcher
from sources.identity import identified
from transforms.duplicates import candidates_among
from transforms.fingerprint import fingerprint
from transforms.versions import versions

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOON = 1_717_243_200 * SECOND  # 2024-06-01 12:00 UTC


def moment(stated: str) -> int:
    """Microseconds since 1970 of an ISO date or time, in UTC where it names no zone."""
    found = datetime.fromisoformat(stated)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return round((found - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * SECOND


def words(start: int, count: int, stem: str = "w") -> str:
    """`count` different words, the same ones for the same numbers."""
    return " ".join(f"{stem}{number}" for number in range(start, start + count))


def article(name: str, text: str | None, seen_at: int = NOON, **fields: Any) -> Article:
    """An article at https://NAME.example/, met in /NAME.jsonl, worked out like any other."""
    values: dict[str, Any] = {"source": f"/{name}.jsonl", "url": f"https://{name}.example/a"}
    return worked_out(
        identified(
            Article(article_id="", document_id=0, seen_at=seen_at, text=text, **values | fields)
        )
    )


def worked_out(received: Article) -> Article:
    """Ids and keys as the pipeline makes them; language and topics that cost nothing."""
    return received._replace(
        detection=Detection("en", 0.9, "vote"),
        fingerprint=fingerprint(received.title, received.text),
        topics=(),
    )


def article_id(name: str) -> str:
    """The id of article(NAME, ...)."""
    return article(name, None, title="t").article_id


def candidates(articles: Iterable[Article]) -> list[tuple[str, str]]:
    """The candidates within a batch, as FindCandidates finds them, without a pipeline."""
    keys = {
        each.fingerprint.text_id: each.fingerprint.keys
        for each in articles
        if each.fingerprint and each.fingerprint.text_id and each.fingerprint.keys
    }
    return candidates_among(keys)


def spool_batch(
    folder: Path,
    articles: Sequence[Article] = (),
    rejects: Sequence[Reject] = (),
    known: Sequence[Article] = (),
    known_to: str | None = None,
    queue_pages: bool = True,
    **polled: Sequence[Any],
) -> Manifest:
    """A complete batch in `folder`, its name its id; `polled` are feeds, fetches, pages, hosts."""
    folder.mkdir(parents=True)
    kinds = {
        shards.ARTICLES: articles,
        shards.KNOWN: known,
        shards.CANDIDATES: candidates(articles),
        shards.REJECTS: rejects,
        **polled,
    }
    named: dict[str, dict[str, int]] = {kind: {} for kind in kinds}
    for kind, rows_ in kinds.items():
        if rows_:
            shards.write_shard(folder / f"{kind}-1.parquet", kind, rows_)
            named[kind][f"{kind}-1.parquet"] = len(rows_)
    manifest = Manifest(folder.name, folder, versions(), known_to, named, queue_pages)
    write_manifest(manifest)
    return manifest


@cache
def _empty_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        store.prepare(Path(folder) / "empty.duckdb", now=NOON)
        return (Path(folder) / "empty.duckdb").read_bytes()


class Store:
    """A store in a folder, to which batches are committed one after another."""

    def __init__(self, folder: Path, matcher: Matcher = MATCHER) -> None:
        self.path = folder / "news.duckdb"
        self._folder = folder / "batches"
        self._matcher = matcher
        self._number = 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(_empty_store())

    def spool(self, *articles: Article, **kinds: Any) -> Manifest:
        """The next batch, not yet committed."""
        self._number += 1
        return spool_batch(self._folder / f"batch-{self._number}", articles, **kinds)

    def commit(
        self, manifest: Manifest, run_id: str | None = None, now: int = NOON
    ) -> Counts | None:
        with contextlib.closing(store.connect(self.path)) as db:
            return commit(db, manifest, self._matcher, run_id, now)

    def add(self, *articles: Article, now: int = NOON, **kinds: Any) -> Counts:
        """Commit articles (and rejects=, known=, feeds=, …) as one batch."""
        counts = self.commit(self.spool(*articles, **kinds), now=now)
        assert counts is not None
        return counts

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(store.connect(self.path, read_only=True)) as db:
            return db.execute(sql, list(values)).fetchall()

    def one(self, name: str, columns: str) -> Any:
        """Columns of the row of article(NAME, ...): a tuple, or the value where it is one."""
        [row] = self.ask(f"SELECT {columns} FROM articles WHERE article_id = ?", article_id(name))
        return row[0] if len(row) == 1 else row


# What a store says, whatever the order it came in. Left out: the account, store_id, created_at,
# and what polls left (feeds, fetches, pages, hosts, arrivals), which is about when and how.
_CONTENTS = (
    {
        "articles": "SELECT * EXCLUDE (change_seq) FROM articles",
        "originals": "SELECT * EXCLUDE (change_seq) FROM originals",
        "meta": "SELECT * FROM meta WHERE key NOT IN ('store_id', 'created_at')",
        "texts": "SELECT text_id FROM internal.texts",
        "keys": "SELECT key, text_id FROM internal.keys JOIN internal.texts USING (text_no)",
    }
    | {
        name.removeprefix("internal."): f"SELECT * FROM {name}"
        for name in (
            "sightings revisions duplicate_pairs article_topics topics rejects url_aliases outlets"
            " daily_topics topic_pairs rising_topics outlet_overlap internal.past"
            " internal.contents internal.documents internal.pairs"
        ).split()
    }
    | {"topics_of_revisions": "SELECT * FROM internal.topics"}
)


def rows(path: Path, without: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact of a store that must not depend on how it came about, sorted."""
    with contextlib.closing(store.connect(path, read_only=True)) as db:
        return {
            name: db.execute(f"SELECT * FROM ({sql}) ORDER BY ALL").fetchall()
            for name, sql in _CONTENTS.items()
            if name not in without
        }


def differences(left: dict[str, list[Any]], right: dict[str, list[Any]]) -> dict[str, Any]:
    """Per table that differs: how many rows only one side has, and the first of each."""
    found = {}
    for name in left:
        if left[name] != right[name]:
            ours, theirs = set(map(repr, left[name])), set(map(repr, right[name]))
            found[name] = (
                len(left[name]),
                len(right[name]),
                sorted(ours - theirs)[:2],
                sorted(theirs - ours)[:2],
            )
    return found


# Tables and what must be unique in each: there are no primary keys to see to it.
KEYS = {
    "articles": "article_id",
    "sightings": "article_id, content_id, source, feed, guid, outlet",
    "internal.past": "article_id, content_id",
    "internal.contents": "article_id, content_id",
    "internal.documents": "document_id",
    "internal.texts": "text_id",
    "(SELECT text_no FROM internal.texts)": "text_no",
    "internal.keys": "key, text_no",
    "internal.pairs": "text_id, other_id",
    "internal.topics": "article_id, content_id, topic",
    "topics": "topic",
    "topic_history": "article_id, content_id, topic, replaced_seq",
    "rejects": "reject_id",
    "url_aliases": "url, article_id, kind",
    "batches": "batch_id",
    "(SELECT seq FROM batches)": "seq",
    "runs": "run_id",
    "meta": "key",
    "feeds": "url",
    "fetches": "kind, url, requested_at",
    "internal.pages": "article_id",
    "internal.hosts": "origin",
    "internal.arrivals": "article_id",
}


def not_unique(path: Path) -> list[str]:
    """The tables in which a key occurs twice."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as db:
        return [
            table
            for table, key in KEYS.items()
            if db.execute(
                f"SELECT 1 FROM {table} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
            ).fetchone()
        ]
