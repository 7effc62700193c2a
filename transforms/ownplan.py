"""Looks for what topics of one's own ask for, in texts of one language.

All terms of all topics are patterns of one automaton (transforms/topics.py runs it, together with
the default rules' terms, over the folded text). A plan says what its hits amount to: a topic is
looked at only where one of its terms was hit, or one of its regular expressions, which are asked
for all at once and only where the characters they need are there (RE2's Filter).

The points of a topic are the sum over the expressions found in `any` and `all` of

    weight x (repeats + 2 if in the title),   repeats = 1, 1.5, 1.75... for 1, 2, 3... places

without regard to the text's length, so that a minimum can be reckoned by hand. Its score is
points / (points + minimum), or + 1 without one: 0.5 at the minimum, 0.8 at four times as much.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import re2

from records import TopicMatch
from transforms.arrays import Numbers, Rows
from transforms.block import REPEATS, TITLE_BONUS, Block, Field, Hits, worths
from transforms.expressions import Phrase, compiled
from transforms.ownfound import Found, Met, Need, Places
from transforms.ownrules import ROLES, Entry, OwnRules, OwnTopic
from transforms.places import Span, folded_to_stored, matches, same_case, stands
from transforms.scripts import UNSPACED

_Hit = tuple[int, int, int]  # of a plan's pattern: its number, start and end in a folded field


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


class _Claim(NamedTuple):
    """A topic whose needs are met."""

    topic: int
    points: float
    met: Met


def _score(points: float, topic: OwnTopic) -> float:
    """On the scale of 0 to 1 that all scores have: 0.5 where a topic just has its minimum."""
    return round(points / (points + (topic.minimum or 1.0)), 4)


class Plan:
    """What the rules ask of articles in one language ("" for those that no rule names).

    `unspaced` plans are for texts with characters of scripts without spaces: their terms are
    found wherever they stand and then checked; elsewhere words are fenced by spaces.
    """

    def __init__(self, rules: OwnRules, language: str, unspaced: bool) -> None:
        self._name, self._version = rules.name, rules.version
        self._unspaced = unspaced
        self._topics: list[OwnTopic] = []
        self._needs: list[Need] = []
        self._phrases: dict[Phrase, int] = {}
        self._least: list[float] = []  # by topic, a hair below its minimum: sums are rounded
        self._all: list[frozenset[int]] = []  # by topic: its needs in `all`
        self._ignored: list[frozenset[int]] = []  # by topic: phrases
        for topic in rules.rules:
            if not topic.languages or language in topic.languages:
                self._add(topic, language)
        self._in_order = list(self._phrases)
        self._index()
        self._patterns()
        self._sum_up()
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
        self._least.append(topic.minimum - 1e-9)
        first = len(self._needs)
        for role in ("any", "all", "none"):
            for entry in kept[role]:
                left, right = (
                    tuple(self._phrases.setdefault(p, len(self._phrases)) for p in side)
                    for side in (entry.expression.left, entry.expression.right)
                )
                self._needs.append(Need(number, role, entry, left, right))
        mine = enumerate(self._needs[first:], first)
        self._all.append(frozenset(i for i, need in mine if need.role == "all"))
        self._ignored.append(
            frozenset(
                self._phrases.setdefault(phrase, len(self._phrases))
                for entry in kept["ignore"]
                for phrase in entry.expression.left
            )
        )

    def _index(self) -> None:
        """By phrase: the needs and topics that it is for, and what it may add to their points."""
        self._phrases_of = [set(ignored) for ignored in self._ignored]
        self._used_by: list[list[tuple[int, int]]] = [[] for _ in self._phrases]
        self._votes: list[list[tuple[int, float]]] = [[] for _ in self._phrases]
        self._near_votes: dict[int, list[tuple[int, float]]] = {}
        for number, need in enumerate(self._needs):
            for phrase in dict.fromkeys(need.left + need.right):
                self._used_by[phrase].append((need.topic, number))
                self._phrases_of[need.topic].add(phrase)
            if need.role == "none":
                continue
            if not need.right:
                for phrase in need.left:
                    self._votes[phrase].append((need.topic, need.entry.weight))
                continue
            # Both sides have to be there, so the one of longer words, which is rarer, will do.
            sides = (need.left, need.right)
            for phrase in max(
                sides, key=lambda s: min(len(self._in_order[p].pieces[0]) for p in s)
            ):
                vote = (need.topic, need.entry.weight * TITLE_BONUS)
                self._near_votes.setdefault(phrase, []).append(vote)

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
        # Most patterns are one plain phrase and nothing else.
        self._single = [
            p[0] if len(p) == 1 and not checked else -1 for p, checked in found.values()
        ]
        self._plain = [tuple(plain) for plain, _ in found.values()]
        self._checked = [tuple(checked) for _, checked in found.values()]

    def _sum_up(self) -> None:
        """By pattern, what a hit may add to which topics' points, whatever phrase it is of; by
        topic, the patterns that it has to do with."""
        votes: list[list[tuple[int, float, bool]]] = []  # topic, weight, of a proximity
        patterns_of: dict[int, list[int]] = {}
        for number, (plain, checked) in enumerate(zip(self._plain, self._checked, strict=True)):
            phrases = plain + checked
            votes.append(
                [(*vote, False) for each in phrases for vote in self._votes[each]]
                + [(*vote, True) for each in phrases for vote in self._near_votes.get(each, ())]
            )
            for each in phrases:
                patterns_of.setdefault(each, []).append(number)
        looked_for = [
            sorted({number for phrase in phrases for number in patterns_of.get(phrase, ())})
            for phrases in self._phrases_of
        ]
        flat = [vote for some in votes for vote in some]
        self._votes_of = Rows(votes)
        self._vote_topic = np.array([topic for topic, _, _ in flat], np.intp)
        self._vote_weight = np.array([weight for _, weight, _ in flat], np.float64)
        self._vote_near = np.array([near for _, _, near in flat], bool)
        self._patterns_of = Rows(looked_for)
        self._looked_for = np.array([n for some in looked_for for n in some], np.intp)

    def claimed(
        self, block: Block, hits: Hits, first: int, outlets: list[str | None]
    ) -> list[list[TopicMatch]]:
        """The topics of each article of a block, best first, equals by name.

        In `hits` its patterns are numbered from `first` on.
        """
        regexes = [self._matched(*fields) for fields in block.articles]
        mine = hits.where(hits.pattern >= first)
        mine = mine._replace(pattern=mine.pattern - first)
        fields = block.field_of(mine.start)
        candidates = self._candidates(mine, fields, regexes)
        wanted = self._wanted(block, mine, fields, candidates)
        return [
            self._claimed(block.articles[i], found, wanted[2 * i : 2 * i + 2], topics, outlets[i])
            if topics
            else []
            for i, (found, topics) in enumerate(zip(regexes, candidates, strict=True))
        ]

    def _candidates(
        self, hits: Hits, fields: Numbers, regexes: list[tuple[Places, Places]]
    ) -> list[dict[int, set[int]]]:
        """By article the topics whose points may reach their minimum, each with no needs yet.

        Hits are taken at their most: each for a phrase that stands there, none ignored.
        """
        topics = len(self._topics)
        field, pattern, worth = worths(fields, hits.pattern, len(self.patterns))
        owner, vote = self._votes_of.items(pattern)
        points = self._vote_weight[vote] * np.where(self._vote_near[vote], 1.0, worth[owner])
        cells = field[owner] // 2 * topics + self._vote_topic[vote]
        cells, places = np.unique(cells, return_inverse=True)
        article, topic = np.divmod(cells, topics)
        kept = np.bincount(places, points, len(cells)) >= np.array(self._least)[topic]
        found: list[dict[int, set[int]]] = [{} for _ in regexes]
        for i, number in zip(article[kept].tolist(), topic[kept].tolist(), strict=True):
            found[i][number] = set()
        for mine, both in zip(found, regexes, strict=True):
            for regex in (*both[0], *both[1]):
                if (need := self._needs[regex]).role != "none":
                    mine.setdefault(need.topic, set())
        return found

    def _wanted(
        self, block: Block, hits: Hits, fields: Numbers, candidates: list[dict[int, set[int]]]
    ) -> list[list[_Hit]]:
        """By field the hits that the candidates have to do with, as places in the field."""
        count = len(self.patterns)
        pairs = [(i, topic) for i, topics in enumerate(candidates) for topic in topics]
        article, topic = np.array(pairs, np.intp).reshape(-1, 2).T
        owner, item = self._patterns_of.items(topic)
        wanted = article[owner] * count + self._looked_for[item]
        kept = np.isin(fields // 2 * count + hits.pattern, wanted)
        hits, fields = hits.where(kept), fields[kept]
        at = block.starts[fields]
        start, end = (hits.start - at).tolist(), (hits.end - at).tolist()
        found = list(zip(hits.pattern.tolist(), start, end, strict=True))
        bounds = np.searchsorted(fields, np.arange(len(block.fields) + 1)).tolist()
        return [found[start:end] for start, end in pairwise(bounds)]

    def _claimed(
        self,
        fields: tuple[Field, Field],
        regexes: tuple[Places, Places],
        hits: list[list[_Hit]],
        candidates: dict[int, set[int]],
        outlet: str | None,
    ) -> list[TopicMatch]:
        """Of the candidates the topics that are claimed; hits in the title and in the text."""
        title, text = map(self._places, fields, hits)
        article = Found(self._needs, self._unspaced, fields, (title, text), regexes)
        # Those of `none` are among them: only what is there has to be looked at.
        for phrase in dict.fromkeys((*title, *text)):
            for topic, need in self._used_by[phrase]:
                if topic in candidates:
                    candidates[topic].add(need)
        for places in regexes:
            for need in places:
                if (topic := self._needs[need].topic) in candidates:
                    candidates[topic].add(need)
        folded = outlet.casefold() if outlet else None
        claims: list[_Claim] = []
        for number, needs in candidates.items():
            outlets = self._topics[number].outlets
            if not outlets or folded in outlets:
                claim = self._claim(number, sorted(needs), article)
                if claim is not None:
                    claims.append(claim)
        evidence = article.evidence([claim.met for claim in claims]) if claims else []
        claimed = [
            TopicMatch(topic.slug, _score(points, topic), self._name, self._version, why)
            for (number, points, _), why in zip(claims, evidence, strict=True)
            for topic in [self._topics[number]]
        ]
        claimed.sort(key=lambda match: (-match.score, match.topic))
        return claimed

    def why_not(self, slug: str, block: Block, hits: Hits, first: int, outlet: str | None) -> str:
        """What a topic lacks to be claimed for the one article of a block, for a person."""
        number = next((i for i, topic in enumerate(self._topics) if topic.slug == slug), None)
        if number is None:
            return "what it looks for is stated for other languages"
        topic = self._topics[number]
        if topic.outlets and (outlet or "").casefold() not in topic.outlets:
            return f"it is for {', '.join(topic.outlets)} only, not for {outlet or 'no outlet'}"
        [fields] = block.articles
        regexes = self._matched(*fields)
        mine = hits.where(hits.pattern >= first)
        mine = mine._replace(pattern=mine.pattern - first)
        hit = self._wanted(block, mine, block.field_of(mine.start), [{number: set()}])
        title, text = map(self._places, fields, hit)
        article = Found(self._needs, self._unspaced, fields, (title, text), regexes)
        ignored = article.spans_of_all(self._ignored[number])
        needs = [i for i, need in enumerate(self._needs) if need.topic == number]
        there = {i for i in needs if any(article.spans(i, ignored))}

        def written(needs: list[int]) -> str:
            return ", ".join(repr(self._needs[i].entry.expression.written) for i in needs[:5])

        if lacking := [i for i in needs if i in self._all[number] and i not in there]:
            return f"of `all` it lacks {written(lacking)}"
        if topic.any and not any(self._needs[i].role == "any" for i in there):
            return "nothing of `any` is there"
        if unwanted := [i for i in needs if self._needs[i].role == "none" and i in there]:
            return f"of `none` there is {written(unwanted)}"
        return f"its points stay below the minimum of {topic.minimum:g}"

    def _claim(self, number: int, touched: list[int], article: Found) -> _Claim | None:
        """Whether a topic's needs are met, and by what."""
        required = self._all[number]
        if required and not {*touched}.issuperset(required):
            return None
        ignored = article.spans_of_all(self._ignored[number])
        met: Met = []
        unwanted: list[int] = []
        points, any_met = 0.0, not self._topics[number].any
        for number_of_need in touched:
            if self._needs[number_of_need].role == "none":
                unwanted.append(number_of_need)
                continue
            title, text = spans = article.spans(number_of_need, ignored)
            if not title and not text:
                if number_of_need in required:
                    return None
                continue
            need = self._needs[number_of_need]
            met.append((need.entry, spans))
            any_met = any_met or need.role == "any"
            repeats = len(text)
            worth = REPEATS[min(repeats, len(REPEATS) - 1)]
            points += need.entry.weight * (worth + TITLE_BONUS if title else worth)
        if not met or not any_met or points < self._least[number]:
            return None
        if any(any(article.spans(need, ignored)) for need in unwanted):
            return None
        return _Claim(number, points, met)

    def _places(self, field: Field, hits: list[_Hit]) -> Places:
        """By phrase that was hit, where it stands in the folded text: ascending."""
        places: Places = {}
        plain, checked, data = self._plain, self._checked, field.folded.data
        cased: list[tuple[int, Span]] = []
        for pattern, start, end in hits:
            phrase = self._single[pattern]
            if phrase >= 0:
                if phrase in places:
                    places[phrase].append((start + 1, end - 1))
                else:
                    places[phrase] = [(start + 1, end - 1)]
                continue
            for phrase in plain[pattern]:
                places.setdefault(phrase, []).append((start + 1, end - 1))
            for phrase in checked[pattern]:
                expected = self._in_order[phrase]
                span = stands(data, start, end, expected, self._unspaced)
                if span is None:
                    continue
                if expected.cased is not None:
                    cased.append((phrase, span))
                    continue
                spans = places.setdefault(phrase, [])
                if not spans or spans[-1] != span:  # a word may have it in it twice
                    spans.append(span)
        if cased:
            originals = folded_to_stored(field.folded, [span for _, span in cased])
            for phrase, span in cased:
                begin, stop = originals[span]
                spans = places.setdefault(phrase, [])
                if same_case(self._in_order[phrase], field.value[begin:stop]):
                    if not spans or spans[-1] != span:
                        spans.append(span)
                elif not spans:
                    del places[phrase]
        return places

    def _matched(self, title: Field, text: Field) -> tuple[Places, Places]:
        """By need, where its regular expression matches: ascending bytes of the stored fields."""
        in_title: Places = {}
        in_text: Places = {}
        if self._regexes:
            head, body = (f.value.encode("utf-8", "surrogatepass") for f in (title, text))
            # Asked for in both at once; what matches only across the two is in neither.
            for index in self._filter.Match(head + b"\0" + body) or ():
                number, regex = self._regexes[index]
                for places, data in ((in_title, head), (in_text, body)):
                    if spans := list(matches(regex, data)):
                        places[number] = spans
        return in_title, in_text
