"""The graph: what newsbeam does, in six steps. Every mode runs this one.

Files are read as sections, what feeds and pages answered as responses; from the second step on
the two are alike. What asks the network is a step before: it leaves the responses.
"""

from __future__ import annotations

from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms import trigger, window

from live.fetching import Fetch
from live.read import ReadResponses, Responses
from sinks.spool import Spooled, WriteWindows
from sources.articles import Read, ReadArticles
from sources.control import write_until
from sources.ticks import Ticks
from transforms.duplicates import FindCandidates
from transforms.fingerprint import FingerprintArticles
from transforms.language import DetectLanguage
from transforms.tagging import TagTopics
from transforms.topicrules import TopicRules

LATENESS = 600  # seconds


def newsbeam(
    sections: PCollection,
    write: beam.PTransform,
    known: str | None = None,
    topics: TopicRules | None = None,
) -> PCollection:
    """Sections of the input -> what `write` gives back once everything is written.

    `known` is a file of document ids that the store holds (sorted uint64, .npy): those are
    sighted, not worked out again. `topics` are the rules to tag by.
    """
    return work_out(sections | "Read articles" >> ReadArticles(known=known), write, topics)


def ask(jobs: PCollection) -> PCollection:
    """Jobs of the network -> sidecars of the responses, once they are on disk."""
    return jobs | "Fetch" >> Fetch()


def answered(
    responses: PCollection,
    write: beam.PTransform,
    known: str | None = None,
    topics: TopicRules | None = None,
) -> PCollection:
    """Sidecars of responses -> as `newsbeam`; the state of feeds is written with their items."""
    return work_out(responses | "Read articles" >> ReadResponses(known=known), write, topics)


def followed(
    pipeline: beam.Pipeline,
    source: beam.PTransform,
    write: beam.PTransform,
    window: float,
    control: str,
    until: str,
    every: float,
    topics: TopicRules | None = None,
) -> PCollection:
    """The graph without an end: at each tick `source` reads what is new; a batch is a window.

    An article's event time is the tick at which it was met. A window of `window` seconds closes
    once all ticks in it have been worked through, so nothing is late; what a runner delivers late
    all the same, up to LATENESS, is a batch of its own. When a window is written, `until` says so.
    """
    ticks = pipeline | "Ticks" >> Ticks(every, control)
    read = ticks | "Read articles" >> source
    windows = {
        name: records | f"Windows of {name}" >> _windows(window)
        for name, records in read._asdict().items()
    }
    written = work_out(type(read)(**windows), write, topics)
    return (
        # Ticks are in every window: how far the graph is, is known also where nothing is new.
        (written, ticks | "Windows of ticks" >> _windows(window))
        | "Everything" >> beam.Flatten()
        | "Nothing of it" >> beam.Map(lambda _: (0, None))
        | "When all is written" >> beam.GroupByKey()
        | "Say how far" >> beam.ParDo(_SayHowFar(until))
    )


def _windows(seconds: float) -> beam.WindowInto:
    return beam.WindowInto(
        window.FixedWindows(seconds),
        trigger=trigger.AfterWatermark(late=trigger.AfterCount(1)),
        accumulation_mode=trigger.AccumulationMode.DISCARDING,
        allowed_lateness=LATENESS,
    )


class _SayHowFar(beam.DoFn):
    def __init__(self, until: str) -> None:
        self._path = until

    def process(self, element: Any, window: Any = beam.DoFn.WindowParam) -> None:
        write_until(self._path, window.end.micros)


def work_out(
    read: Read | Responses | Spooled, write: beam.PTransform, topics: TopicRules | None = None
) -> PCollection:
    """The graph from the second step on; what `read` has beside articles is written as it is."""
    articles = (
        read.articles
        | "Detect language" >> DetectLanguage()
        | "Fingerprint" >> FingerprintArticles()
        | "Tag topics" >> TagTopics(topics)
    )
    records = {**read._asdict(), "articles": articles}
    if not isinstance(write, WriteWindows):  # finds them itself, in what turns out to be a batch
        records["candidates"] = articles | "Find duplicates" >> FindCandidates()
    return records | "Write to DuckDB" >> write
