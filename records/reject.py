"""Something that was read and could not be taken, or was taken with a loss."""

from __future__ import annotations

from typing import NamedTuple


class Reject(NamedTuple):
    """One row of `rejects`. `kept` marks a note on an item that was kept all the same."""

    stage: str  # fetch, read, parse
    reason: str  # a short fixed word: see docs/schema.md
    detail: str  # what was wrong and what to do, for a person
    source: str  # absolute path, "-", or URL
    position: str  # "line 17", "entry 3", "byte 1024", or "" for the whole source
    excerpt: str  # at most 200 characters of what was met, control characters replaced
    seen_at: int  # microseconds since 1970, UTC
    kept: bool = False
