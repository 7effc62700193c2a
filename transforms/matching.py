"""Finds the terms of one language in folded texts, in one pass.

Whole words only, save in scripts written without spaces, where a term counts wherever its
characters stand (a Latin word in such a text still stands alone). Where terms overlap the one
that begins first counts, and of those the longest: "trade war" is not also "war".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick
from numpy.typing import NDArray

from transforms.arrays import Numbers, Rows
from transforms.asides import marks
from transforms.block import Hits
from transforms.rules import IGNORED, Rules, Term
from transforms.scores import Levels

UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})


class Pattern(NamedTuple):
    """One thing to look for. Several topics may share it; of an ignored term there are none."""

    data: bytes  # up to the first star within
    open_start: bool
    open_end: bool
    whole: re.Pattern[bytes] | None  # where there is a star within: all of it, fences included
    terms: tuple[Term, ...]


class Votes:
    """What patterns count for. Vote v is one for topic `topic[v]`, with a weight and a term."""

    def __init__(self, patterns: Sequence[Pattern], levels: Levels) -> None:
        self._rows = Rows([pattern.terms for pattern in patterns])
        terms = [term for pattern in patterns for term in pattern.terms]
        self.topic = np.array([levels.number[term.topic] for term in terms], np.intp)
        self.weight = np.array([term.weight for term in terms], np.float64)
        self.term = [term.text for term in terms]  # as written

    def of(self, patterns: Numbers) -> tuple[Numbers, Numbers]:
        """The votes of some patterns: the place in `patterns`, the vote."""
        return self._rows.items(patterns)


class Automaton:
    """The terms of one language, ready to be found. Built in about 10 ms, with clitics 100.

    `more` are other people's patterns, found in the same pass and numbered after its own.
    """

    def __init__(
        self, rules: Rules | None, levels: Levels, language: str, more: Sequence[bytes] = ()
    ) -> None:
        self.spaced = language not in UNSPACED
        self.patterns = _patterns(rules, language, self.spaced) if rules else []
        self.votes = Votes(self.patterns, levels)
        # Words are fenced by the spaces of the folded form, so that "war" is no hit in "toward"
        # and needs no second look. Bytes and the library's compact automaton take 25 µs for
        # 2.6 KB; its DFA is no faster on Cyrillic, and str input indexes characters every time.
        data = [p.data for p in self.patterns]
        marked = marks(language) if self.patterns else []
        data += [mark.data for mark in marked]
        self.first = len(data)  # of the others' patterns
        self._find = BytesAhoCorasick([*data, *more]).find_matches_as_indexes
        self._kinds = [mark.kind for mark in marked]
        # The patterns are sorted: those that are to be widened come last.
        self._closed = sum(not _is_open(p) for p in self.patterns)
        self._ends_open = np.array([p.open_end for p in self.patterns], bool)
        self._whole = np.array([p.whole is not None for p in self.patterns], bool)

    def hits(self, data: bytes) -> Hits:
        """Every place of every pattern in folded texts, ends ascending."""
        found = self._find(data, overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), np.intp, 3 * len(found))
        return Hits(*np.ascontiguousarray(flat.reshape(-1, 3).T))

    def places(self, data: bytes, hits: Hits) -> Hits:
        """Where terms count in folded texts: ascending and disjoint."""
        mine = hits.where(hits.pattern < len(self.patterns))
        if self.spaced:
            return _disjoint(self._widened(data, mine))
        return _disjoint(mine.where(_stands_alone(data, mine.start, mine.end)))

    def marks(self, hits: Hits) -> tuple[Hits, list[str]]:
        """The hits of marks of asides and denials, and the kind of each."""
        count = len(self.patterns)
        found = hits.where((hits.pattern >= count) & (hits.pattern < self.first))
        return found, [self._kinds[i - count] for i in found.pattern.tolist()]

    def _widened(self, data: bytes, hits: Hits) -> Hits:
        """Without the fences, and of open patterns out to the ends of their words."""
        pattern, start, end = hits.pattern, hits.start + 1, hits.end - 1
        opened = np.flatnonzero(pattern >= self._closed)
        if not len(opened):
            return Hits(pattern, start, end)
        spaces = np.flatnonzero(np.frombuffer(data, np.uint8) == ord(" "))
        # Where a pattern is fenced, the space is there already.
        start[opened] = spaces[np.searchsorted(spaces, hits.start[opened], "right") - 1] + 1
        least = hits.end[opened] - ~self._ends_open[pattern[opened]]
        end[opened] = spaces[np.searchsorted(spaces, least)]
        lost = []
        for i in opened[self._whole[pattern[opened]]].tolist():
            whole = self.patterns[pattern[i]].whole
            match = whole.match(data, hits.start[i]) if whole else None
            if match is None:
                lost.append(i)
            else:
                start[i], end[i] = hits.start[i] + 1, match.end() - 1
        found = Hits(pattern, start, end)
        return found.where(np.delete(np.arange(len(pattern)), lost)) if lost else found


def _disjoint(hits: Hits) -> Hits:
    """Of those that overlap the one that begins first, and of these the longest.

    Of two that span the same, the more exact one, which has the lesser number.
    """
    hits = hits.where(np.lexsort((hits.pattern, -hits.end, hits.start)))
    reach = np.maximum.accumulate(hits.end)
    apart = np.ones(len(reach), bool)
    apart[1:] = hits.start[1:] >= reach[:-1]
    if apart.all():
        return hits
    # Only where something overlaps must it be gone through one by one.
    kept = apart.copy()
    crowded = ~apart
    crowded[:-1] |= crowded[1:]
    last = 0
    indices = np.flatnonzero(crowded)
    starts, ends = hits.start[indices].tolist(), hits.end[indices].tolist()
    for i, start, end in zip(indices.tolist(), starts, ends, strict=True):
        if start >= last:
            kept[i] = True
            last = end
    return hits.where(kept)


def _patterns(rules: Rules, language: str, spaced: bool) -> list[Pattern]:
    """The distinct patterns of a language, exact ones before open ones, long before short."""
    terms: dict[tuple[str, bool, bool], list[Term]] = {}
    for term in rules.terms.get(language, ()):
        for clitic in ("", *rules.clitics.get(language, ())):
            if clitic and term.open_start:
                continue  # any beginning covers them
            key = (clitic + term.folded, term.open_start, term.open_end)
            terms.setdefault(key, []).append(term)
    patterns = []
    for (folded, open_start, open_end), found in terms.items():
        before = " " if spaced and not open_start else ""
        after = " " if spaced and not open_end else ""
        first, star, _ = folded.partition("*")
        whole = _whole(before + folded, open_end) if star else None
        data = (before + first + ("" if star else after)).encode("utf-8", "surrogatepass")
        # One pattern may come from two terms of a topic by way of clitics: the first one written.
        by_topic = {term.topic: term for term in reversed(found) if term.topic != IGNORED}
        ignored = any(term.topic == IGNORED for term in found)
        used = () if ignored else tuple(by_topic[slug] for slug in sorted(by_topic))
        patterns.append(Pattern(data, open_start, open_end, whole, used))
    # A short pattern may reach as far as a long one only where it is open.
    return sorted(
        patterns, key=lambda p: (_is_open(p), p.open_start, p.open_end, -len(p.data), p.data)
    )


def _is_open(pattern: Pattern) -> bool:
    return pattern.open_start or pattern.open_end or pattern.whole is not None


def _whole(folded: str, open_end: bool) -> re.Pattern[bytes]:
    words = [re.escape(piece.encode("utf-8", "surrogatepass")) for piece in folded.split("*")]
    return re.compile(rb"[^ ]*".join(words) + (rb"[^ ]* " if open_end else b" "))


def _stands_alone(data: bytes, start: Numbers, end: Numbers) -> NDArray[np.bool_]:
    """False where a hit begins or ends inside a run of ASCII letters and digits."""
    characters = np.frombuffer(data, np.uint8)
    # The folded form has no other ASCII than these and the space.
    word = (characters != ord(" ")) & (characters < 128)
    alone: NDArray[np.bool_] = ~((word[start] & word[start - 1]) | (word[end - 1] & word[end]))
    return alone
