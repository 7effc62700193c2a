"""One article as it was met in one place, and what was worked out about it.

All times are integers: microseconds since 1970-01-01 00:00 UTC. Ids are 32 hex digits.
"""

from __future__ import annotations

from typing import NamedTuple


class Detection(NamedTuple):
    """Which language a text is in, how sure that is (0 to 1), and who said so."""

    language: str  # ISO 639-1, or 639-3 where there is no two-letter code, or "und"
    confidence: float
    method: str  # "vote", "cld2", "langdetect", "script", "none": see transforms/language.py


class Fingerprint(NamedTuple):
    """What an article is compared by. See transforms/fingerprint.py for how each is made."""

    content_id: str  # hash of the normalised title and text: a new one is a revision
    text_id: str | None  # hash of the normalised text alone: equal means an exact copy
    word_count: int  # words of the text; every character of a script without spaces is one
    keys: bytes  # LSH keys, little-endian uint64 each; empty where only exact copies count


class Evidence(NamedTuple):
    """One place that a topic rests on: substr(field, start, length) = surface, in the store."""

    term: str
    surface: str
    field: str  # "title" or "text"
    start: int  # 1-based, in characters
    length: int
    weight: float


class TopicMatch(NamedTuple):
    """One topic of an article with the words behind it."""

    topic: str  # slug
    score: float  # 0 to 1: docs/topics.md
    ruleset: str
    ruleset_version: str
    evidence: tuple[Evidence, ...]


class Article(NamedTuple):
    """One article as received from one place; the last three fields are added on its way."""

    # where it was met
    source: str  # absolute path of the file, "-" for standard input, or the feed's URL
    article_id: str  # identity: see sources/identity.py
    document_id: int  # 64-bit hash of everything received but the times and the source
    seen_at: int
    feed: str | None = None
    guid: str | None = None
    fetched_at: int | None = None
    # what was received
    url: str | None = None
    canonical_url: str | None = None
    alias: str | None = None  # another address the article says it has (rel=canonical)
    redirect: str | None = None  # another address that a server sent its reader to
    outlet: str | None = None
    agency: str | None = None
    place: str | None = None
    title: str | None = None
    text: str | None = None
    text_from: str = "file"  # page, feed_full, feed_summary, file
    summary: str | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    published_at: int | None = None
    published_precision: str | None = None  # second, day
    published_from: str = "none"  # feed, page, text, file, none
    declared_language: str | None = None
    # what was worked out
    detection: Detection | None = None
    fingerprint: Fingerprint | None = None
    topics: tuple[TopicMatch, ...] | None = None  # best first; () = none, None = not tagged
