"""The first step of the pipeline: sections or paths in, articles and rejects out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam import pvalue

from records import Article, Reject, Section
from sources.known import Known
from sources.plan import PathError, discard, plan_paths
from sources.read import read_section
from sources.reasons import reject

ARTICLES = "articles"
REJECTS = "rejects"
KNOWN = "known"


class Read(NamedTuple):
    """What `ReadArticles` gives: three PCollections, of Article, Reject and Article."""

    articles: Any
    rejects: Any
    known: Any


class ReadArticles(beam.PTransform):
    """Reads a PCollection of `Section`, or of paths as text, which it plans itself.

    `known` names an .npy file with the sorted uint64 document ids that the store already has:
    articles among them go to the third output and are only to be sighted. `now` is the time in
    microseconds for what has no time of its own (standard input). What cannot be read is in
    `rejects`; an exception out of here is a defect. Keeps no state. With `discarding`, what a
    section was unpacked to is removed once it is read: where nobody else does it.
    """

    def __init__(self, known: str | None = None, now: int = 0, discarding: bool = False) -> None:
        super().__init__()
        self._given = known, now, discarding

    def expand(self, inputs: pvalue.PCollection) -> Read:
        outputs = inputs | "Read" >> beam.ParDo(_Read(*self._given)).with_outputs(
            REJECTS, KNOWN, main=ARTICLES
        )
        return Read(outputs[ARTICLES], outputs[REJECTS], outputs[KNOWN])


class _Read(beam.DoFn):
    """Maps the file of known ids once a worker."""

    def __init__(self, known: str | None, now: int, discarding: bool) -> None:
        self._path = known
        self._now = now
        self._discarding = discarding
        self._known: Known | frozenset[int] = frozenset()

    def setup(self) -> None:
        if self._path is not None:
            self._known = Known(self._path)

    def process(self, element: Section | str) -> Iterable[Any]:
        known = self._known
        rows = read_section(element) if isinstance(element, Section) else self._path_rows(element)
        for row in rows:
            if isinstance(row, Reject):
                yield pvalue.TaggedOutput(REJECTS, row)
            elif row.document_id in known:
                yield pvalue.TaggedOutput(KNOWN, row)
            else:
                yield row
        if self._discarding and isinstance(element, Section):
            discard(element)

    def _path_rows(self, path: str) -> Iterator[Article | Reject]:
        scratch = tempfile.mkdtemp(prefix="newsbeam-")
        try:
            for section in plan_paths([path], scratch=scratch, now=self._now):
                yield from read_section(section)
                discard(section)
        except PathError as error:
            section = Section(path, path, "unknown", self._now)
            yield reject(section, "missing", str(error))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
