"""WriteToDuckDB: the last step of anybody's pipeline, spool and commit in one."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import PCollection

from pipeline import clock
from pipeline.facts import MATCHER, prepare_store
from sinks.commit import Counts
from sinks.manifest import spool_of
from sinks.spool import WriteToSpool
from sinks.store import WRITER_WAIT
from sinks.writer import Writer
from transforms.topicrules import TopicRules
from transforms.versions import versions


class WriteToDuckDB(beam.PTransform):
    """Enriched articles -> PCollection[Counts] of one element, once they are in the store.

    Takes a PCollection[Article], or a dict with any of articles, candidates (of FindCandidates),
    known and rejects; without candidates near copies are found of what is stored before, not
    within the input. Bounded input, global window; the store must be reachable from the worker
    that runs the commit. Where that fails the batch stays in STORE.spool-…, for `newsbeam load`.
    `topics` are the rules that the articles were tagged by, where TagTopics was given others.
    """

    def __init__(
        self, store: str | Path, wait: float = WRITER_WAIT, topics: TopicRules | None = None
    ) -> None:
        super().__init__()
        self._topics = topics
        self._store = Path(store).absolute()
        self._wait = wait

    def expand(self, records: PCollection | dict[str, PCollection]) -> PCollection:
        if isinstance(records, PCollection):
            records = {"articles": records}
        # A spool of its own: a run on the same store clears what is incomplete in the other.
        spool = spool_of(self._store)
        folder = spool.with_name(f"{spool.name}-{uuid.uuid4().hex[:8]}") / uuid.uuid4().hex
        return (
            records
            | "Spool" >> WriteToSpool(str(folder), versions(self._topics))
            | "Commit" >> beam.Map(self._commit).with_output_types(Counts)
        )

    def _commit(self, folder: str) -> Counts:
        writer = Writer(self._store, MATCHER, self._wait)
        prepare_store(writer, self._topics)
        counts = writer.commit(Path(folder), None, clock.now())
        shutil.rmtree(Path(folder).parent, ignore_errors=True)
        return counts or Counts()
