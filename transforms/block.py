"""Titles and texts of several articles, folded and in one row, to be searched as one.

What is done to a block is done by numpy, for all of its articles at once: done article by article
in Python it costs twice as much. No term reaches from a field into the next, since each begins
and ends with a space, and within a term no two spaces meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from transforms.arrays import Numbers, Reals
from transforms.folding import Folded, fold

LONGEST_TEXT = 100_000
TITLE_BONUS = 2.0  # what any number of places in the title is worth
REPEATS = tuple(2.0 - 0.5 ** (n - 1) for n in range(12))  # 0, 1, 1.5, 1.75… more add nothing

_REPEATS = np.array(REPEATS)


class Field(NamedTuple):
    """The title or the text of an article, folded."""

    name: str
    value: str  # the first LONGEST_TEXT characters
    folded: Folded


def fields_of(title: str | None, text: str | None) -> tuple[Field, Field]:
    """The two fields of an article."""
    head, body = _beginning(title or ""), _beginning(text or "")
    return Field("title", head, fold(head)), Field("text", body, fold(body))


def _beginning(value: str) -> str:
    if len(value) <= LONGEST_TEXT:
        return value
    # Not within a word, unless it is one that no language has.
    cut = value.rfind(" ", LONGEST_TEXT - 100, LONGEST_TEXT)
    return value[: cut if cut > 0 else LONGEST_TEXT]


class Hits(NamedTuple):
    """Places of patterns in a block: parallel arrays; starts and ends are bytes of it."""

    pattern: Numbers
    start: Numbers
    end: Numbers

    def where(self, kept: np.ndarray) -> Hits:
        """Those that a mask or an array of indices names."""
        return Hits(self.pattern[kept], self.start[kept], self.end[kept])


def worths(fields: Numbers, patterns: Numbers, count: int) -> tuple[Numbers, Numbers, Reals]:
    """What the places of patterns are worth: field, pattern, and worth of all of it in that field.

    Given the field and the pattern of each place, of `count` patterns.
    """
    keys, repeats = np.unique(fields * count + patterns, return_counts=True)
    field, pattern = np.divmod(keys, max(count, 1))
    in_text = _REPEATS[np.minimum(repeats, len(REPEATS) - 1)]
    return field, pattern, np.where(field % 2, in_text, TITLE_BONUS)


class Block:
    """Field 2n is the title of article n, field 2n + 1 its text."""

    def __init__(self, articles: Sequence[tuple[Field, Field]]) -> None:
        self.articles = articles
        self.fields = [field for article in articles for field in article]
        folded = [field.folded for field in self.fields]
        self.data = b"".join([each.data for each in folded])
        self.starts = np.cumsum([0, *[len(each.data) for each in folded]], dtype=np.intp)
        self._is_ascii = self.data.isascii()
        self._edited = np.array([bool(each.edits) for each in folded])

    @cached_property
    def _begins(self) -> Numbers:
        """Where characters begin: at each byte that does not go on with one."""
        return np.flatnonzero((np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80)

    def field_of(self, starts: Numbers) -> Numbers:
        """The field of each place."""
        return np.searchsorted(self.starts, starts, "right") - 1

    def stored(self, fields: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
        """Places in fields as characters of what is stored: begin and stop of each.

        A place that ends inside a segment that changed its length is widened to hold all of it.
        """
        at = self.starts[fields]
        if not self._is_ascii:
            at, start, end = (np.searchsorted(self._begins, each) for each in (at, start, end))
        begin, stop = start - at - 1, end - at - 1  # after the leading space
        for i in np.flatnonzero(self._edited[fields]).tolist():
            folded = self.fields[fields[i]].folded
            begin[i], stop[i] = folded.original(int(begin[i]), int(stop[i]))
        return begin, stop
