"""The one writer of a store: opens it only to commit, and leaves what it cannot store spooled."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from records import Feed, Host, Page
from sinks import feeds as stored_feeds
from sinks import manifest as spooled
from sinks import store as stores
from sinks import subscriptions
from sinks.account import account, finish_run, start_run
from sinks.commit import Counts, commit
from sinks.keyscan import TEXTS_A_BATCH_AHEAD, KeyScan
from sinks.manifest import Manifest, SpoolError, on_disk, spool_of
from sinks.matching import Matcher
from sinks.retag import Part, Retagged, Rules, Slice, retag, slices
from sinks.shards import TAGS
from sinks.store import StoreError


class FactsError(StoreError):
    """The store was made with settings that shape its facts otherwise than today's."""


class Writer:
    """Commits batches to one store. StoreError, with what to do, where that cannot be done."""

    def __init__(self, path: Path, matcher: Matcher, wait: float = stores.WRITER_WAIT) -> None:
        self.path = path
        self._matcher = matcher
        self._wait = wait
        self._scan = KeyScan()
        self._engine: duckdb.DuckDBPyConnection | None = None

    @property
    def spool(self) -> Path:
        """Where batches wait that belong to this store."""
        return spool_of(self.path)

    def prepare(
        self,
        facts: dict[str, str],
        fixed: tuple[str, ...],
        topics: Sequence[tuple[Any, ...]] | None,
        now: int,
    ) -> list[str]:
        """Make or upgrade the store and hold it to `facts`. Returns what there is to say.

        `topics` of None leaves the table of topics as it is. FactsError where a `fixed` fact
        differs from the store's.
        """
        stores.prepare(self.path, now=now, wait=self._wait)
        said = []
        with self._open() as db, stores.transaction(db):
            meta = stores.get_meta(db)
            for name, value in facts.items():
                old = meta.get(name)
                if old is None or old == value:
                    continue
                if name in fixed:
                    raise FactsError(
                        f"{self.path} was made with {name} {old}; this newsbeam has {value}, and "
                        "the two would not agree. Use the newsbeam that made it, or another store."
                    )
                again = "; `newsbeam topics retag` tags it again" if name == "topics" else ""
                said.append(
                    f"{name} is {value} from now on, the store had {old}: what is stored stays as "
                    f"it was tagged, what is new follows the new{again}."
                )
            if any(meta.get(name) != value for name, value in facts.items()):
                stores.set_meta(db, facts)
            if topics is not None:
                stores.set_topics(db, topics)
        return said

    def start(self, command: str, now: int) -> str:
        """Open the account of a run; returns its id."""
        with self._open() as db:
            return start_run(db, command, now)

    def finish(self, run_id: str, status: str, now: int, seconds: float) -> dict[str, Any]:
        """Close the account of a run and return it."""
        with self._open() as db:
            finish_run(db, run_id, status, now, seconds)
            closed = account(db, run_id)
        self._engine = None  # and what memory it has
        return closed

    def export_known(self, target: Path) -> str:
        """Write the ids of all stored documents (sorted uint64, .npy); returns the store's id."""
        with self._open() as db:
            ids = db.execute(
                "SELECT document_id FROM internal.documents ORDER BY document_id"
            ).fetchnumpy()["document_id"]
            store_id = stores.get_meta(db)["store_id"]
        target.parent.mkdir(parents=True, exist_ok=True)
        np.save(target, np.asarray(ids, dtype="<u8"))
        return store_id

    @property
    def ahead(self) -> int:
        """How many more complete batches are worth having before one is committed."""
        return min(self._scan.texts // TEXTS_A_BATCH_AHEAD, self._scan.most)

    def commit(
        self, folder: Path, run_id: str | None, now: int, waiting: Iterable[Path] = ()
    ) -> Counts | None:
        """Store one complete batch and remove it; None where it was stored before.

        `waiting` are complete batches that are to be stored after it: see sinks/keyscan.py.
        Where the store cannot be written the batch stays, and StoreError says why. SpoolError
        where something of it is gone.
        """
        counts = None
        behind = []
        for each in islice(waiting, self.ahead):
            with contextlib.suppress(SpoolError):  # for its own commit to tell
                behind.append(spooled.read_manifest(each))
        with self._open() as db:
            batch = _not_stored(db, spooled.read_manifest(folder), on_disk(folder))
            if batch is not None:
                self._scan.expect(db, batch, behind)
                counts = commit(db, batch, self._matcher, run_id, now, self._scan)
        spooled.remove(folder)
        return counts

    def not_stored(self, batch: Manifest, there: Callable[[str], bool]) -> Manifest | None:
        """What is to be stored of a batch whose shards `there` knows; None where it was before.

        SpoolError where something of it is gone that was not stored.
        """
        with self._open() as db:
            return _not_stored(db, batch, there)

    def feeds(self) -> list[Feed]:
        """Every feed but those removed; see sinks/feeds.py, also for what follows."""
        with self._open() as db:
            return stored_feeds.feeds(db)

    def due_feeds(self, now: int) -> list[Feed]:
        """The subscribed feeds that are to be asked by `now`."""
        with self._open() as db:
            return stored_feeds.due_feeds(db, now)

    def due_pages(self, now: int, limit: int) -> list[Page]:
        """At most `limit` pages that are to be asked for by `now`; servers take turns."""
        with self._open() as db:
            return stored_feeds.due_pages(db, now, limit)

    def hosts(self) -> list[Host]:
        """Every server that pages were fetched from."""
        with self._open() as db:
            return stored_feeds.hosts(db)

    def subscribe(self, feeds: list[Feed]) -> tuple[int, int]:
        """Subscribe to feeds; how many were added, and how many were there already."""
        with self._open() as db:
            return subscriptions.subscribe(db, feeds)

    def unsubscribe(self, urls: list[str]) -> list[str]:
        """Remove subscriptions; those that were there."""
        with self._open() as db:
            return subscriptions.unsubscribe(db, urls)

    def declare(self, path: str, feeds: list[Feed]) -> tuple[int, int, int]:
        """Hold the subscriptions to a feeds file; how many it added, changed and removed."""
        with self._open() as db:
            return subscriptions.declare(db, path, feeds)

    def slugs(self) -> set[str]:
        """The topics that the store knows."""
        with self._open() as db:
            return {slug for (slug,) in db.execute("SELECT topic FROM topics").fetchall()}

    def slices(self) -> list[tuple[Slice, ...]]:
        """All revisions that are stored, in portions of bounded size."""
        with self._open() as db:
            return slices(db)

    def retag(
        self, folders: list[Path], part: Part, rules: Rules, run_id: str, now: int
    ) -> Retagged:
        """Put the tags in complete batches of tags in place of the stored ones, all at once."""
        shards = [p for folder in folders for p in spooled.read_manifest(folder).paths(TAGS)]
        if not shards:
            return Retagged()
        with self._open() as db:
            return retag(db, shards, part, rules, f"retag-{run_id}", run_id, now)

    @contextlib.contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The store, in an engine that serves until something fails or the run ends."""
        engine, self._engine = self._engine or stores.engine(), None
        try:
            store = stores.connect(self.path, wait=self._wait, within=engine)
            with contextlib.closing(store) as db:
                yield db
            engine.execute("DETACH store")
            self._engine = engine
        except duckdb.OperationalError as error:
            raise StoreError(f"{self.path} could not be written: {error}") from error
        finally:
            if self._engine is None:
                with contextlib.suppress(duckdb.Error):
                    engine.close()


def _not_stored(
    db: duckdb.DuckDBPyConnection, batch: Manifest, there: Callable[[str], bool]
) -> Manifest | None:
    """See Writer.not_stored. First whether it was: then it does not matter what is gone."""

    def stored(names: list[str]) -> set[str]:
        sql = "SELECT name FROM internal.shards WHERE list_contains(?::VARCHAR[], name)"
        return {name for (name,) in db.execute(sql, [names]).fetchall()}

    ids = [batch.batch_id, f"{batch.batch_id}{spooled.AGAIN}"]
    if stores.one(db, "SELECT count(*) FROM batches WHERE batch_id IN (?, ?)", ids)[0]:
        return None
    return spooled.held_to(batch, there, stored)
