"""WriteToSpool: records to Parquet shards in a batch's folder, its manifest last."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PBegin, PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from sinks.manifest import Manifest, read_manifest, write_manifest
from sinks.shards import KINDS, Shard, read_shard


class _WriteShards(beam.DoFn):
    """Rows of one kind -> (0, (kind, name, rows)) of the shard that a bundle's are in."""

    _ROWS = 1_000  # written at once, so that a bundle's rows are not all held

    def __init__(self, folder: str, kind: str) -> None:
        self._folder = folder
        self._kind = kind

    def start_bundle(self) -> None:
        self._rows: list[Any] = []
        self._shard: Shard | None = None

    def process(self, row: Any) -> None:
        self._rows.append(row)
        if len(self._rows) >= self._ROWS:
            self._write()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._rows:
            self._write()
        if self._shard is not None:
            self._shard.close()
            window = GlobalWindow()
            written = 0, (self._kind, self._shard.path.name, self._shard.rows)
            yield WindowedValue(written, window.max_timestamp(), (window,))

    def _write(self) -> None:
        if self._shard is None:
            # A random name: a bundle that is tried again leaves its first shard unnamed in the
            # manifest, and it goes with the folder.
            folder = Path(self._folder)
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{self._kind}-{uuid.uuid4().hex}.parquet"
            self._shard = Shard(folder / name, self._kind)
        self._shard.write(self._rows)
        self._rows = []


class WriteToSpool(beam.PTransform):
    """{kind: PCollection} -> PCollection[str] of one element, the folder of the complete batch.

    Kinds are articles (enriched), known (articles to be sighted only), candidates, rejects, and
    what polls leave: feeds, fetches, pages, hosts. Any may be missing. For bounded input in the
    global window. The folder's name is the batch's id: a batch is committed once, whatever happens
    in between. Without `queue_pages` no page is fetched for the summaries in it.
    """

    def __init__(
        self,
        folder: str,
        versions: dict[str, str],
        known_to: str | None = None,
        queue_pages: bool = True,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._versions = versions
        self._known_to = known_to
        self._queue_pages = queue_pages

    def expand(self, records: dict[str, PCollection]) -> PCollection:
        unknown = set(records) - set(KINDS)
        if unknown or not records:
            raise ValueError(f"kinds are {', '.join(KINDS)}, not {', '.join(sorted(unknown))}")
        shards = [
            rows | f"Write {kind}" >> beam.ParDo(_WriteShards(self._folder, kind))
            for kind, rows in records.items()
        ]
        pipeline = next(iter(records.values())).pipeline
        # The empty batch has a manifest, too: that nothing was read is worth knowing.
        nothing = pipeline | "Even if empty" >> beam.Create([(0, ("", "", 0))])
        return (
            (*shards, nothing)
            | "All shards" >> beam.Flatten()
            | "When all are written" >> beam.GroupByKey()
            | "Write manifest" >> beam.MapTuple(self._write_manifest)
        )

    def _write_manifest(self, _: int, written: Iterable[tuple[str, str, int]]) -> str:
        shards: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        for kind, name, rows in written:
            if name:
                shards[kind][name] = rows
        folder = Path(self._folder)
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest(
            Manifest(folder.name, folder, self._versions, self._known_to, shards, self._queue_pages)
        )
        return self._folder


class Spooled(NamedTuple):
    """What a spooled batch was made from: a PCollection of records of each kind."""

    articles: PCollection
    rejects: PCollection
    known: PCollection
    feeds: PCollection
    fetches: PCollection
    pages: PCollection
    hosts: PCollection


class ReadSpool(beam.PTransform):
    """The records of a complete batch as they were received, to be worked out anew."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.manifest = read_manifest(Path(folder))

    def expand(self, begin: PBegin) -> Spooled:
        def records(kind: str) -> PCollection:
            paths = self.manifest.paths(kind)
            return (
                begin.pipeline
                | f"Shards of {kind}" >> beam.Create(paths)
                | f"Read {kind}" >> beam.FlatMap(read_shard, kind)
            )

        return Spooled(**{kind: records(kind) for kind in Spooled._fields})
