"""A piece of the input that one reader reads from end to end."""

from __future__ import annotations

from typing import NamedTuple


class Section(NamedTuple):
    """Bytes `start` to `stop` of a local file, and how to account for them.

    `path` is where the bytes are now; `source` is what the account calls them. The two differ
    for standard input, compressed files and archives, which are unpacked a piece at a time.
    """

    source: str
    path: str
    format: str  # seed, jsonl, json, feed, page, opml; "unknown" is rejected with its reason
    seen_at: int  # for records that do not state their own: the file's modification time
    start: int = 0
    stop: int = -1  # -1: to the end of the file
    line: int = 1  # the number of the first line, counted in the whole source
    mtime: int = -1  # modification time when planned, microseconds; -1: not checked
    trouble: str = ""  # why it cannot be read at all, found while planning ("reason: detail")
    outlet: str | None = None  # what a list of feeds calls this one
    feed: str | None = None  # the feed's address, where the file is a copy of it
    asked: bool = False  # the feeds on the network that a list names are being asked
