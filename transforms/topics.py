"""What an article is about: topics, each with a score and the words it rests on.

What speaks for a topic is

    strength = sum over its terms of weight * (repeats + 2 if in the title) / sqrt(words / 200)

where words are taken to be six characters long (two in Chinese and its like) and repeats is 1,
1.5, 1.75… for one, two, three… places in the text: saying a word again adds little, and a long
text, which mentions everything once, must say more. Its score is the chance that it is right:

    odds = 0.26 * strength^(3/4) * (strength + 1) / (strength of the best other + 1)
    score = odds / (1 + odds)

A topic is claimed from a strength of 4 and a score of 0.3 on, at most four of them. Topics of the
second level are looked for below those that are claimed: their terms are some of the broader
topic's, their odds are reckoned among the topics below the same one, and their score is the chance
that both are right. So they never change what is claimed above. The constants
were set on news in English and Russian and on sentences in fifteen languages:
benchmarks/calibration.py fits them, benchmarks/topics.py measures what they do.

Only the first 100,000 characters of a text are read, which bounds time and memory for any input.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import NamedTuple

from records import Evidence, TopicMatch
from transforms.asides import asides, may_have_menus
from transforms.folding import fold
from transforms.matching import Automaton, Place, Vote
from transforms.ownfound import Field
from transforms.ownplan import Plan, languages_named
from transforms.ownrules import OwnRules
from transforms.places import folded_to_stored
from transforms.rules import Example, Rules, default_rules
from transforms.scripts import has_unspaced

LEAST_STRENGTH = 4.0
LEAST_SCORE = 0.3
LEVEL = 0.26  # the odds of a topic that has a strength of 1, as another has
MOST_TOPICS = 4
TITLE_BONUS = 2.0
USUAL_WORDS = 200
FEWEST_WORDS = 50  # a headline is judged as if it had these: one normal term is enough
LONGEST_TEXT = 100_000
MOST_FINER = 4  # topics of the second level
SUREST_FINER = 0.98  # of one below a topic: it is always less likely than that
MOST_EVIDENCE = 20  # places kept for a topic, of which
MOST_PLACES_OF_A_TERM = 3

_MOST_REPEATS = 12  # more add nothing to speak of
_REPEATS = tuple(2.0 - 0.5 ** (n - 1) for n in range(_MOST_REPEATS))  # 0, 1, 1.5, 1.75…


Tagged = tuple[str | None, str | None, str, str | None]  # title, text, language, outlet
_Asked = tuple[str | None, str | None, str]
_Looked = tuple[Automaton, Plan | None, tuple[Field, Field]]


class _Weighed(NamedTuple):
    """What the terms of the rule set in one article amount to."""

    in_title: list[Place]
    in_text: list[Place]
    norm: float  # what sums are divided by, for the length
    worths: dict[int, float]  # by pattern
    strengths: dict[str, float]  # by topic at the top


class Tagger:
    """Tags texts by a rule set, and by topics of one's own beside it or in its place.

    What a language needs is built when it is first met. Topics of one's own never change what
    the rule set claims: their terms are found in the same pass and judged by themselves.
    """

    def __init__(self, rules: Rules | None, own: OwnRules | None = None) -> None:
        self.rules = rules
        self.own = own
        self._broader = rules.broader if rules else {}
        self._named = languages_named(own) if own else frozenset()
        self._automata: dict[tuple[str, bool], Automaton] = {}
        self._plans: dict[tuple[str, bool], Plan] = {}

    def knows(self, language: str) -> bool:
        """Whether there are terms for a language; in no other is anything ever found."""
        return self._has_terms(language) or self._plan(language, False) is not None

    def _has_terms(self, language: str) -> bool:
        return self.rules is not None and bool(self.rules.terms.get(language))

    def _plan(self, language: str, unspaced: bool) -> Plan | None:
        """What one's own topics ask of a language; None where they ask nothing."""
        if self.own is None:
            return None
        key = (language if language in self._named else "", unspaced)
        if key not in self._plans:
            self._plans[key] = Plan(self.own, *key)
        plan = self._plans[key]
        return None if plan.empty else plan

    def _automaton(self, language: str, unspaced: bool, plan: Plan | None) -> Automaton:
        if not self._has_terms(language) and language not in self._named:
            language = ""
        key = (language, unspaced)
        if key not in self._automata:
            patterns = plan.patterns if plan else ()
            self._automata[key] = Automaton(self.rules, language, patterns)
        return self._automata[key]

    def broken_examples(self) -> list[Example]:
        """The examples of the rule set that do not hold, each judged as a text without a title."""
        return [
            example
            for example in (self.rules.examples if self.rules else ())
            if example.wanted
            is not any(
                match.topic == example.topic
                for match in self.tag(None, example.text, example.language)
            )
        ]

    def tag(
        self, title: str | None, text: str | None, language: str, outlet: str | None = None
    ) -> tuple[TopicMatch, ...]:
        """The topics of an article, best first; () where none is claimed.

        Only terms of the article's language apply: of the rule set there is never a topic for
        "und" and for languages without terms, rather than a guess. Topics of one's own follow
        those of the rule set: their scores are not of one kind.
        """
        return self.tag_all([(title, text, language, outlet)])[0]

    def tag_all(self, articles: Sequence[Tagged]) -> list[tuple[TopicMatch, ...]]:
        """The same for many articles, which costs less: each step's tables fill a core's cache."""
        looked = self._looked_through([each[:3] for each in articles])
        found: list[tuple[TopicMatch, ...]] = [
            self._by_rules(automaton, *fields) if self._has_terms(each[2]) else ()
            for (automaton, _, fields), each in zip(looked, articles, strict=True)
        ]
        asked: dict[Plan, list[int]] = {}
        for number, (_, plan, _) in enumerate(looked):
            if plan is not None:
                asked.setdefault(plan, []).append(number)
        for plan, numbers in asked.items():
            mine = [(looked[number][2], articles[number][3]) for number in numbers]
            for number, claimed in zip(numbers, plan.claimed(mine), strict=True):
                found[number] += tuple(claimed)
        return found

    def considered(
        self, title: str | None, text: str | None, language: str
    ) -> tuple[TopicMatch, ...]:
        """Every topic of the rule set that has a term in an article, claimed or not, best first."""
        if not self._has_terms(language):
            return ()
        [(automaton, _, fields)] = self._looked_through([(title, text, language)])
        return self._by_rules(automaton, *fields, every=True)

    def strengths(self, title: str | None, text: str | None, language: str) -> dict[str, float]:
        """What speaks for each topic of the rule set in an article, before it is a score."""
        if not self._has_terms(language):
            return {}
        [(automaton, _, fields)] = self._looked_through([(title, text, language)])
        return self._weighed(automaton, *fields).strengths

    def why_not(
        self, topic: str, title: str | None, text: str | None, language: str, outlet: str | None
    ) -> str:
        """What a topic of one's own lacks to be claimed for an article, for a person."""
        [(_, plan, fields)] = self._looked_through([(title, text, language)])
        if plan is None:
            return f"its languages are others than {language}"
        return plan.why_not(topic, fields, outlet)

    def _looked_through(self, articles: Sequence[_Asked]) -> list[_Looked]:
        """Titles and texts with the places of all terms in them."""
        values = [(_beginning(each[0] or ""), _beginning(each[1] or "")) for each in articles]
        folded = [(fold(head), fold(body)) for head, body in values]
        looked: list[_Looked] = []
        for (_, _, language), (head, body), (in_title, in_text) in zip(
            articles, values, folded, strict=True
        ):
            unspaced = self.own is not None and (
                has_unspaced(in_text.data) or has_unspaced(in_title.data)
            )
            plan = self._plan(language, unspaced)
            automaton = self._automaton(language, unspaced, plan)
            first = automaton.first
            fields = (
                Field("title", head, in_title, automaton.hits(in_title.data), first),
                Field("text", body, in_text, automaton.hits(in_text.data), first),
            )
            looked.append((automaton, plan, fields))
        return looked

    def _weighed(self, automaton: Automaton, title: Field, text: Field) -> _Weighed:
        """What the terms of the rule set in title and text amount to."""
        head, body = title.folded, text.folded
        in_title = _counted(automaton, title)
        in_text = _counted(automaton, text)
        words = (head.length + body.length) // (6 if automaton.spaced else 2)
        norm = sqrt(max(words, FEWEST_WORDS) / USUAL_WORDS)
        worths = _worths(in_title, in_text)
        return _Weighed(in_title, in_text, norm, worths, _strengths(automaton.votes, worths, norm))

    def _by_rules(
        self, automaton: Automaton, title: Field, text: Field, every: bool = False
    ) -> tuple[TopicMatch, ...]:
        """The topics of the rule set that are claimed, or `every` one that has a term there."""
        assert self.rules is not None
        weighed = self._weighed(automaton, title, text)
        strengths = weighed.strengths
        claimed = _ordered(strengths) if every else _claimed(strengths)
        if not claimed:
            return ()
        finer = self._finer(automaton, weighed, dict(claimed), every)
        claimed += finer
        evidence: dict[str, list[Evidence]] = {slug: [] for slug, _ in claimed}
        votes = automaton.every_vote if finer else automaton.votes
        speaking = {
            i: mine for i in weighed.worths if (mine := [v for v in votes[i] if v[0] in evidence])
        }
        _add_evidence(evidence, speaking, title, weighed.in_title)
        _add_evidence(evidence, speaking, text, weighed.in_text)
        return tuple(
            TopicMatch(slug, score, self.rules.name, self.rules.version, tuple(evidence[slug]))
            for slug, score in claimed
        )

    def _finer(
        self, automaton: Automaton, weighed: _Weighed, scores: dict[str, float], every: bool
    ) -> list[tuple[str, float]]:
        """Below the topics that have scores those that are claimed, or `every` one, best first."""
        broader, worths = self._broader, weighed.worths
        below: dict[str, dict[str, float]] = {}
        for i in worths.keys() & automaton.finer.keys():
            for slug, weight, _ in automaton.finer[i]:
                above = broader[slug]
                if above in scores:
                    sums = below.setdefault(above, {})
                    sums[slug] = sums.get(slug, 0.0) + weight * worths[i]
        found = []
        for above, sums in below.items():
            strengths = {slug: round(total / weighed.norm, 4) for slug, total in sums.items()}
            for slug, chance in _ordered(strengths, 0.0 if every else LEAST_STRENGTH):
                score = round(scores[above] * min(chance, SUREST_FINER), 4)
                if every or score >= LEAST_SCORE:
                    found.append((slug, score))
        found.sort(key=lambda each: (-each[1], each[0]))
        return found if every else found[:MOST_FINER]


@cache
def default_tagger() -> Tagger:
    """The tagger of the rule set that newsbeam brings, one a process."""
    return Tagger(default_rules())


def tag_topics(title: str | None, text: str | None, language: str) -> tuple[TopicMatch, ...]:
    """The topics of an article by the rule set that newsbeam brings: see Tagger.tag."""
    return default_tagger().tag(title, text, language)


def _beginning(value: str) -> str:
    if len(value) <= LONGEST_TEXT:
        return value
    # Not within a word, unless it is one that no language has.
    cut = value.rfind(" ", LONGEST_TEXT - 100, LONGEST_TEXT)
    return value[: cut if cut > 0 else LONGEST_TEXT]


def _counted(automaton: Automaton, field: Field) -> list[Place]:
    """The places of terms in a field that are evidence: neither denied nor in an aside."""
    places, hits = automaton.places(field.folded.data, field.hits)
    if not places:
        return places
    marked: list[tuple[int, int]] = []
    kinds: list[str] = []
    if hits:
        count = len(automaton.patterns)
        denied = set()
        for i, start, end in hits:
            kind = automaton.kinds[i - count]
            if kind == "denial":
                denied.add(end)
            else:
                fence = field.folded.data[start] == 32  # the spaces around it are not the mark's
                marked.append((start + fence, end - fence))
                kinds.append(kind)
        if denied:
            places = [place for place in places if place[0] not in denied]
    if not marked and not may_have_menus(field.value):
        return places
    stored = folded_to_stored(field.folded, marked)
    passed_over = asides(
        field.value, [(stored[span], kind) for span, kind in zip(marked, kinds, strict=True)]
    )
    if not passed_over:
        return places
    spans = field.folded.spans([(start, end) for start, end, _ in places])
    begins = [begin for begin, _ in passed_over]
    return [
        place
        for place, (start, end) in zip(places, spans, strict=True)
        if (at := bisect_right(begins, start)) == 0 or passed_over[at - 1][1] < end
    ]


def _worths(in_title: list[Place], in_text: list[Place]) -> dict[int, float]:
    """By pattern, what its places are worth."""
    counts = Counter([place[2] for place in in_text])
    worths = {
        i: _REPEATS[repeats] if repeats < _MOST_REPEATS else _REPEATS[-1]
        for i, repeats in counts.items()
    }
    for i in {i for _, _, i in in_title}:
        worths[i] = worths.get(i, 0.0) + TITLE_BONUS
    return worths


def _strengths(
    votes: list[tuple[Vote, ...]], worths: dict[int, float], norm: float
) -> dict[str, float]:
    """What speaks for every topic that has a term.

    Sums of small multiples of 2^-11, which floating point holds exactly, in whatever order.
    """
    sums: dict[str, float] = defaultdict(float)
    for i, worth in worths.items():
        for topic, weight, _ in votes[i]:
            sums[topic] += weight * worth
    return {slug: round(total / norm, 4) for slug, total in sums.items()}


def _chance(strength: float, other: float) -> float:
    """The chance that a topic is right, from its strength and that of the best other one.

    Only sums, products and square roots: those are the same to the bit on every machine.
    """
    root = sqrt(strength)
    odds = LEVEL * root * sqrt(root) * (strength + 1.0) / (other + 1.0)
    return round(odds / (1.0 + odds), 4)


def _ordered(strengths: dict[str, float], least: float = 0.0) -> list[tuple[str, float]]:
    """Every topic of such a strength with its score, best first, equals by name."""
    first, second = (*sorted(strengths.values(), reverse=True)[:2], 0.0, 0.0)[:2]
    scored = [
        (slug, _chance(strength, second if strength == first else first))
        for slug, strength in strengths.items()
        if strength >= least
    ]
    return sorted(scored, key=lambda item: (-item[1], item[0]))


def _claimed(strengths: dict[str, float]) -> list[tuple[str, float]]:
    """The topics that enough speaks for, best first, equals by name."""
    if not strengths or max(strengths.values()) < LEAST_STRENGTH:
        return []
    ordered = _ordered(strengths, LEAST_STRENGTH)
    return [each for each in ordered if each[1] >= LEAST_SCORE][:MOST_TOPICS]


def _add_evidence(
    evidence: dict[str, list[Evidence]],
    speaking: dict[int, list[Vote]],
    field: Field,
    places: list[Place],
) -> None:
    """Adds where the terms of the claimed topics stand in a stored field, in order of place.

    `speaking` are the patterns that count for these topics, with what they count for.
    """
    counts: dict[int, int] = {}
    kept: list[tuple[int, int]] = []
    reasons: list[list[Vote]] = []
    for start, end, i in places:
        if i in speaking:
            before = counts.get(i, 0)
            if before < MOST_PLACES_OF_A_TERM:
                counts[i] = before + 1
                kept.append((start, end))
                reasons.append(speaking[i])
    if not kept:
        return
    name, value = field.name, field.value
    for (begin, stop), votes in zip(field.folded.spans(kept), reasons, strict=True):
        one = None
        for topic, weight, term in votes:
            mine = evidence[topic]
            if len(mine) < MOST_EVIDENCE:
                if one is None or one.term != term or one.weight != weight:
                    surface = value[begin:stop]
                    one = Evidence(term, surface, name, begin + 1, stop - begin, weight)
                mine.append(one)
