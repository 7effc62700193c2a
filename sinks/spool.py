"""WriteToSpool and WriteWindows: records to Parquet shards, and the manifest that makes a batch.

One mechanism: workers write a bundle's rows into shards, one a kind and window, and hand on their
names; where all names have met, the manifest is written. A bounded pipeline makes one batch of
everything; a stream makes one of every pane of a window that holds anything.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PBegin, PCollection
from apache_beam.transforms.window import BoundedWindow, GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from sinks.manifest import Manifest, read_manifest, write_manifest
from sinks.places import join
from sinks.shards import ARTICLES, CANDIDATES, KINDS, TAGS, Shard, mark, read_shard

# Of a shard: kind, name, rows, the sum of their marks, and the keys of its texts by text id.
Written = tuple[str, str, int, int, dict[str, bytes]]
_MARKS = 2**64


class _Filling:
    """What a bundle has for one window, on its way into a shard."""

    _ROWS = 1_000  # written at once, so that a bundle's rows are not all held

    def __init__(self, folder: str, kind: str) -> None:
        # A random name: a bundle that is tried again leaves its first shard unnamed in the
        # manifest, and it goes as an orphan.
        self._name = f"{kind}-{uuid.uuid4().hex}.parquet"
        self._shard: Shard | None = None
        self._folder = folder
        self._kind = kind
        self._rows: list[Any] = []
        self._marks = 0
        self._keys: dict[str, bytes] = {}

    def add(self, row: Any) -> None:
        self._rows.append(row)
        if len(self._rows) >= self._ROWS:
            self._write()

    def add_marked(self, row: Any) -> None:
        """The same for a batch that is named for its rows, and finds the candidates in it."""
        self._marks += mark(self._kind, row)
        if self._kind == ARTICLES and row.fingerprint.text_id and row.fingerprint.keys:
            self._keys[row.fingerprint.text_id] = row.fingerprint.keys
        self.add(row)

    def close(self) -> Written:
        """The shard, which is there from now on."""
        if self._rows:
            self._write()
        assert self._shard is not None
        self._shard.close()
        return self._kind, self._name, self._shard.rows, self._marks % _MARKS, self._keys

    def _write(self) -> None:
        if self._shard is None:
            self._shard = Shard(join(self._folder, self._name), self._kind)
        self._shard.write(self._rows)
        self._rows = []


class _WriteShards(beam.DoFn):
    """Rows of one kind -> (window's end, Written) of the shards that a bundle's are in."""

    def __init__(self, kind: str, folder: Callable[[BoundedWindow], str], marked: bool) -> None:
        self._kind = kind
        self._folder = folder
        self._marked = marked

    def start_bundle(self) -> None:
        self._filling: dict[BoundedWindow, _Filling] = {}

    def process(self, row: Any, window: Any = beam.DoFn.WindowParam) -> None:
        filling = self._filling.get(window)
        if filling is None:
            filling = self._filling[window] = _Filling(self._folder(window), self._kind)
        if self._marked:
            filling.add_marked(row)
        else:
            filling.add(row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for window, filling in self._filling.items():
            written = _end(window), filling.close()
            yield WindowedValue(written, window.max_timestamp(), (window,))


def _end(window: BoundedWindow) -> str:
    """A window's end in microseconds, as ids of batches begin: in string order that of time."""
    return f"{window.end.micros:016d}"


def _write_shards(
    records: dict[str, PCollection],
    kinds: Iterable[str],
    folder: Callable[[BoundedWindow], str],
    marked: bool,
) -> list[PCollection]:
    unknown = set(records) - set(kinds)
    if unknown or not records:
        raise ValueError(f"kinds are {', '.join(kinds)}, not {', '.join(sorted(unknown))}")
    return [
        rows
        | f"Write {kind}"
        >> beam.ParDo(_WriteShards(kind, folder, marked)).with_output_types(tuple[str, Any])
        for kind, rows in records.items()
    ]


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
        shards = _write_shards(records, KINDS, partial(_always, self._folder), marked=False)
        pipeline = next(iter(records.values())).pipeline
        # The empty batch has a manifest, too: that nothing was read is worth knowing.
        nothing = pipeline | "Even if empty" >> beam.Create([(_end(GlobalWindow()), None)])
        return (
            (*shards, nothing)
            | "All shards" >> beam.Flatten()
            | "When all are written" >> beam.GroupByKey()
            | "Write manifest" >> beam.MapTuple(self._write_manifest)
        )

    def _write_manifest(self, _: str, written: Iterable[Written | None]) -> str:
        shards: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        for kind, name, rows, *_rest in filter(None, written):
            shards[kind][name] = rows
        name = Path(self._folder).name
        write_manifest(
            Manifest(name, self._folder, self._versions, self._known_to, shards, self._queue_pages)
        )
        return self._folder


def _always(folder: str, _: BoundedWindow) -> str:
    return folder


class WriteWindows(beam.PTransform):
    """{kind: PCollection} -> PCollection[str], the folder or URL of each complete batch.

    Kinds as in WriteToSpool, but for candidates: they are found here, by `candidates` (see
    transforms/duplicates.py) from the keys of the texts by text id, because only the whole batch
    can tell what is in it. All are in the same windows, fired by the watermark and for what is
    late, discarding; each pane that holds anything is a batch. `spool` is a folder that every
    worker reaches by this path, or a URL.

    Its id is the window's end, `name`, the pane's number and a digest of the rows: a pane that a
    runner gives twice is the same batch if it holds the same, and another one if it does not, so
    that nothing is taken for stored which is not. A stream that is begun anew, rather than
    recovered by its runner, takes another `name`.
    """

    def __init__(
        self,
        spool: str,
        name: str,
        versions: dict[str, str],
        known_to: str | None = None,
        queue_pages: bool = True,
        *,
        candidates: Callable[[dict[str, bytes]], list[tuple[str, str]]],
    ) -> None:
        super().__init__()
        if not name.isalnum():
            raise ValueError(f"a stream's name is letters and digits, not {name!r}")
        self._spool = spool
        self._name = name
        self._versions = versions
        self._candidates = candidates
        self._known_to = known_to
        self._queue_pages = queue_pages

    def expand(self, records: dict[str, PCollection]) -> PCollection:
        kinds = [kind for kind in KINDS if kind not in (CANDIDATES, TAGS)]
        return (
            _write_shards(records, kinds, partial(_of_window, self._spool, self._name), marked=True)
            | "All shards" >> beam.Flatten()
            | "When all are written" >> beam.GroupByKey()
            | "Write manifest" >> beam.MapTuple(self._write_manifest)
        )

    def _write_manifest(
        self, end: str, written: Iterable[Written], pane: Any = beam.DoFn.PaneInfoParam
    ) -> str:
        window = f"{end}-{self._name}"
        shards: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        marks = 0
        keys: dict[str, bytes] = {}
        for kind, name, rows, marks_of_shard, keys_of_shard in written:
            shards[kind][f"../{window}/{name}"] = rows
            marks += marks_of_shard
            keys |= keys_of_shard
        batch_id = f"{window}-{pane.index:06d}-{marks % _MARKS:016x}"
        folder = join(self._spool, batch_id)
        if pairs := sorted(self._candidates(keys)):
            name = f"{CANDIDATES}.parquet"
            shard = Shard(join(folder, name), CANDIDATES)
            shard.write(pairs)
            shard.close()
            shards[CANDIDATES][name] = len(pairs)
        write_manifest(
            Manifest(batch_id, folder, self._versions, self._known_to, shards, self._queue_pages)
        )
        return folder


def _of_window(spool: str, name: str, window: BoundedWindow) -> str:
    return join(spool, f"{_end(window)}-{name}")


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
            # Who stores a batch sees to it that no others are missing than those stored before.
            paths = [path for path in self.manifest.paths(kind) if os.path.exists(path)]
            return (
                begin.pipeline
                | f"Shards of {kind}" >> beam.Create(paths)
                | f"Read {kind}" >> beam.FlatMap(read_shard, kind)
            )

        return Spooled(**{kind: records(kind) for kind in Spooled._fields})
