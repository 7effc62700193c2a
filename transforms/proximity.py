"""Which places of two terms stand within so many words of each other.

A word is a run of letters, digits and marks, and each character of a script written without
spaces. The distance is counted from the last word of the one to the first of the other:
neighbours have 1. Sentences and paragraphs do not matter; a title and its text are apart.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from transforms.expressions import Expression
from transforms.places import LONGEST_WORD, Span
from transforms.scripts import WORD

MOST_LOOKS = 1_000  # places of the left term that are tried: a text that says it more says it


def near_places(
    data: bytes, left: list[Span], right: list[Span], expression: Expression, unspaced: bool
) -> list[Span]:
    """From the one to the other: for each place of `left` the nearest of `right`, ascending."""
    if not right:
        return []
    found: set[Span] = set()
    starts = [start for start, _ in right]
    ends = sorted((end, start) for start, end in right)
    most = expression.distance
    for start, end in left[:MOST_LOOKS]:
        after = bisect_left(starts, end)
        if after < len(right) and _within(data, end, right[after][0], most, unspaced):
            found.add((start, right[after][1]))
        if not expression.ordered:
            before = bisect_left(ends, (start + 1,)) - 1
            if before >= 0 and _within(data, ends[before][0], start, most, unspaced):
                found.add((ends[before][1], end))
    return sorted(found)


def _within(data: bytes, end: int, start: int, most: int, unspaced: bool) -> bool:
    """Whether fewer than `most` words stand between two places."""
    if start - end <= most:
        return True  # each word between takes a letter and a space
    if start - end > most * LONGEST_WORD:
        return False
    between = data[end:start]
    if unspaced:
        words = WORD.finditer(between.decode("utf-8", "surrogatepass"))
        return sum(1 for _ in islice(words, most)) < most
    return len(between.split(None, most - 1)) < most
