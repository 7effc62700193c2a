"""One scan of the stored keys for several batches.

Which stored texts hold the keys of a batch is the one question of a commit that takes longer the
more is stored: keys are random numbers, and no order of them would let ten thousand texts pass
over any part of them. So a scan also looks for the keys of the batches that wait behind, and what
it found is kept for their turn. Keys are only ever added, under growing text numbers: what a scan
found up to one number, and what was added beyond it, is what a new scan would find.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from sinks.manifest import Manifest
from sinks.shards import ARTICLES

MOST_AHEAD = 7  # batches: with more the keys looked for no longer fit into a core's cache
# A scan of the keys of so many texts costs a tenth of a batch's work: below it is not worth
# keeping the batch in hand back.
TEXTS_A_BATCH_AHEAD = 250_000
_MOST_KEPT = 4_000_000  # keys found, 12 bytes each; of more nothing is kept

# What is joined with has a filter, though one that always holds: DuckDB 1.5 takes that as a
# reason to test the keys with a Bloom filter first, for a third of the time. The cast keeps it from
# widening the column instead, and from reading every row group to compare it.
_SCAN = """
CREATE OR REPLACE TEMP TABLE old_keys AS
SELECT key, text_no FROM internal.keys
SEMI JOIN (FROM new_keys WHERE key % 2 < 2) USING (key)
WHERE text_no > $upto::UINTEGER
"""

_SCAN_AHEAD = """
CREATE OR REPLACE TEMP TABLE found_keys AS
SELECT key, text_no FROM internal.keys
SEMI JOIN (
    SELECT key FROM new_keys WHERE key % 2 < 2 UNION ALL SELECT key FROM keys_ahead
) USING (key)
"""

_OF_FOUND = """
INSERT INTO old_keys
SELECT key, text_no FROM found_keys SEMI JOIN (FROM new_keys WHERE key % 2 < 2) USING (key)
"""


class KeyScan:
    """What the last scan found. For one store, for as long as nobody else takes its place."""

    def __init__(self) -> None:
        self.texts = 0  # stored when keys were last looked for
        self.most = MOST_AHEAD  # batches that it looks ahead for: half as many after too much
        self._shards: frozenset[str] = frozenset()  # whose keys the last scan looked for
        self._upto = 0  # the greatest text number that it looked at
        self._found: pa.Table | None = None
        self._ahead: frozenset[str] = frozenset()  # whose keys the next one is to look for
        self._batches = 0  # how many these are

    def covers(self, batch: Manifest) -> bool:
        """Whether the last scan has looked for the keys of a batch."""
        return self._found is not None and self._shards.issuperset(batch.paths(ARTICLES))

    def expect(
        self, db: duckdb.DuckDBPyConnection, batch: Manifest, waiting: Sequence[Manifest]
    ) -> None:
        """Before the transaction of `batch`: have its scan, if it needs one, look ahead."""
        self._ahead = frozenset()
        waiting = waiting[: self.most]
        paths = [path for each in waiting for path in each.paths(ARTICLES)]
        if self.covers(batch) or not paths:
            return
        # A shard that cannot be read is for its own batch to tell.
        with contextlib.suppress(duckdb.Error):
            db.execute(
                "CREATE OR REPLACE TEMP TABLE keys_ahead AS "
                "SELECT unnest(keys) AS key FROM read_parquet(?)",
                [paths],
            )
            self._ahead = frozenset(paths)
            self._batches = len(waiting)

    def find(self, db: duckdb.DuckDBPyConnection, batch: Manifest, texts: int) -> None:
        """Make the temporary table old_keys: what is stored of the keys in new_keys.

        `texts` is the greatest text number that is stored.
        """
        self.texts = texts
        upto = 0
        if self.covers(batch):
            upto = self._upto
            db.register("kept", self._found)
            db.execute("CREATE OR REPLACE TEMP TABLE found_keys AS FROM kept")
            db.unregister("kept")
        elif self._ahead:
            upto = texts
            db.execute(_SCAN_AHEAD)
            self._keep(db, texts)
            self._ahead = frozenset()
        db.execute(_SCAN, {"upto": upto})  # of what was added since
        if upto:
            db.execute(_OF_FOUND)

    def _keep(self, db: duckdb.DuckDBPyConnection, texts: int) -> None:
        found = db.execute(f"FROM found_keys LIMIT {_MOST_KEPT + 1}").fetchnumpy()
        self._found = None
        if len(found["key"]) <= _MOST_KEPT:
            self._found, self._shards, self._upto = pa.table(found), self._ahead, texts
        else:  # what is stored answers like this from now on: no way back up
            self.most = self._batches // 2
