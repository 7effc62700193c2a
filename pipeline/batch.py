"""One batch of a run, as a worker is given it."""

from __future__ import annotations

from typing import NamedTuple

from records import Section
from sinks.retag import Part, Slice
from transforms.topicrules import TopicRules


class Batch(NamedTuple):
    """What a worker is given: what to read, and the folder that the finished batch goes to."""

    folder: str
    versions: dict[str, str]
    sections: tuple[Section, ...] = ()
    responses: tuple[str, ...] = ()  # sidecars of what feeds and pages answered
    known: str | None = None  # the file of document ids that the store `known_to` holds
    known_to: str | None = None
    again: str | None = None  # a spooled batch that other versions made, to be worked out anew
    queue_pages: bool = True  # whether pages behind summaries are to be fetched
    topics: TopicRules | None = None  # None: those that newsbeam brings


class RetagBatch(NamedTuple):
    """A portion of the store that a worker tags again."""

    folder: str
    store: str
    part: Part
    rows: tuple[Slice, ...]
    versions: dict[str, str]
    topics: TopicRules


class SpoolFull(Exception):
    """The spool cannot be written: disk full, quota, size limit."""
