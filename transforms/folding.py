"""Folds a text to the form that terms are matched in, and finds the way back.

Folded means: NFKC, case-folded, every sign that is not part of a word replaced by one space, a
space before and after the whole, as UTF-8. A line break or a hyphen is therefore a space too, and
two signs in a row are two spaces: a term of several words never reaches across a comma.

Folding may change lengths ("İ", "ß" and "ﬁ" become longer, a letter and its combining accent
become one), so a Folded keeps the few places where it did. Cost is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# ASCII is blanked and lowered in one table look-up per byte; bytes above 127 are parts of letters.
_ASCII = bytes(
    c if c > 127 else ord(chr(c).lower()) if chr(c).isalnum() else ord(" ") for c in range(256)
)
# What is no word character and no combining mark: Python's \w leaves marks out, though accents
# and the vowel signs of Indic and Arabic scripts are parts of words. Soft hyphens go later.
_SIGN = re.compile(
    r"[^\w\x00-\x7f\xad\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06ed\u0900-\u0963\u0971-\u0df3\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
# A run of marks longer than this is no language; the Unicode stream-safe format allows 30.
_LONGEST_SEGMENT = 32


class Folded(NamedTuple):
    """A folded text; span() leads from its bytes back to the characters of the original."""

    data: bytes
    is_ascii: bool
    length: int  # of the original, in characters
    folded_at: tuple[int, ...]  # where a changed segment begins, in folded characters
    edits: tuple[tuple[int, int, int, int], ...]  # its folded and original start and end

    def spans(self, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """For byte ranges the original's character ranges.

        A range that ends inside a segment that changed its length is widened to hold all of it.
        """
        if self.is_ascii:  # one byte a character, after the leading space
            return [(start - 1, end - 1) for start, end in places]
        # A character begins at each byte that does not go on with one.
        begins = ((np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80).nonzero()[0]
        edges = begins.searchsorted([edge for place in places for edge in place]).tolist()
        pairs = zip(edges[::2], edges[1::2], strict=True)
        if not self.edits:
            return [(start - 1, end - 1) for start, end in pairs]
        return [self.original(start - 1, end - 1) for start, end in pairs]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original's range for a range of folded characters, the leading space left out."""
        return self._original(start, 2), self._original(end, 3)

    def _original(self, at: int, side: int) -> int:
        """The original index of a folded one; inside a segment its start (2) or its end (3)."""
        i = bisect_right(self.folded_at, at) - 1
        if i < 0:
            return at
        start, end, *_ = edit = self.edits[i]
        if at == start:
            return edit[2]
        return edit[side] if at < end else at - end + edit[3]


def fold(text: str) -> Folded:
    """The folded form of any string."""
    if text.isascii():
        return Folded(b" " + text.encode().translate(_ASCII) + b" ", True, len(text), (), ())
    bare = text.replace("\xad", "")  # soft hyphens go
    if bare and (simply := _folded_simply(bare)) is not None:
        edits = _gone(text) if len(bare) < len(text) else ()
        return Folded(b" " + simply + b" ", False, len(text), tuple(e[0] for e in edits), edits)
    blanked = _without_signs(text)
    folded = blanked.casefold()
    edits = ()
    # Case folding never shortens, so equal lengths mean that each character became one.
    if (
        len(folded) != len(text)
        or "\xad" in blanked
        or not unicodedata.is_normalized("NFKC", blanked)
    ):
        folded, edits = _fold_segments(blanked)
    data = folded.encode("utf-8", "surrogatepass").translate(_ASCII)
    return Folded(b" " + data + b" ", False, len(text), tuple(e[0] for e in edits), edits)


_TABLED = 0x20000  # the code points above are rare, and left to the long way
_ODD = 0


@cache
def _table() -> NDArray[np.uint32]:
    """By code point: the one character that it folds to wherever it stands, or _ODD.

    Built once a process, in some 50 ms.
    """
    table = np.full(_TABLED, ord(" "), np.uint32)
    table[:128] = np.frombuffer(_ASCII[:128], np.uint8)
    plane = "".join(" " if 0xD800 <= c < 0xE000 else chr(c) for c in range(_TABLED))
    signs = {match.start() for match in _SIGN.finditer(plane)}
    for code in range(128, _TABLED):
        if code not in signs:
            character = plane[code]
            folded = character.casefold()
            joins = unicodedata.category(character)[0] == "M" or 0x1100 <= code <= 0x11FF
            alone = len(folded) == 1 and unicodedata.is_normalized("NFKC", character)
            table[code] = ord(folded) if alone and not joins and code != 0xAD else _ODD
    table[0xD800:0xE000] = _ODD  # surrogates
    return table


def _folded_simply(text: str) -> bytes | None:
    """The folded form where every character folds by itself to one other; None where one may not.

    A look-up a character, at a quarter of the cost of the long way.
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if points.max() >= _TABLED:
        return None
    folded: NDArray[Any] = _table().take(points)
    if folded.min() == _ODD:
        return None
    return folded.tobytes().decode("utf-32-le").encode()


def _gone(text: str) -> tuple[tuple[int, int, int, int], ...]:
    """The edits that leave out the soft hyphens of a text."""
    places = enumerate(_places(text, "\xad"))
    return tuple((i - count, i - count, i, i + 1) for count, i in places)


def fold_term(text: str) -> str:
    """A term as it stands in a folded text, without the outer spaces."""
    return fold(text).data.decode("utf-8", "surrogatepass").strip(" ")


def _without_signs(text: str) -> str:
    # A text has few kinds of signs, mostly quotation marks and dashes: replacing kind by kind
    # costs a third of a substitution. Beyond sixteen kinds it is one substitution after all.
    start = 0
    for _ in range(16):
        found = _SIGN.search(text, start)
        if found is None:
            return text
        text = text.replace(found.group(), " ")
        start = found.end()
    return _SIGN.sub(" ", text)


def _fold_segments(text: str) -> tuple[str, tuple[tuple[int, int, int, int], ...]]:
    """Folds segment by segment where it must, run by run elsewhere; with the length changes."""
    pieces: list[str] = []
    bounds: list[tuple[int, int]] = []
    done = 0
    for start, end in _segments(text):
        pieces += text[done:start].casefold(), _fold_segment(text[start:end])
        bounds.append((start, end))
        done = end
    pieces.append(text[done:].casefold())
    ends = list(accumulate(map(len, pieces)))
    edits = (
        (ends[2 * i], ends[2 * i + 1], start, end)
        for i, (start, end) in enumerate(bounds)
        if len(pieces[2 * i + 1]) != end - start or end - start > 1
    )
    return "".join(pieces), tuple(edits)


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """The places that do not fold character by character: ascending and disjoint."""
    odd = {c for c in set(text) if _kind(c)}
    if len(odd) > 8:
        places = [i for i, c in enumerate(text) if c in odd]
    else:
        places = sorted(i for c in odd for i in _places(text, c))
    start = end = 0
    for i in places:
        if i == end > start and _kind(text[i]) == 2 and end - start < _LONGEST_SEGMENT:
            end += 1  # goes on
            continue
        if end > start:
            yield start, end
        begin = i - 1 if _kind(text[i]) == 2 and i > end else i
        start, end = begin, i + 1
    if end > start:
        yield start, end


def _places(text: str, character: str) -> Iterator[int]:
    i = text.find(character)
    while i >= 0:
        yield i
        i = text.find(character, i + 1)


@lru_cache(maxsize=4096)
def _kind(character: str) -> int:
    """0 folds by case alone and to one character, 1 does not, 2 may join the one before it."""
    first = unicodedata.normalize("NFKD", character)[0]
    if unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff":
        return 2
    return int(character == "\xad" or _fold_segment(character) != character.casefold()[:1])


@lru_cache(maxsize=4096)
def _fold_segment(segment: str) -> str:
    return unicodedata.normalize("NFKC", segment.replace("\xad", "")).casefold()
