"""The graph: what newsbeam does, in six steps. Every mode runs this one.

Files are read as sections, what feeds and pages answered as responses; from the second step on
the two are alike. What asks the network is a step before: it leaves the responses.
"""

from __future__ import annotations

import apache_beam as beam
from apache_beam.pvalue import PCollection

from live.fetching import Fetch
from live.read import ReadResponses, Responses
from sinks.spool import Spooled, WriteWindows
from sources.articles import Read, ReadArticles
from transforms.duplicates import FindCandidates
from transforms.fingerprint import FingerprintArticles
from transforms.language import DetectLanguage
from transforms.tagging import TagTopics
from transforms.topicrules import TopicRules


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
