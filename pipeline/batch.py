"""One batch of a run, as a worker is given it."""

from __future__ import annotations

from typing import NamedTuple

from records import Section
from sinks.retag import Part, Slice
from transforms.topicrules import TopicRules


class Batch(NamedTuple):
    """What a worker is given: sections, and the folder that the finished batch goes to."""

    folder: str
    sections: tuple[Section, ...]
    versions: dict[str, str]
    known: str | None = None  # the file of document ids that the store `known_to` holds
    known_to: str | None = None
    again: str | None = None  # a spooled batch that other versions made, in place of sections
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
