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

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from records import Evidence, TopicMatch
from transforms.arrays import Numbers, Reals, ranks, ranks_in_order
from transforms.asides import ASIDES, Span, asides, may_have_menus
from transforms.block import Block, Field, Hits, fields_of, worths
from transforms.matching import Automaton
from transforms.ownplan import Plan, languages_named
from transforms.ownrules import OwnRules
from transforms.rules import Example, Rules, default_rules
from transforms.scores import Claims, Levels, claims, rounded
from transforms.scripts import has_unspaced

USUAL_WORDS = 200
FEWEST_WORDS = 50  # a headline is judged as if it had these: one normal term is enough
MOST_EVIDENCE = 20  # places kept for a topic, of which
MOST_PLACES_OF_A_TERM = 3  # in the title, and as many in the text

_LARGEST_BLOCK = 2**20  # bytes, or one article: what bounds the memory that hits take

Tagged = tuple[str | None, str | None, str, str | None]  # title, text, language, outlet


class _Weighed(NamedTuple):
    """What the terms of the rule set in a block amount to."""

    places: Hits  # of terms that are evidence
    fields: Numbers  # of each place
    strengths: Reals  # a row an article, a column a topic


class Tagger:
    """Tags texts by a rule set, and by topics of one's own beside it or in its place.

    What a language needs is built when it is first met. Topics of one's own never change what
    the rule set claims: their terms are found in the same pass and judged by themselves.
    """

    def __init__(self, rules: Rules | None, own: OwnRules | None = None) -> None:
        self.rules = rules
        self.own = own
        self._levels = Levels(rules)
        self._named = languages_named(own) if own else frozenset()
        self._automata: dict[tuple[str, bool], Automaton] = {}
        self._plans: dict[tuple[str, bool], Plan] = {}
        self._searches: dict[tuple[str, bool], tuple[Automaton, Plan | None]] = {}

    def knows(self, language: str) -> bool:
        """Whether there are terms for a language; in no other is anything ever found."""
        automaton, plan = self._search(language, False)
        return bool(automaton.patterns) or plan is not None

    def _search(self, language: str, unspaced: bool) -> tuple[Automaton, Plan | None]:
        """What to search texts in a language with: all terms, and what one's own topics ask.

        None where they ask nothing.
        """
        asked = language, unspaced
        if asked not in self._searches:
            plan = self._plan(language if language in self._named else "", unspaced)
            named = language in self._named or (self.rules and self.rules.terms.get(language))
            key = language if named else "", unspaced
            if key not in self._automata:
                patterns = plan.patterns if plan else ()
                self._automata[key] = Automaton(self.rules, self._levels, key[0], patterns)
            self._searches[asked] = self._automata[key], plan
        return self._searches[asked]

    def _plan(self, language: str, unspaced: bool) -> Plan | None:
        if self.own is None:
            return None
        key = language, unspaced
        if key not in self._plans:
            self._plans[key] = Plan(self.own, *key)
        plan = self._plans[key]
        return None if plan.empty else plan

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
        """The same for many articles, which costs a fraction: see transforms/block.py."""
        found: list[tuple[TopicMatch, ...]] = [()] * len(articles)
        for numbers, automaton, plan, block in self._blocks(articles):
            hits = automaton.hits(block.data)
            if automaton.patterns:
                matches = self._by_rules(automaton, block, hits)
                for number, claimed in zip(numbers, matches, strict=True):
                    found[number] = claimed
            if plan is not None:
                outlets = [articles[number][3] for number in numbers]
                own = plan.claimed(block, hits, automaton.first, outlets)
                for number, mine in zip(numbers, own, strict=True):
                    found[number] += tuple(mine)
        return found

    def considered(
        self, title: str | None, text: str | None, language: str
    ) -> tuple[TopicMatch, ...]:
        """Every topic of the rule set that has a term in an article, claimed or not, best first."""
        [(_, automaton, _, block)] = self._blocks([(title, text, language, None)])
        if not automaton.patterns:
            return ()
        return self._by_rules(automaton, block, automaton.hits(block.data), every=True)[0]

    def strengths(self, title: str | None, text: str | None, language: str) -> dict[str, float]:
        """What speaks for each topic at the top in an article, before it is a score."""
        [(_, automaton, _, block)] = self._blocks([(title, text, language, None)])
        if not automaton.patterns:
            return {}
        weighed = self._weighed(automaton, block, automaton.hits(block.data))
        top = weighed.strengths[0, : self._levels.top].tolist()
        return {slug: each for slug, each in zip(self._levels.slugs, top, strict=False) if each}

    def why_not(
        self, topic: str, title: str | None, text: str | None, language: str, outlet: str | None
    ) -> str:
        """What a topic of one's own lacks to be claimed for an article, for a person."""
        [(_, automaton, plan, block)] = self._blocks([(title, text, language, outlet)])
        if plan is None:
            return f"its languages are others than {language}"
        return plan.why_not(topic, block, automaton.hits(block.data), automaton.first, outlet)

    def _blocks(
        self, articles: Sequence[Tagged]
    ) -> Iterator[tuple[list[int], Automaton, Plan | None, Block]]:
        """The articles by number, those together that are searched for the same."""
        alike: dict[tuple[Automaton, Plan | None], list[tuple[int, tuple[Field, Field]]]] = {}
        for number, (title, text, language, _) in enumerate(articles):
            fields = fields_of(title, text)
            unspaced = self.own is not None and any(has_unspaced(f.folded.data) for f in fields)
            alike.setdefault(self._search(language, unspaced), []).append((number, fields))
        for (automaton, plan), members in alike.items():
            for some in _portions(members):
                numbers = [number for number, _ in some]
                yield numbers, automaton, plan, Block([fields for _, fields in some])

    def _weighed(self, automaton: Automaton, block: Block, hits: Hits) -> _Weighed:
        """What the terms of the rule set in the articles of a block amount to.

        Strengths are sums of small multiples of 2^-11, which floating point holds exactly, in
        whatever order; and one quotient.
        """
        places, fields = _counted(automaton, block, hits)
        field, pattern, worth = worths(fields, places.pattern, len(automaton.patterns))
        owner, vote = automaton.votes.of(pattern)
        shape = len(block.articles), len(self._levels.slugs)
        cells = field[owner] // 2 * shape[1] + automaton.votes.topic[vote]
        weights = automaton.votes.weight[vote] * worth[owner]
        sums = np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape)
        lengths = [head.folded.length + body.folded.length for head, body in block.articles]
        words = np.array(lengths) // (6 if automaton.spaced else 2)
        norms = np.sqrt(np.maximum(words, FEWEST_WORDS) / USUAL_WORDS)
        return _Weighed(places, fields, rounded(sums / norms[:, None]))

    def _by_rules(
        self, automaton: Automaton, block: Block, hits: Hits, every: bool = False
    ) -> list[tuple[TopicMatch, ...]]:
        """The topics of the rule set that are claimed, or `every` one that has a term there."""
        assert self.rules is not None
        weighed = self._weighed(automaton, block, hits)
        claimed = claims(weighed.strengths, self._levels, every)
        evidence = self._evidence(automaton, block, weighed, claimed)
        name, version, slugs = self.rules.name, self.rules.version, self._levels.slugs
        matches = [
            TopicMatch(slugs[topic], score, name, version, why)
            for topic, score, why in zip(
                claimed.topic.tolist(), claimed.score.tolist(), evidence, strict=True
            )
        ]
        bounds = np.searchsorted(claimed.article, np.arange(len(block.articles) + 1)).tolist()
        return [tuple(matches[start:end]) for start, end in pairwise(bounds)]

    def _evidence(
        self, automaton: Automaton, block: Block, weighed: _Weighed, claimed: Claims
    ) -> list[tuple[Evidence, ...]]:
        """For each claim where its terms stand in the stored fields, in order of place."""
        places, fields, votes = weighed.places, weighed.fields, automaton.votes
        number_of = np.full(weighed.strengths.shape, -1)
        number_of[claimed.article, claimed.topic] = np.arange(len(claimed.topic))
        again = ranks_in_order(fields * len(automaton.patterns) + places.pattern)
        few = np.flatnonzero(again < MOST_PLACES_OF_A_TERM)
        owner, vote = votes.of(places.pattern[few])
        place = few[owner]
        claim = number_of[fields[place] // 2, votes.topic[vote]]
        order = np.argsort(claim, kind="stable")
        order = order[np.searchsorted(claim[order], 0) :]  # those of claims
        order = order[ranks(claim[order]) < MOST_EVIDENCE]
        place, vote, claim = place[order], vote[order], claim[order]
        field = fields[place]
        begin, stop = block.stored(field, places.start[place], places.end[place])
        stated = [block.fields[i] for i in field.tolist()]
        ranges = zip(stated, begin.tolist(), stop.tolist(), strict=True)
        columns = (
            [votes.term[v] for v in vote.tolist()],
            [each.value[b:s] for each, b, s in ranges],
            [each.name for each in stated],
            (begin + 1).tolist(),
            (stop - begin).tolist(),
            votes.weight[vote].tolist(),
        )
        made = list(map(Evidence._make, zip(*columns, strict=True)))
        bounds = np.searchsorted(claim, np.arange(len(claimed.topic) + 1)).tolist()
        return [tuple(made[start:end]) for start, end in pairwise(bounds)]


@cache
def default_tagger() -> Tagger:
    """The tagger of the rule set that newsbeam brings, one a process."""
    return Tagger(default_rules())


def tag_topics(title: str | None, text: str | None, language: str) -> tuple[TopicMatch, ...]:
    """The topics of an article by the rule set that newsbeam brings: see Tagger.tag."""
    return default_tagger().tag(title, text, language)


def _portions(
    members: list[tuple[int, tuple[Field, Field]]],
) -> Iterator[list[tuple[int, tuple[Field, Field]]]]:
    """Articles in portions of a bounded size."""
    some: list[tuple[int, tuple[Field, Field]]] = []
    size = 0
    for member in members:
        length = sum(len(field.folded.data) for field in member[1])
        if some and size + length > _LARGEST_BLOCK:
            yield some
            some, size = [], 0
        some.append(member)
        size += length
    if some:
        yield some


def _counted(automaton: Automaton, block: Block, hits: Hits) -> tuple[Hits, Numbers]:
    """The places of terms that are evidence, neither denied nor in an aside; and their fields."""
    places = automaton.places(block.data, hits)
    marks, kinds = automaton.marks(hits)
    kind_of = np.array(kinds)
    if "denial" in kinds:
        places = places.where(~np.isin(places.start, marks.end[kind_of == "denial"]))
    if "denial after" in kinds:
        denied = np.isin(places.end, marks.start[kind_of == "denial after"])
        only = np.isin(places.start, marks.end[kind_of == "only"])
        places = places.where(~denied | only)
    fields = block.field_of(places.start)
    marked = _marked(block, marks, kinds)
    lost: list[Numbers] = []
    for field in np.unique(fields).tolist():
        value = block.fields[field].value
        if field not in marked and not may_have_menus(value):
            continue
        if passed_over := asides(value, marked[field]):
            mine = np.flatnonzero(fields == field)
            begin, stop = block.stored(fields[mine], places.start[mine], places.end[mine])
            begins, ends = np.array(passed_over, np.intp).T
            at = np.searchsorted(begins, begin, "right") - 1
            lost.append(mine[(at >= 0) & (ends[at] >= stop)])
    if not lost:
        return places, fields
    kept = np.delete(np.arange(len(fields)), np.concatenate(lost))
    return places.where(kept), fields[kept]


def _marked(block: Block, marks: Hits, kinds: list[str]) -> dict[int, list[tuple[Span, str]]]:
    """By field the places of marks of asides in what is stored, with their kinds."""
    found: dict[int, list[tuple[Span, str]]] = defaultdict(list)
    fenced = np.frombuffer(block.data, np.uint8)[marks.start] == ord(" ")
    fields = block.field_of(marks.start)
    # The spaces around it are not the mark's.
    spans = block.stored(fields, marks.start + fenced, marks.end - fenced)
    for field, kind, *span in zip(fields.tolist(), kinds, *spans, strict=True):
        if kind in ASIDES:
            found[field].append(((int(span[0]), int(span[1])), kind))
    return found
