"""The graph: what newsbeam does, in six steps. Every mode runs this one."""

from __future__ import annotations

import apache_beam as beam
from apache_beam.pvalue import PCollection

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


def work_out(read: Read, write: beam.PTransform, topics: TopicRules | None = None) -> PCollection:
    """The graph from the second step on, for articles that were read before."""
    articles = (
        read.articles
        | "Detect language" >> DetectLanguage()
        | "Fingerprint" >> FingerprintArticles()
        | "Tag topics" >> TagTopics(topics)
    )
    records = {
        "articles": articles,
        "candidates": articles | "Find duplicates" >> FindCandidates(),
        "known": read.known,
        "rejects": read.rejects,
    }
    return records | "Write to DuckDB" >> write
