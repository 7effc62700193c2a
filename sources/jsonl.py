"""JSON lines and JSON documents: one object an article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from records import Article, Reject, Section
from sources.decode import decode
from sources.fields import read_object
from sources.jsonfeed import is_json_feed, read_json_feed
from sources.reasons import reject

LINE_LIMIT = 16 * 2**20  # bytes; a novel has one, no article has
_DIRT = re.compile(rb"\\(?:u00|u[dD]|[rbf])")  # the only ways to write what clean takes out
_LISTS = ("articles", "items", "results", "data", "entries", "docs", "stories", "hits")
_decoder = json.JSONDecoder()
_forgiving = json.JSONDecoder(strict=False)


def read_lines(section: Section, stream: IO[bytes]) -> Iterator[Article | Reject]:
    """Every article of bytes start to stop of `stream`; one reject a line that is none.

    Blank lines do not count as read. No line is loaded beyond 16 MB.
    """
    stream.seek(section.start)
    left = section.stop - section.start if section.stop >= 0 else 1 << 62
    number = section.line - 1
    while left > 0 and (line := stream.readline(min(left, LINE_LIMIT + 1))):
        number += 1
        left -= len(line)
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            left -= _skip_line(stream, left)
            detail = f"a line of more than {LINE_LIMIT} bytes is no article"
            yield reject(section, "too_large", detail, f"line {number}", line[:800])
        elif not line.isspace():
            yield from read_line(section, line, f"line {number}")


def read_line(section: Section, line: bytes, position: str) -> Iterator[Article | Reject]:
    """The article of one line, or one reject, and notes on what was lost."""
    dirty = _DIRT.search(line) is not None
    notes: tuple[Any, ...] = ()
    try:
        row = _decoder.decode(line.decode("utf-8"))
    except RecursionError:
        yield reject(section, "nested", "nested deeper than any article is", position, line)
        return
    except ValueError:  # rare: not UTF-8, a mark, raw control characters, or no JSON at all
        dirty = True
        text, notes = decode(line)
        try:
            row = _forgiving.decode(text.strip())
        except RecursionError:
            yield reject(section, "nested", "nested deeper than any article is", position, text)
            return
        except ValueError as error:
            yield reject(section, "bad_json", str(error), position, text)
            return
    for note in notes:
        yield reject(section, note.reason, note.detail, position, line, kept=True)
    if isinstance(row, dict):
        yield from read_object(section, row, position, dirty)
    else:
        yield reject(section, "not_an_object", "a line has to be one object", position, line)


def read_document(section: Section, data: bytes) -> Iterator[Article | Reject]:
    """Every article of one JSON document: an object, a list of them, or a list in an object."""
    text, notes = decode(data)
    for note in notes:
        yield reject(section, note.reason, note.detail, "", text, kept=True)
    if not text.strip():
        yield reject(section, "empty", "the file holds nothing but white space")
        return
    try:
        whole = _forgiving.decode(text.strip())
    except RecursionError:
        yield reject(section, "nested", "nested deeper than any article is", "", text)
        return
    except ValueError as error:
        if _is_lines(text):
            for number, line in enumerate(text.split("\n"), 1):
                if line.strip():
                    yield from read_line(section, line.encode(), f"line {number}")
            return
        yield reject(section, "bad_json", str(error), "", text)
        return
    if is_json_feed(whole):
        yield from read_json_feed(section, whole)
    else:
        yield from _rows(section, whole)


def _rows(section: Section, whole: Any) -> Iterator[Article | Reject]:
    rows = whole if isinstance(whole, list) else [whole]
    if isinstance(whole, dict):
        lists = [whole[name] for name in _LISTS if isinstance(whole.get(name), list)]
        rows = lists[0] if lists and not ("text" in whole or "body" in whole) else rows
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield from read_object(section, row, f"item {number}")
        else:
            detail = "an item has to be an object"
            yield reject(section, "not_an_object", detail, f"item {number}", repr(row)[:400])


def _is_lines(text: str) -> bool:
    """JSON lines in a file that calls itself JSON: its first line is an object of its own."""
    first, newline, _ = text.lstrip().partition("\n")
    if not newline:
        return False
    try:
        return isinstance(_forgiving.decode(first.strip()), dict)
    except (ValueError, RecursionError):
        return False


def _skip_line(stream: IO[bytes], left: int) -> int:
    """Passes over the rest of a line without keeping it; how many bytes that were."""
    passed = 0
    while passed < left and (rest := stream.readline(min(left - passed, 1 << 20))):
        passed += len(rest)
        if rest.endswith(b"\n"):
            break
    return passed
