"""One batch of a run, or a stream of them, as a worker is given it."""

from __future__ import annotations

from typing import NamedTuple

from live.job import Settings
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


class Stream(NamedTuple):
    """What an engine is given that works without an end; times in seconds."""

    spool: str
    name: str  # of its batches
    control: str  # the file that tells it what is stored, and when to stop: sources/control.py
    until: str  # the file in which it tells how far it is
    versions: dict[str, str]
    every: float
    window: float
    runner: str
    options: tuple[str, ...]  # Beam's own
    paths: tuple[str, ...] = ()  # folders to follow,
    known: str | None = None  # with what the store has already
    known_to: str | None = None
    settings: Settings | None = None  # or how to ask the feeds that the control file names
    groups: int = 1
    stopped_at: int | None = None  # microseconds: NEWSBEAM_NOW
    queue_pages: bool = True
    topics: TopicRules | None = None


class SpoolFull(Exception):
    """The spool cannot be written: disk full, quota, size limit."""
