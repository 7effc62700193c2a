"""What an article is about: topics, each with a score and the words it rests on.

A topic's score is

    sum over its terms of weight * (repeats + 2 if in the title) / sqrt(words / 200)

where words are taken to be six characters long (two in Chinese and its like) and repeats is 1,
1.5, 1.75… for one, two, three… places in the text: saying a word again adds little, and a long
text, which mentions everything once, must say more. A topic is claimed where its score reaches 4
and 0.45 of the best one's, at most four of them. The constants were set on news in English and
Russian and looked at on sentences in nine languages: benchmarks/topics.py.

Only the first 100,000 characters of a text are read, which bounds time and memory for any input.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import sqrt
from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import PCollection

from records import Article, Evidence, TopicMatch
from transforms.folding import Folded, fold
from transforms.matching import Automaton, Place, Vote
from transforms.rules import Example, Rules, default_rules, load_rules
from transforms.together import Together

THRESHOLD = 4.0
SHARE_OF_BEST = 0.45
MOST_TOPICS = 4
TITLE_BONUS = 2.0
USUAL_WORDS = 200
FEWEST_WORDS = 50  # a headline is judged as if it had these: one normal term is enough
LONGEST_TEXT = 100_000
MOST_EVIDENCE = 20  # places kept for a topic, of which
MOST_PLACES_OF_A_TERM = 3

_MOST_REPEATS = 12  # more add nothing to speak of
_REPEATS = tuple(2.0 - 0.5 ** (n - 1) for n in range(_MOST_REPEATS))  # 0, 1, 1.5, 1.75…


class Tagger:
    """Tags texts by one rule set; builds what a language needs when it first meets it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._automata: dict[str, Automaton] = {}

    def knows(self, language: str) -> bool:
        """Whether the rules have terms in a language; in no other is anything ever found."""
        return bool(self.rules.terms.get(language))

    def broken_examples(self) -> list[Example]:
        """The examples of the rule set that do not hold, each judged as a text without a title."""
        return [
            example
            for example in self.rules.examples
            if example.wanted
            is not any(
                match.topic == example.topic
                for match in self.tag(None, example.text, example.language)
            )
        ]

    def tag(self, title: str | None, text: str | None, language: str) -> tuple[TopicMatch, ...]:
        """The topics of an article, best first; () where none is claimed.

        Only terms of the article's language apply: for "und" and for languages without terms
        there is never a topic, rather than a guess.
        """
        if not self.knows(language):
            return ()
        if language not in self._automata:
            self._automata[language] = Automaton(self.rules, language)
        automaton = self._automata[language]
        head, body = fold(_beginning(title or "")), fold(_beginning(text or ""))
        in_title, in_text = automaton.places(head.data), automaton.places(body.data)
        words = (head.length + body.length) // (6 if automaton.spaced else 2)
        claimed = _claimed(_scores(automaton.votes, in_title, in_text, words))
        if not claimed:
            return ()
        evidence: dict[str, list[Evidence]] = {slug: [] for slug, _ in claimed}
        _add_evidence(evidence, automaton, "title", title or "", head, in_title)
        _add_evidence(evidence, automaton, "text", text or "", body, in_text)
        return tuple(
            TopicMatch(slug, score, self.rules.name, self.rules.version, tuple(evidence[slug]))
            for slug, score in claimed
        )


@cache
def default_tagger() -> Tagger:
    """The tagger of the rule set that newsbeam brings, one a process."""
    return Tagger(default_rules())


def tag_topics(title: str | None, text: str | None, language: str) -> tuple[TopicMatch, ...]:
    """The topics of an article by the rule set that newsbeam brings: see Tagger.tag."""
    return default_tagger().tag(title, text, language)


class TagTopics(beam.PTransform):
    """Fills in the topics of articles whose language is detected.

    Where the rules have no terms for the language topics stay None, "not tagged": that nothing
    was found would be too much said. A rule set is given as its folder or loaded; the default is
    IPTC Media Topics. A wrong one fails here, before anything runs.
    """

    def __init__(self, rules: Rules | str | Path | None = None) -> None:
        super().__init__()
        if isinstance(rules, str | Path):
            rules = load_rules(rules)
        elif rules is None:
            default_rules()  # checked here; workers read it themselves rather than be sent it
        self._rules = rules

    def expand(self, articles: PCollection[Article]) -> PCollection[Article]:
        return articles | "Tag" >> beam.ParDo(_Tag(self._rules)).with_output_types(Article)


class _Tag(Together):
    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules
        self._tagger: Tagger | None = None  # made where it works: automata do not travel

    def setup(self) -> None:
        self._tagger = Tagger(self._rules) if self._rules else default_tagger()

    def work(self, articles: list[Article]) -> Iterator[Article]:
        assert self._tagger is not None
        for article in articles:
            language = article.detection.language if article.detection else "und"
            if self._tagger.knows(language):
                topics = self._tagger.tag(article.title, article.text, language)
                article = article._replace(topics=topics)
            yield article


def _beginning(value: str) -> str:
    if len(value) <= LONGEST_TEXT:
        return value
    # Not within a word, unless it is one that no language has.
    cut = value.rfind(" ", LONGEST_TEXT - 100, LONGEST_TEXT)
    return value[: cut if cut > 0 else LONGEST_TEXT]


def _scores(
    votes: list[tuple[Vote, ...]],
    in_title: list[Place],
    in_text: list[Place],
    words: int,
) -> dict[str, float]:
    """The score of every topic that has a term; sums are taken in the order of the patterns."""
    titles = {i for _, _, i in in_title}
    counts = dict.fromkeys(titles, 0)
    for _, _, i in in_text:
        counts[i] = counts.get(i, 0) + 1
    sums: dict[str, float] = {}
    for i in sorted(counts):
        repeats = counts[i]
        worth = _REPEATS[repeats] if repeats < _MOST_REPEATS else _REPEATS[-1]
        if i in titles:
            worth += TITLE_BONUS
        for topic, weight, _ in votes[i]:
            sums[topic] = sums.get(topic, 0.0) + weight * worth
    norm = sqrt(max(words, FEWEST_WORDS) / USUAL_WORDS)
    return {slug: round(total / norm, 4) for slug, total in sums.items()}


def _claimed(scores: dict[str, float]) -> list[tuple[str, float]]:
    """The topics that score enough, best first, equals by name."""
    if not scores:
        return []
    least = max(THRESHOLD, SHARE_OF_BEST * max(scores.values()))
    enough = [(slug, score) for slug, score in scores.items() if score >= least]
    return sorted(enough, key=lambda item: (-item[1], item[0]))[:MOST_TOPICS]


def _add_evidence(
    evidence: dict[str, list[Evidence]],
    automaton: Automaton,
    field: str,
    value: str,
    folded: Folded,
    places: list[Place],
) -> None:
    """Adds where the terms of the claimed topics stand in a stored field, in order of place."""
    room = {topic: MOST_EVIDENCE - len(found) for topic, found in evidence.items()}
    repeats: dict[tuple[str, int], int] = {}
    kept: list[tuple[int, int]] = []
    reasons: list[tuple[int, Vote]] = []
    for start, end, i in places:
        for vote in automaton.votes[i]:
            topic = vote[0]
            if room.get(topic, 0) > 0:
                before = repeats.get((topic, i), 0)
                if before < MOST_PLACES_OF_A_TERM:
                    repeats[topic, i] = before + 1
                    room[topic] -= 1
                    if not kept or kept[-1] != (start, end):
                        kept.append((start, end))
                    reasons.append((len(kept) - 1, vote))
    spans = folded.spans(kept)
    for place, (topic, weight, term) in reasons:
        begin, stop = spans[place]
        evidence[topic].append(
            Evidence(term, value[begin:stop], field, begin + 1, stop - begin, weight)
        )
