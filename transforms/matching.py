"""Finds the terms of one language in a folded text, in one pass.

Whole words only, save in scripts written without spaces, where a term counts wherever its
characters stand (a Latin word in such a text still stands alone). Where terms overlap the one
that begins first counts, and of those the longest: "trade war" is not also "war".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from transforms.asides import marks
from transforms.rules import IGNORED, Rules, Term

UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})


Hit = tuple[int, int, int]  # a pattern's number, start and end in folded bytes
# Plain tuples, since making fifty named ones an article costs as much as half the search.
Place = tuple[int, int, int]  # where a pattern stands: start and end in folded bytes, its number
Vote = tuple[str, float, str]  # what a pattern counts for: topic, weight, term as written


class Pattern(NamedTuple):
    """One thing to look for. Several topics may share it; of an ignored term there are none."""

    data: bytes  # up to the first star within
    open_start: bool
    open_end: bool
    whole: re.Pattern[bytes] | None  # where there is a star within: all of it, fences included
    terms: tuple[Term, ...]


class Automaton:
    """The terms of one language, ready to be found. Built in about 10 ms, with clitics 100.

    `more` are other people's patterns, found in the same pass and numbered after its own.
    """

    def __init__(self, rules: Rules | None, language: str, more: Sequence[bytes] = ()) -> None:
        self.spaced = language not in UNSPACED
        self.patterns = _patterns(rules, language, self.spaced) if rules else []
        # Words are fenced by the spaces of the folded form, so that "war" is no hit in "toward"
        # and needs no second look. Bytes and the library's compact automaton take 25 µs for
        # 2.6 KB; its DFA is no faster on Cyrillic, and str input indexes characters every time.
        data = [p.data for p in self.patterns]
        marked = marks(language) if self.patterns else []
        data += [mark.data for mark in marked]
        self.kinds = [mark.kind for mark in marked]
        self.first = len(data)  # of the others' patterns
        self._find = BytesAhoCorasick([*data, *more]).find_matches_as_indexes
        broader = rules.broader if rules else {}
        every = [[(t.topic, t.weight, t.text) for t in p.terms] for p in self.patterns]
        # By pattern, what it counts for: topics at the top, and those of the second level.
        self.every_vote = [tuple(votes) for votes in every]
        self.votes: list[tuple[Vote, ...]] = [
            tuple(vote for vote in votes if vote[0] not in broader) for votes in every
        ]
        self.finer: dict[int, tuple[Vote, ...]] = {
            i: tuple(vote for vote in votes if vote[0] in broader)
            for i, votes in enumerate(every)
            if any(vote[0] in broader for vote in votes)
        }
        # The patterns are sorted: those that are to be widened come last.
        self._count = len(self.patterns)
        self._closed = sum(not _is_open(p) for p in self.patterns)
        self._open = [(p.whole, p.open_start, p.open_end) for p in self.patterns[self._closed :]]

    def hits(self, data: bytes) -> list[Hit]:
        """Every place of every pattern in the folded form."""
        found: list[Hit] = self._find(data, overlapping=True)
        return found

    def places(self, data: bytes, hits: list[Hit]) -> tuple[list[Place], list[Hit]]:
        """Where terms count in the folded form: ascending and disjoint; and hits of marks."""
        count, first = self._count, self.first
        marked: list[Hit]
        if self.spaced:
            closed = self._closed
            found = [(start + 1, 1 - end, i) for i, start, end in hits if i < closed]
            others = [hit for hit in hits if closed <= hit[0] < first]
            marked = [hit for hit in others if hit[0] >= count] if others else others
            self._widen(data, others, found)
        else:
            found = [
                (start, -end, i)
                for i, start, end in hits
                if i < count and _stands_alone(data, start, end)
            ]
            marked = [hit for hit in hits if count <= hit[0] < first]
        found.sort()  # of two that span the same the more exact one, the lesser, is first
        places: list[Place] = []
        last = 0
        for start, minus_end, i in found:
            if start >= last:
                last = -minus_end
                places.append((start, last, i))
        return places, marked

    def _widen(self, data: bytes, hits: list[Hit], found: list[Place]) -> None:
        """Adds hits of open patterns, out to the ends of their words; ends are negative."""
        closed, count, find = self._closed, self._count, data.find
        for i, start, end in hits:
            if i >= count:
                continue
            whole, open_start, open_end = self._open[i - closed]
            if whole is not None:
                match = whole.match(data, start)
                if match is not None:
                    found.append((start + 1, 1 - match.end(), i))
                continue
            begin = data.rfind(b" ", 0, start + 1) + 1 if open_start else start + 1
            found.append((begin, -find(b" ", end) if open_end else 1 - end, i))


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


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """False where a hit begins or ends inside a run of ASCII letters and digits."""
    return not (
        (_is_ascii_word(data[start]) and _is_ascii_word(data[start - 1]))
        or (_is_ascii_word(data[end - 1]) and _is_ascii_word(data[end]))
    )


def _is_ascii_word(byte: int) -> bool:
    return byte != 32 and byte < 128  # the folded form has no other ASCII than these
