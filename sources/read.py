"""One section of the input to what is in it, by the reader for its format."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import IO

from records import Article, Reject, Section
from sources.feeds import read_feed
from sources.jsonl import read_document, read_lines
from sources.opml import read_list
from sources.pages import read_page
from sources.reasons import REASONS, reject
from sources.seeds import read_seed

MEGABYTE = 2**20
# Readers of whole files, and the size up to which they are given one.
_READERS: dict[str, tuple[Callable[[Section, bytes], Iterator[Article | Reject]], int]] = {
    "seed": (read_seed, 16 * MEGABYTE),
    "json": (read_document, 64 * MEGABYTE),
    "feed": (read_feed, 32 * MEGABYTE),
    "page": (read_page, 8 * MEGABYTE),
}
_LIST_LIMIT = 16 * MEGABYTE


def read_section(section: Section) -> Iterator[Article | Reject]:
    """Everything in `section`: articles, rejects, and notes (rejects that are `kept`).

    Never raises for what is in the file or has become of it, and never waits on a pipe. Memory
    is bounded by the limits above. The same bytes give the same rows.
    """
    if section.trouble or section.format not in (*_READERS, "jsonl", "opml"):
        reason, _, detail = section.trouble.partition(": ")
        known = reason in REASONS
        yield reject(
            section,
            reason if known else "unsupported",
            detail if known else section.trouble or f"no reader for the format {section.format}",
        )
        return
    try:
        if not stat.S_ISREG(os.stat(section.path).st_mode):  # opening a pipe would wait
            yield reject(section, "not_a_file", "neither a file nor a folder")
            return
        with open(section.path, "rb") as stream:
            yield from _read(section, stream)
            changed = section.mtime >= 0 and os.fstat(stream.fileno()).st_mtime_ns // 1000
    except FileNotFoundError:
        yield reject(section, "missing", "the file is no longer there")
        return
    except OSError as error:
        yield reject(section, "unreadable", f"cannot be read: {error.strerror or error}")
        return
    if section.mtime >= 0 and changed != section.mtime:
        detail = "the file changed after it was planned; run again to read it whole"
        yield reject(section, "changed_while_read", detail, kept=True)


def _read(section: Section, stream: IO[bytes]) -> Iterator[Article | Reject]:
    if section.format == "jsonl":
        yield from read_lines(section, stream)
        return
    reader, limit = _READERS.get(section.format, (None, _LIST_LIMIT))
    data = stream.read(limit + 1)
    if len(data) > limit:
        detail = f"more than {limit // MEGABYTE} MB, the limit for this kind of file"
        yield reject(section, "too_large", detail, excerpt=data[:800])
    elif not data.strip():
        yield reject(section, "empty", "the file holds nothing but white space")
    elif reader is None:
        yield from read_list(section, data, read_section)
    else:
        yield from reader(section, data)
