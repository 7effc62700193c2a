"""One article with its evidence: what it repeats and where they differ, revisions, topics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import duckdb

from pipeline.query import printable

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_OTHERS = 10
_KEPT = 16  # unchanged words and spaces left standing on each side of a difference
_LONGEST_DIFF = 20_000  # words compared; difflib's time grows with their square


class NoArticle(LookupError):
    """No article, or more than one, fits what was asked for."""


def find(db: duckdb.DuckDBPyConnection, wanted: str) -> str:
    """The article_id for an id, the beginning of one, or a URL. NoArticle says what to do."""
    from sources.urls import canonical_url

    rows = db.execute(
        """
        SELECT article_id FROM articles WHERE article_id = $1 OR url = $1 OR canonical_url = $2
        UNION SELECT article_id FROM url_aliases WHERE url IN ($1, $2)
        UNION SELECT article_id FROM sightings WHERE source IN ($1, $3) OR guid = $1
        """,
        [wanted, canonical_url(wanted), str(Path(wanted).resolve())],
    ).fetchall()
    if not rows and re.fullmatch(r"[0-9a-f]{4,31}", wanted):
        rows = db.execute(
            "SELECT article_id FROM articles WHERE starts_with(article_id, ?)", [wanted]
        ).fetchall()
    if not rows:
        raise NoArticle(f"no article has the id, URL or source {wanted}")
    if len(rows) > 1:
        ids = ", ".join(row[0] for row in rows[:5])
        raise NoArticle(f"{len(rows)} articles fit {wanted}: {ids}{' …' if len(rows) > 5 else ''}")
    return str(rows[0][0])


def show(db: duckdb.DuckDBPyConnection, article_id: str, mark: Any) -> Iterator[str]:
    """Lines about one article. `mark(kind, text)` sets off what was added or removed."""
    article = _one(db, "SELECT * FROM articles WHERE article_id = ?", article_id)
    yield printable(article["title"] or "(no title)")
    for name in ("article_id", "url", "outlet", "agency", "place", "authors", "published_at"):
        if article[name]:
            value = article[name]
            yield f"  {name:<14}{printable(', '.join(value) if name == 'authors' else value)}"
    yield (
        f"  {'language':<14}{article['language']} (confidence {article['language_confidence']:.2f},"
        f" by {article['language_method']})"
    )
    yield from _sightings(db, article_id)
    yield from _topics(db, article_id)
    yield from _duplicates(db, article, mark)
    yield from _revisions(db, article_id, mark)


def _one(db: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> dict[str, Any]:
    return _all(db, sql, *values)[0]


def _all(db: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = db.execute(sql, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _sightings(db: duckdb.DuckDBPyConnection, article_id: str) -> Iterator[str]:
    rows = _all(
        db,
        "SELECT source, min(first_seen_at) AS seen FROM sightings WHERE article_id = ? "
        "GROUP BY source ORDER BY seen, source",
        article_id,
    )
    for row in rows[:_MOST_OTHERS]:
        yield f"  {'seen':<14}{row['seen']:%Y-%m-%d %H:%M:%S}Z in {printable(row['source'])}"
    if len(rows) > _MOST_OTHERS:
        yield f"  {'':<14}and {len(rows) - _MOST_OTHERS} more places"


def _topics(db: duckdb.DuckDBPyConnection, article_id: str) -> Iterator[str]:
    rows = _all(
        db,
        "SELECT topic, score, evidence FROM article_topics WHERE article_id = ? "
        "ORDER BY score DESC, topic",
        article_id,
    )
    for row in rows:
        words: dict[str, int] = {}
        for evidence in row["evidence"]:
            words[evidence["surface"]] = words.get(evidence["surface"], 0) + 1
        said = ", ".join(f"{w} ×{n}" if n > 1 else w for w, n in words.items())
        yield f"  {'topic':<14}{row['topic']} ({row['score']:.2f}): {printable(said)}"


def _duplicates(db: duckdb.DuckDBPyConnection, article: dict[str, Any], mark: Any) -> Iterator[str]:
    rows = _all(
        db,
        """
        SELECT p.kind, p.similarity, p.containment, p.contained_id, o.article_id, o.title, o.text,
            o.outlet, o.published_at, o.article_id = $2 AS is_original
        FROM duplicate_pairs p
        JOIN articles o
            ON o.article_id = CASE WHEN p.article_id = $1 THEN p.other_id ELSE p.article_id END
        WHERE $1 IN (p.article_id, p.other_id)
        ORDER BY is_original DESC, similarity DESC, o.article_id
        """,
        article["article_id"],
        article["duplicate_of"],
    )
    if article["duplicate_of"]:
        yield ""
        yield (
            f"repeats {article['duplicate_of']} ({article['duplicate_kind']}, similarity "
            f"{article['duplicate_similarity']:.2f}), one of {article['group_size']} in its group"
        )
    elif article["group_size"] > 1:
        yield ""
        yield f"the original of its group of {article['group_size']}"
    for row in rows[:_MOST_OTHERS]:
        relation = {"exact": "the same as", "near": "nearly the same as"}.get(
            row["kind"],
            "an excerpt of" if row["contained_id"] == article["article_id"] else "excerpted by",
        )
        when = f", {row['published_at']:%Y-%m-%d %H:%M}Z" if row["published_at"] else ""
        yield ""
        yield (
            f"{relation} {row['article_id']} {printable(row['outlet'] or '')}{when}: similarity "
            f"{row['similarity']:.2f}, containment {row['containment']:.2f}"
        )
        yield f"  {printable(row['title'] or '(no title)')}"
        if row["kind"] != "exact":
            yield f"  {differences(row['text'] or '', article['text'] or '', mark)}"
    if len(rows) > _MOST_OTHERS:
        yield f"and {len(rows) - _MOST_OTHERS} more: see duplicate_pairs"


def _revisions(db: duckdb.DuckDBPyConnection, article_id: str, mark: Any) -> Iterator[str]:
    rows = _all(db, "SELECT * FROM revisions WHERE article_id = ? ORDER BY revision", article_id)
    for before, after in zip(rows, rows[1:], strict=False):
        yield ""
        yield (
            f"revision {after['revision']}, first seen {after['first_seen_at']:%Y-%m-%d %H:%M:%S}Z,"
            f" changed {', '.join(after['changed']) or 'nothing that shows'}"
        )
        for field in ("title", "text"):
            if before[field] != after[field]:
                difference = differences(before[field] or "", after[field] or "", mark)
                yield f"  {field}: {difference}"


def differences(old: str, new: str, mark: Any) -> str:
    """`new` against `old`, word by word, removed and added words marked, sameness shortened."""
    a, b = _WORDS.findall(old)[:_LONGEST_DIFF], _WORDS.findall(new)[:_LONGEST_DIFF]
    parts: list[str] = []
    codes = SequenceMatcher(None, a, b, autojunk=len(a) > 2000).get_opcodes()
    for place, (tag, a0, a1, b0, b1) in enumerate(codes):
        if tag == "equal":
            before = _KEPT if place > 0 else 0
            after = _KEPT if place < len(codes) - 1 else 0
            parts.append(printable(_shortened(b[b0:b1], before, after)))
            continue
        if a1 > a0:
            parts.append(mark("removed", printable("".join(a[a0:a1]))))
        if b1 > b0:
            parts.append(mark("added", printable("".join(b[b0:b1]))))
    return "".join(parts)


def _shortened(words: list[str], before: int, after: int) -> str:
    """The first and last words of a stretch that did not change, and a gap between them."""
    if len(words) <= before + after + 2:
        return "".join(words)
    return "".join(words[:before]) + " … " + "".join(words[len(words) - after :])
