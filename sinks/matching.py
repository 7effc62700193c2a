"""Texts of the batch against every text stored: candidates by shared keys, verified exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from records import DuplicatePair
from sinks import shards
from sinks.keyscan import KeyScan
from sinks.manifest import Manifest
from sinks.staging import incoming, run_script
from sinks.store import one


class Matcher(NamedTuple):
    """How texts are compared: handed in, because analysis lives in transforms."""

    prepare: Callable[[dict[str, str]], dict[str, Any]]  # texts by id -> what the other two take
    compare: Callable[[Any, Any], DuplicatePair | None]
    similarity: Callable[[Any, Any], float]
    candidate_weight: int  # least weight of shared keys: an odd key weighs 2, an even one 1
    template_texts: int  # a key that more distinct texts hold proves nothing


_PAIRS_A_STEP = 5_000  # pairs verified at once: their 3-grams take about 40 MB

_REGISTER = """
CREATE OR REPLACE TEMP TABLE old_texts AS
SELECT replace(text_id::VARCHAR, '-', '') AS text_id
FROM internal.texts SEMI JOIN (SELECT text_id::UUID AS text_id FROM chosen WHERE keyed)
USING (text_id);

CREATE OR REPLACE TEMP TABLE new_texts AS
SELECT text_id, row_no, $base + row_number() OVER () AS text_no
FROM (SELECT text_id, min(row_no) AS row_no FROM chosen WHERE keyed GROUP BY text_id)
ANTI JOIN old_texts USING (text_id);
"""

_KEYS = """
CREATE OR REPLACE TEMP TABLE new_keys AS
SELECT unnest(i.keys) AS key, t.text_no FROM incoming i JOIN new_texts t USING (row_no);
"""

_CANDIDATES = """
-- Within the batch, unless both texts were compared before; and with all that is stored.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT DISTINCT c.text_id, c.other_id FROM incoming_candidates c
WHERE c.text_id IN (SELECT text_id FROM new_texts) OR c.other_id IN (SELECT text_id FROM new_texts)
UNION
SELECT least(n.text_id, o.text_id), greatest(n.text_id, o.text_id)
FROM (
    SELECT n.text_no AS new_no, o.text_no AS old_no
    FROM new_keys n JOIN old_keys o USING (key) ANTI JOIN templates USING (key)
    GROUP BY ALL HAVING sum(1 + (key & 1)) >= $candidate_weight
) c
JOIN new_texts n ON n.text_no = c.new_no
JOIN (
    SELECT text_no, replace(text_id::VARCHAR, '-', '') AS text_id FROM internal.texts
) o ON o.text_no = c.old_no;

INSERT INTO internal.texts BY NAME SELECT text_no, text_id FROM new_texts;
INSERT INTO internal.keys BY NAME SELECT key, text_no FROM new_keys;

CREATE OR REPLACE TEMP TABLE new_pairs AS FROM internal.pairs LIMIT 0;
CREATE OR REPLACE TEMP TABLE withdrawn AS SELECT text_id, other_id FROM new_pairs;
"""

# Pairs that rest on templates alone. Only pairs whose two texts both hold one of the keys that
# are templates now can have changed: new pairs, and old ones where a key has just crossed.
_WITHDRAW = """
CREATE OR REPLACE TEMP TABLE suspects AS
WITH holders AS (
    SELECT replace(t.text_id::VARCHAR, '-', '') AS text_id, k.text_no, k.key, templates.crossed
    FROM internal.keys k
    JOIN templates USING (key)
    JOIN internal.texts t USING (text_no)
)
SELECT DISTINCT p.text_id, p.other_id, a.text_no AS a, b.text_no AS b
FROM internal.pairs p
JOIN holders a ON a.text_id = p.text_id
JOIN holders b ON b.text_id = p.other_id AND b.key = a.key
LEFT JOIN new_pairs n ON n.text_id = p.text_id AND n.other_id = p.other_id
WHERE a.crossed OR n.text_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE shared AS
SELECT s.a, s.b, x.key
FROM suspects s
JOIN internal.keys x ON x.text_no = s.a
JOIN internal.keys y ON y.text_no = s.b AND y.key = x.key;

CREATE OR REPLACE TEMP TABLE withdrawn AS
SELECT s.text_id, s.other_id
FROM suspects s
LEFT JOIN (
    SELECT a, b, sum(1 + (key & 1)) AS weight
    FROM shared ANTI JOIN (
        SELECT key FROM internal.keys SEMI JOIN shared USING (key)
        GROUP BY key HAVING count(*) > $template_texts
    ) USING (key)
    GROUP BY ALL
) w USING (a, b)
WHERE coalesce(w.weight, 0) < $candidate_weight;

DELETE FROM internal.pairs USING withdrawn
WHERE pairs.text_id = withdrawn.text_id AND pairs.other_id = withdrawn.other_id;
"""

_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed_texts AS
SELECT text_id FROM new_pairs UNION SELECT other_id FROM new_pairs
UNION SELECT text_id FROM withdrawn UNION SELECT other_id FROM withdrawn
"""

# Where the articles are that have a text: `articles` is looked through once for all texts that
# the batch is compared with, and again only for those that turn up later. By the id alone: whatever
# else is asked for here is unpacked for all articles.
_NOWHERE = """
CREATE OR REPLACE TEMP TABLE sought AS SELECT text_id FROM chosen LIMIT 0;

CREATE OR REPLACE TEMP TABLE located AS
SELECT rowid AS stored_row, text_id FROM articles LIMIT 0;
"""

_COMPARED = """
SELECT text_id FROM candidates UNION SELECT other_id FROM candidates
UNION SELECT text_id FROM chosen UNION SELECT text_id FROM old_articles
"""

_LOCATE = """
CREATE OR REPLACE TEMP TABLE missing AS
SELECT DISTINCT text_id FROM ({texts}) ANTI JOIN sought USING (text_id) WHERE text_id IS NOT NULL;

INSERT INTO sought FROM missing;

INSERT INTO located
SELECT rowid, text_id
FROM articles SEMI JOIN (FROM missing WHERE length(text_id) > 0) USING (text_id);
"""

# One raw text for each text id: any that normalises to it serves. Rows of the batch are read
# rather than stored ones, which have to be unpacked.
_TEXTS = """
CREATE OR REPLACE TEMP TABLE received AS
SELECT text_id, min(row_no) AS row_no FROM staged SEMI JOIN wanted USING (text_id) GROUP BY text_id;

CREATE OR REPLACE TEMP TABLE current AS
SELECT text_id, max(stored_row) AS stored_row
FROM located SEMI JOIN wanted USING (text_id) ANTI JOIN received USING (text_id) GROUP BY text_id;

CREATE OR REPLACE TEMP TABLE elsewhere AS
FROM wanted ANTI JOIN received USING (text_id) ANTI JOIN current USING (text_id);

SELECT text_id, coalesce(text, title) FROM incoming SEMI JOIN received USING (row_no)
UNION ALL
SELECT text_id, coalesce(text, title)
FROM articles SEMI JOIN (FROM current WHERE stored_row % 2 < 2) c ON articles.rowid = c.stored_row
UNION ALL
SELECT text_id, any_value(coalesce(text, title))
FROM internal.past SEMI JOIN elsewhere USING (text_id) GROUP BY text_id
"""


def match(
    db: duckdb.DuckDBPyConnection, manifest: Manifest, matcher: Matcher, scan: KeyScan
) -> None:
    """Register the batch's texts and keys, add and withdraw pairs.

    Leaves the temporary table changed_texts: the texts whose pairs changed.
    """
    parameters = {
        "template_texts": matcher.template_texts,
        "candidate_weight": matcher.candidate_weight,
    }
    base = one(db, "SELECT coalesce(max(text_no), 0) FROM internal.texts")[0]
    db.execute(_REGISTER, {"base": base})
    incoming(db, manifest, shards.CANDIDATES, "incoming_candidates")
    db.execute(_KEYS)
    scan.find(db, manifest, base)
    _find_templates(db, matcher.template_texts)
    run_script(db, _CANDIDATES, parameters)
    db.execute(_NOWHERE)
    locate(db, _COMPARED)
    candidates = db.execute("SELECT text_id, other_id FROM candidates ORDER BY ALL").fetchall()
    for start in range(0, len(candidates), _PAIRS_A_STEP):
        _add_pairs(db, _verify(db, candidates[start : start + _PAIRS_A_STEP], matcher))
    if one(db, "SELECT count(*) FROM templates")[0]:
        run_script(db, _WITHDRAW, parameters)
    db.execute(_CHANGED)


def _find_templates(db: duckdb.DuckDBPyConnection, most: int) -> None:
    """Make the temporary table templates: keys that more than `most` texts hold now.

    By counting outside of DuckDB, where grouping 700,000 keys takes ten times as long: first by
    their lower bits, then those keys alone that share them with many.
    """
    new, old = (
        db.execute(f"SELECT key FROM {table}").fetchnumpy()["key"].astype(np.uint64, copy=False)
        for table in ("new_keys", "old_keys")
    )
    keys = np.concatenate([new, old])
    bits = keys.view(np.uint16)[::4]  # the lowest: counts of so few stay in a core's cache
    often = np.bincount(bits, minlength=2**16) > most
    keys = np.sort(keys[often[bits]])
    found = np.unique(keys[most:][keys[most:] == keys[:-most]])
    old = np.sort(old[np.isin(old, found)])
    held = np.searchsorted(old, found, "right") - np.searchsorted(old, found)
    db.register("found", pa.table({"key": found, "crossed": held <= most}))
    db.execute("CREATE OR REPLACE TEMP TABLE templates AS FROM found")
    db.unregister("found")


def locate(db: duckdb.DuckDBPyConnection, texts: str) -> None:
    """See to it that the temporary table located has every article with a text of this query."""
    db.execute(_LOCATE.format(texts=texts))


def texts(
    db: duckdb.DuckDBPyConnection, text_ids: Iterable[str], matcher: Matcher
) -> dict[str, Any]:
    """Prepared texts by id, of the store and the batch. All of them were located before."""
    db.register("ids", pa.table({"text_id": pa.array(sorted(set(text_ids)), pa.string())}))
    db.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM ids")
    db.unregister("ids")
    return matcher.prepare(dict(db.execute(_TEXTS).fetchall()))


def _verify(
    db: duckdb.DuckDBPyConnection, candidates: Sequence[tuple[str, str]], matcher: Matcher
) -> list[DuplicatePair]:
    prepared = texts(db, (text_id for pair in candidates for text_id in pair), matcher)
    compared = (matcher.compare(prepared[a], prepared[b]) for a, b in candidates)
    return [pair for pair in compared if pair]


def _add_pairs(db: duckdb.DuckDBPyConnection, pairs: list[DuplicatePair]) -> None:
    if not pairs:
        return
    db.register("verified", shards.pairs_table(pairs))
    db.execute("INSERT INTO internal.pairs BY NAME SELECT * FROM verified")
    db.execute("INSERT INTO new_pairs BY NAME SELECT * FROM verified")
    db.unregister("verified")
