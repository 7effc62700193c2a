"""Groups: connected components of exact and near copies among current texts.

A group's original is the article with the least (effective time, article_id). The effective time
is the published time where it is plausible (1990 to first seen + 1 day; a bare day counts as its
end), else first seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import duckdb
import pyarrow as pa

from sinks.matching import Matcher, locate, texts

_AFFECTED = """
-- The articles of the batch as they will be.
CREATE OR REPLACE TEMP TABLE batch_narrow AS
SELECT s.article_id, b.text_id, b.published_at, b.published_precision, s.first_seen_at,
    NULL::BIGINT AS stored_row
FROM standing s JOIN staged b USING (row_no) WHERE s.origin = 'staged'
UNION ALL
SELECT s.article_id, p.text_id, p.published_at, p.published_precision, s.first_seen_at, NULL
FROM standing s JOIN recalled p USING (article_id)
UNION ALL
SELECT s.article_id, a.text_id, a.published_at, a.published_precision, s.first_seen_at,
    a.stored_row
FROM standing s JOIN old_articles a USING (article_id) WHERE s.origin = 'stored';

CREATE OR REPLACE TEMP TABLE affected AS
SELECT text_id FROM changed_texts
UNION SELECT text_id FROM batch_narrow WHERE text_id IS NOT NULL
UNION SELECT old_text_id FROM standing WHERE old_text_id IS NOT NULL;

-- A text that is current again brings its old pairs along: they are new to nobody but its group.
CREATE OR REPLACE TEMP TABLE again AS
SELECT DISTINCT text_id FROM batch_narrow ANTI JOIN new_texts USING (text_id)
WHERE text_id IS NOT NULL;

INSERT INTO affected
SELECT other_id FROM internal.pairs p SEMI JOIN again USING (text_id) WHERE kind = 'near'
UNION
SELECT p.text_id FROM internal.pairs p SEMI JOIN again a ON a.text_id = p.other_id
WHERE kind = 'near';
"""

_MEMBERS = """
-- Groups are re-made whole: an affected text may join two of them or part one.
CREATE OR REPLACE TEMP TABLE affected_groups AS
SELECT group_id FROM articles SEMI JOIN (
    SELECT stored_row FROM located SEMI JOIN affected USING (text_id) WHERE stored_row % 2 < 2
) l ON articles.rowid = l.stored_row
UNION SELECT group_id FROM old_articles SEMI JOIN standing USING (article_id);

CREATE OR REPLACE TEMP TABLE members AS
WITH narrow AS (
    FROM batch_narrow
    UNION ALL BY NAME
    SELECT article_id, text_id, published_at, published_precision, first_seen_at,
        rowid AS stored_row
    FROM articles SEMI JOIN (FROM affected_groups WHERE length(group_id) > 0) USING (group_id)
    ANTI JOIN batch_narrow USING (article_id)
)
SELECT n.article_id, n.text_id,
    CASE
        WHEN epoch_us(n.published_at) >= 631152000000000  -- 1990-01-01
            AND epoch_us(n.published_at) <= epoch_us(n.first_seen_at) + 86400000000
        THEN epoch_us(n.published_at)
            + CASE WHEN n.published_precision = 'day' THEN 86399999999 ELSE 0 END
        ELSE epoch_us(n.first_seen_at)
    END AS effective,
    n.stored_row
FROM narrow n;

CREATE OR REPLACE TEMP TABLE edges AS
SELECT p.text_id, p.other_id, p.similarity, p.kind = 'near' AS near
FROM internal.pairs p
SEMI JOIN members a ON a.text_id = p.text_id
SEMI JOIN members b ON b.text_id = p.other_id;

-- The texts of groups of more than one.
CREATE OR REPLACE TEMP TABLE linked AS
SELECT text_id FROM edges WHERE near UNION SELECT other_id FROM edges WHERE near
UNION SELECT text_id FROM members GROUP BY text_id HAVING count(*) > 1;
"""

_LINKED = "SELECT article_id, text_id, effective FROM members SEMI JOIN linked USING (text_id)"

_LOCATED = """
INSERT INTO located
SELECT stored_row, text_id FROM members SEMI JOIN linked USING (text_id)
WHERE stored_row IS NOT NULL
"""

_GROUPED = """
CREATE OR REPLACE TEMP TABLE grouped AS
SELECT g.*, m.stored_row FROM grouping g JOIN members m USING (article_id)
UNION ALL
SELECT article_id, NULL, NULL, NULL, article_id, 1, stored_row
FROM members ANTI JOIN linked USING (text_id)
"""


class _Member(NamedTuple):
    article_id: str
    text_id: str
    effective: int


def regroup(db: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """Make the temporary table grouped: the group columns of every article that may have moved."""
    db.execute(_AFFECTED)
    locate(db, "FROM affected")
    db.execute(_MEMBERS)
    members = [_Member(*row) for row in db.execute(_LINKED).fetchall()]
    edges = db.execute("FROM edges").fetchall()
    similarity = {(a, b): score for a, b, score, _ in edges}
    components = _components(members, [(a, b) for a, b, _, near in edges if near])
    rows: list[_Place] = []
    for group in components:
        original = min(group, key=lambda member: (member.effective, member.article_id))
        rows += [_Place(member, original, len(group)) for member in group]
    chained = {row.texts for row in rows if row.kind == "near" and row.texts not in similarity}
    similarity |= _similarities(db, chained, matcher)
    _write(db, rows, similarity)


class _Place(NamedTuple):
    """A member's place in its group."""

    member: _Member
    original: _Member
    size: int

    @property
    def kind(self) -> str | None:
        if self.member is self.original:
            return None
        return "exact" if self.member.text_id == self.original.text_id else "near"

    @property
    def texts(self) -> tuple[str, str]:
        first, second = sorted((self.member.text_id, self.original.text_id))
        return first, second

    def similarity(self, known: dict[tuple[str, str], float]) -> float | None:
        """The exact Jaccard index with the original; None for the original itself."""
        return {None: None, "exact": 1.0, "near": known.get(self.texts)}[self.kind]


def _components(members: Iterable[_Member], near: Iterable[tuple[str, str]]) -> list[list[_Member]]:
    """Members joined by their text or by near pairs of texts."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while (above := parent.get(node, node)) != node:
            parent[node] = parent.get(above, above)  # halve the path
            node = above
        return node

    for a, b in near:
        root_a, root_b = root(a), root(b)
        if root_a != root_b:
            parent[root_a] = root_b
    groups: dict[str, list[_Member]] = defaultdict(list)
    for member in members:
        groups[root(member.text_id)].append(member)
    return list(groups.values())


_TEXTS_A_STEP = 10_000  # texts held at once; a chain that long is one template short of spam


def _similarities(
    db: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]], matcher: Matcher
) -> dict[tuple[str, str], float]:
    """Exact similarities of texts that only a chain connects."""
    ordered = sorted(set(pairs))
    found = {}
    if ordered:
        db.execute(_LOCATED)
    for start in range(0, len(ordered), _TEXTS_A_STEP):
        step = ordered[start : start + _TEXTS_A_STEP]
        prepared = texts(db, (text_id for pair in step for text_id in pair), matcher)
        for a, b in step:
            found[a, b] = matcher.similarity(prepared[a], prepared[b])
    return found


def _write(
    db: duckdb.DuckDBPyConnection, rows: list[_Place], similarity: dict[tuple[str, str], float]
) -> None:
    originals = [None if row.kind is None else row.original.article_id for row in rows]
    table = pa.table(
        {
            "article_id": pa.array([row.member.article_id for row in rows], pa.string()),
            "duplicate_of": pa.array(originals, pa.string()),
            "duplicate_kind": pa.array([row.kind for row in rows], pa.string()),
            "duplicate_similarity": pa.array(
                [row.similarity(similarity) for row in rows], pa.float64()
            ),
            "group_id": pa.array([row.original.article_id for row in rows], pa.string()),
            "group_size": pa.array([row.size for row in rows], pa.int32()),
        }
    )
    db.register("grouping", table)
    db.execute(_GROUPED)
    db.unregister("grouping")
