"""Where a phrase or a regular expression stands, in folded bytes and in the stored text.

In a text without characters of unspaced scripts words are fenced by the spaces of the folded form
(transforms/folding.py). Elsewhere a character of such a script is a word by itself, wherever it
stands, and other words end where one begins.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from transforms.expressions import Phrase, letters
from transforms.folding import Folded
from transforms.scripts import UNSPACED

LONGEST_WORD = 400  # bytes that a star may stand for
MOST_MATCHES = 50  # of a regular expression in a text: each may cost a look at the whole text

Span = tuple[int, int]


def stands(data: bytes, start: int, end: int, phrase: Phrase, unspaced: bool) -> Span | None:
    """The place of a phrase whose first piece was hit; None where it does not stand there."""
    begin = start
    if phrase.open_start:
        begin = _word_start(data, start, unspaced)
    elif unspaced:
        if not _parted(data, start):
            return None
    else:
        begin = start + 1
    if len(phrase.pieces) == 1 and not phrase.open_end and not unspaced:
        return begin, end - 1
    stop = end
    for piece in phrase.pieces[1:]:
        stop = _word_end(data, stop, unspaced)
        wanted = b" " + piece.encode("utf-8", "surrogatepass")
        if not data.startswith(wanted, stop):
            return None
        stop += len(wanted)
    if phrase.open_end:
        stop = _word_end(data, stop, unspaced)
    elif not _parted(data, stop):
        return None
    return begin, stop


def _word_end(data: bytes, at: int, unspaced: bool) -> int:
    """Where the word ends that a place is in or at the end of."""
    stop = data.find(b" ", at, at + LONGEST_WORD)
    stop = stop if stop >= 0 else min(at + LONGEST_WORD, len(data) - 1)
    if unspaced:
        ahead = data[at:stop].decode("utf-8", "ignore")
        other = UNSPACED.search(ahead)
        return at + len(ahead[: other.start() if other else None].encode())
    while data[stop] & 0xC0 == 0x80:
        stop -= 1  # a word longer than any is cut between characters
    return stop


def _word_start(data: bytes, at: int, unspaced: bool) -> int:
    """Where the word begins that a place is in."""
    begin = data.rfind(b" ", max(at - LONGEST_WORD, 0), at + 1) + 1
    begin = begin if begin else max(at - LONGEST_WORD, 1)
    while data[begin] & 0xC0 == 0x80:
        begin += 1
    if unspaced:
        before = data[begin:at].decode("utf-8", "ignore")
        others = list(UNSPACED.finditer(before))
        begin = at - len(before[others[-1].end() if others else 0 :].encode())
    return begin


def _parted(data: bytes, at: int) -> bool:
    """Whether words meet at a place: a space on a side, or a character that is a word itself."""
    if data[at - 1] == 32 or data[at] == 32:
        return True
    first = at - 1
    while data[first] & 0xC0 == 0x80:
        first -= 1
    two = data[first : at + 4].decode("utf-8", "ignore")[:2]
    return UNSPACED.search(two) is not None


def same_case(phrase: Phrase, surface: str) -> bool:
    found, wanted = letters(surface), phrase.cased or ""
    if phrase.open_start and phrase.open_end:
        return wanted in found
    if phrase.open_start:
        return found.endswith(wanted)
    return found.startswith(wanted) if phrase.open_end else found == wanted


def matches(regex: re2._Regexp, data: bytes) -> Iterator[Span]:
    """Where group 1 matches, ascending and disjoint, at most so many places."""
    at = 0
    for _ in range(MOST_MATCHES):
        found = regex.search(data, at)
        if found is None:
            return
        begin, stop = found.span(1)
        if stop > begin:
            yield begin, stop
        at = max(stop, at + 1)


def folded_to_stored(folded: Folded, spans: list[Span]) -> dict[Span, Span]:
    """Character ranges of the original for byte ranges of the folded text, in any order."""
    if folded.is_ascii:  # one byte a character, after the leading space
        return {(start, end): (start - 1, end - 1) for start, end in spans}
    return dict(zip(spans, folded.spans(spans), strict=True))


def bytes_to_stored(value: str, spans: list[Span]) -> dict[Span, Span]:
    """Character ranges for byte ranges of a text in UTF-8."""
    if value.isascii():
        return {span: span for span in spans}
    data = value.encode("utf-8", "surrogatepass")
    counted: dict[int, int] = {}
    at = count = 0
    for edge in sorted({edge for span in spans for edge in span}):
        count += len(data[at:edge].decode("utf-8", "surrogatepass"))
        counted[edge] = count
        at = edge
    return {(begin, stop): (counted[begin], counted[stop]) for begin, stop in spans}


def stored_bytes(value: str, spans: list[Span]) -> list[Span]:
    """Byte ranges in a text in UTF-8 for character ranges, ascending."""
    if value.isascii():
        return spans
    counted: dict[int, int] = {}
    at = count = 0
    for edge in sorted({edge for span in spans for edge in span}):
        count += len(value[at:edge].encode("utf-8", "surrogatepass"))
        counted[edge] = count
        at = edge
    return [(counted[begin], counted[stop]) for begin, stop in spans]
