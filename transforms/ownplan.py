"""Looks for what topics of one's own ask for, in texts of one language.

All terms of all topics are patterns of one automaton (transforms/topics.py runs it, together with
the default rules' terms, over the folded text). A plan says what its hits amount to: a topic is
looked at only where one of its terms was hit, or one of its regular expressions, which are asked
for all at once and only where the characters they need are there (RE2's Filter).

A score is the sum over the expressions found in `any` and `all` of

    weight x (repeats + 2 if in the title),   repeats = 1, 1.5, 1.75... for 1, 2, 3... places

without regard to the text's length, so that a minimum can be reckoned by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import re2

from records import Evidence, TopicMatch
from transforms.expressions import Phrase, compiled
from transforms.folding import Folded
from transforms.ownrules import ROLES, Entry, OwnRules, OwnTopic
from transforms.places import Span, bytes_to_stored, folded_to_stored, matches, same_case, stands
from transforms.proximity import near_places
from transforms.scripts import UNSPACED

MOST_EVIDENCE = 20  # places kept for a topic, of which
MOST_PLACES_OF_AN_ENTRY = 3
TITLE_BONUS = 2.0

_MOST_REPEATS = 12
_REPEATS = tuple(2.0 - 0.5 ** (n - 1) for n in range(_MOST_REPEATS))  # 0, 1, 1.5, 1.75...

Hit = tuple[int, int, int]  # pattern, start and end in folded bytes


class Field(NamedTuple):
    """The title or the text of an article, folded, with the hits of a plan's patterns."""

    name: str
    value: str
    folded: Folded
    hits: list[Hit]


class _Need(NamedTuple):
    """One entry of a topic, with its phrases as numbers."""

    topic: int
    role: str
    entry: Entry
    left: tuple[int, ...]
    right: tuple[int, ...]


def languages_named(rules: OwnRules) -> frozenset[str]:
    """The languages that any topic or term is stated for: each needs a plan of its own."""
    return frozenset(
        code
        for topic in rules.rules
        for codes in (
            topic.languages,
            *(e.languages for role in ROLES for e in getattr(topic, role)),
        )
        for code in codes
    )


class Plan:
    """What the rules ask of articles in one language ("" for those that no rule names).

    `unspaced` plans are for texts with characters of scripts without spaces: their terms are
    found wherever they stand and then checked; elsewhere words are fenced by spaces.
    """

    def __init__(self, rules: OwnRules, language: str, unspaced: bool) -> None:
        self._name, self._version = rules.name, rules.version
        self._unspaced = unspaced
        self._topics: list[OwnTopic] = []
        self._needs: list[_Need] = []
        self._phrases: dict[Phrase, int] = {}
        self._all: list[tuple[int, ...]] = []  # by topic: its needs in `all`
        self._not: list[tuple[int, ...]] = []
        self._ignored: list[tuple[int, ...]] = []  # by topic: phrases
        for topic in rules.rules:
            if not topic.languages or language in topic.languages:
                self._add(topic, language)
        self._used_by: list[list[int]] = [[] for _ in self._phrases]
        for number, need in enumerate(self._needs):
            if need.role in ("any", "all"):
                for phrase in {*need.left, *need.right}:
                    self._used_by[phrase].append(number)
        self._in_order = list(self._phrases)
        self._patterns()
        self._regexes = [
            (number, compiled(need.entry.expression.regex, ""))
            for number, need in enumerate(self._needs)
            if need.entry.expression.regex
        ]
        self._filter = re2.Filter()
        for _, regex in self._regexes:
            self._filter.Add(regex.pattern, regex.options)
        if self._regexes:
            self._filter.Compile()

    @property
    def empty(self) -> bool:
        """Whether no topic is for this language at all."""
        return not self._topics

    def _add(self, topic: OwnTopic, language: str) -> None:
        def meant(entries: tuple[Entry, ...]) -> list[Entry]:
            return [e for e in entries if not e.languages or language in e.languages]

        kept = {role: meant(getattr(topic, role)) for role in ROLES}
        if (topic.any and not kept["any"]) or (topic.all and not kept["all"]):
            return  # what it asks for is asked in other languages only
        number = len(self._topics)
        self._topics.append(topic)
        first = len(self._needs)
        for role in ("any", "all", "none"):
            for entry in kept[role]:
                left, right = (
                    tuple(self._phrases.setdefault(p, len(self._phrases)) for p in side)
                    for side in (entry.expression.left, entry.expression.right)
                )
                self._needs.append(_Need(number, role, entry, left, right))
        of = [(need.role, i) for i, need in enumerate(self._needs[first:], first)]
        self._all.append(tuple(i for role, i in of if role == "all"))
        self._not.append(tuple(i for role, i in of if role == "none"))
        self._ignored.append(
            tuple(
                self._phrases.setdefault(phrase, len(self._phrases))
                for entry in kept["ignore"]
                for phrase in entry.expression.left
            )
        )

    def _patterns(self) -> None:
        """Bytes to look for, and by pattern the phrases that it may be: plain or to be checked."""
        found: dict[bytes, tuple[list[int], list[int]]] = {}
        for number, phrase in enumerate(self._in_order):
            if not self._unspaced and UNSPACED.search("".join(phrase.pieces)):
                continue
            before = b"" if self._unspaced or phrase.open_start else b" "
            closed = not phrase.open_end and len(phrase.pieces) == 1
            after = b" " if closed and not self._unspaced else b""
            data = before + phrase.pieces[0].encode("utf-8", "surrogatepass") + after
            plain = bool(before and after) and phrase.cased is None
            found.setdefault(data, ([], []))[0 if plain else 1].append(number)
        self.patterns = list(found)
        self._plain = [tuple(plain) for plain, _ in found.values()]
        self._checked = [tuple(checked) for _, checked in found.values()]

    def claimed(self, fields: tuple[Field, ...], outlet: str | None) -> list[TopicMatch]:
        """The topics of an article, best first, equals by name."""
        article = self._article(fields)
        used_by, needs_ = self._used_by, self._needs
        touched = {need for found in article.places for p in found for need in used_by[p]}
        for found in article.regexes:
            touched.update(need for need in found if needs_[need].role != "none")
        if not touched:
            return []
        folded = outlet.casefold() if outlet else None
        claimed = []
        for number, needs in groupby(sorted(touched), lambda need: self._needs[need].topic):
            topic = self._topics[number]
            if not topic.outlets or folded in topic.outlets:
                match = self._claim(number, list(needs), article)
                if match is not None:
                    claimed.append(match)
        claimed.sort(key=lambda match: (-match.score, match.topic))
        return claimed

    def why_not(self, slug: str, fields: tuple[Field, ...], outlet: str | None) -> str:
        """What a topic lacks to be claimed, for a person."""
        number = next((i for i, topic in enumerate(self._topics) if topic.slug == slug), None)
        if number is None:
            return "what it looks for is stated for other languages"
        topic = self._topics[number]
        if topic.outlets and (outlet or "").casefold() not in topic.outlets:
            return f"it is for {', '.join(topic.outlets)} only, not for {outlet or 'no outlet'}"
        article = self._article(fields)
        ignored = article.spans_of_all(self._ignored[number])
        mine = [i for i, need in enumerate(self._needs) if need.topic == number]
        there = {i for i in mine if any(article.spans(i, ignored))}

        def written(needs: list[int]) -> str:
            return ", ".join(repr(self._needs[i].entry.expression.written) for i in needs[:5])

        if lacking := [i for i in self._all[number] if i not in there]:
            return f"of `all` it lacks {written(lacking)}"
        if topic.any and not any(self._needs[i].role == "any" for i in there):
            return "nothing of `any` is there"
        if unwanted := [i for i in self._not[number] if i in there]:
            return f"of `none` there is {written(unwanted)}"
        return f"its score stays below the minimum of {topic.minimum:g}"

    def _article(self, fields: tuple[Field, ...]) -> _Article:
        places = [self._places(field) for field in fields]
        regexes = [self._matched(field) if self._regexes else {} for field in fields]
        return _Article(self, fields, places, regexes)

    def _claim(self, number: int, touched: list[int], article: _Article) -> TopicMatch | None:
        """The topic with its evidence, where its needs are met."""
        topic, required = self._topics[number], self._all[number]
        if required and not {*touched}.issuperset(required):
            return None
        ignored = article.spans_of_all(self._ignored[number])
        found = [(need, article.spans(need, ignored)) for need in touched]
        met = [(need, spans) for need, spans in found if any(spans)]
        if required and not {need for need, _ in met}.issuperset(required):
            return None
        if not met or (topic.any and all(self._needs[need].role != "any" for need, _ in met)):
            return None
        score = 0.0
        for need, (title, text) in met:
            repeats = min(len(text), _MOST_REPEATS - 1)
            worth = _REPEATS[repeats] + (TITLE_BONUS if title else 0.0)
            score += self._needs[need].entry.weight * worth
        if score < topic.minimum:
            return None
        if any(any(article.spans(need, ignored)) for need in self._not[number]):
            return None
        evidence = tuple(article.evidence(met))
        return TopicMatch(topic.slug, round(score, 4), self._name, self._version, evidence)

    def _places(self, field: Field) -> dict[int, list[Span]]:
        """By phrase, where it stands in the folded text: ascending."""
        places: dict[int, list[Span]] = {}
        plain, checked, data = self._plain, self._checked, field.folded.data
        cased: list[tuple[int, Span]] = []
        for pattern, start, end in field.hits:
            for phrase in plain[pattern]:
                places.setdefault(phrase, []).append((start + 1, end - 1))
            for phrase in checked[pattern]:
                wanted = self._in_order[phrase]
                span = stands(data, start, end, wanted, self._unspaced)
                if span is None:
                    continue
                if wanted.cased is not None:
                    cased.append((phrase, span))
                else:
                    places.setdefault(phrase, []).append(span)
        if cased:
            originals = folded_to_stored(field.folded, [span for _, span in cased])
            for phrase, span in cased:
                begin, stop = originals[span]
                if same_case(self._in_order[phrase], field.value[begin:stop]):
                    places.setdefault(phrase, []).append(span)
        return places

    def _matched(self, field: Field) -> dict[int, list[Span]]:
        """By need, where its regular expression matches: ascending bytes of the stored text."""
        data = field.value.encode("utf-8", "surrogatepass")
        matched: dict[int, list[Span]] = {}
        for index in self._filter.Match(data) or ():
            number, regex = self._regexes[index]
            spans = list(matches(regex, data))
            if spans:
                matched[number] = spans
        return matched


class _Article:
    """What was found in one article, as the topics ask for it."""

    def __init__(
        self,
        plan: Plan,
        fields: tuple[Field, ...],
        places: list[dict[int, list[Span]]],
        regexes: list[dict[int, list[Span]]],
    ) -> None:
        self._needs, self._unspaced = plan._needs, plan._unspaced
        self._fields, self.places, self.regexes = fields, places, regexes

    def spans(self, need: int, ignored: tuple[list[Span], ...]) -> list[list[Span]]:
        """Where a need is met in each field: folded bytes, for a regular expression stored ones."""
        _, _, entry, left, right = self._needs[need]
        found = []
        for index, places in enumerate(self.places):
            if entry.expression.regex:
                found.append(self.regexes[index].get(need, []))
                continue
            spans = _of_any(left, places, ignored[index])
            if right and spans:
                others = _of_any(right, places, ignored[index])
                data = self._fields[index].folded.data
                spans = near_places(data, spans, others, entry.expression, self._unspaced)
            found.append(spans)
        return found

    def spans_of_all(self, phrases: tuple[int, ...]) -> tuple[list[Span], ...]:
        """Where any of the phrases stand, in each field."""
        return tuple(_of_any(phrases, places, []) if phrases else [] for places in self.places)

    def evidence(self, met: list[tuple[int, list[list[Span]]]]) -> Iterator[Evidence]:
        """The places of a topic's needs in the stored fields, title first, in order of place."""
        room = MOST_EVIDENCE
        for index, field in enumerate(self._fields):
            kept = [
                (span, need)
                for need, spans in met
                for span in spans[index][:MOST_PLACES_OF_AN_ENTRY]
            ]
            if not kept:
                continue
            folded = [s for s, need in kept if not self._needs[need].entry.expression.regex]
            stored = [s for s, need in kept if self._needs[need].entry.expression.regex]
            originals = folded_to_stored(field.folded, folded) if folded else {}
            characters = bytes_to_stored(field.value, stored) if stored else {}
            places = sorted(
                (characters if self._needs[need].entry.expression.regex else originals)[span]
                + (need,)
                for span, need in kept
            )
            for begin, stop, need in places[:room]:
                entry = self._needs[need].entry
                surface = field.value[begin:stop]
                written = entry.expression.written
                yield Evidence(written, surface, field.name, begin + 1, stop - begin, entry.weight)
            room -= min(room, len(places))


def _of_any(
    phrases: tuple[int, ...], places: dict[int, list[Span]], ignored: list[Span]
) -> list[Span]:
    """The places of any of the phrases, ascending, without those within an ignored one."""
    if len(phrases) == 1:
        spans = places.get(phrases[0], [])
    else:
        spans = sorted({span for phrase in phrases for span in places.get(phrase, ())})
    if ignored and spans:
        spans = [s for s in spans if not any(i[0] <= s[0] and s[1] <= i[1] for i in ignored)]
    return spans
