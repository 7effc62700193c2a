"""What speaks for topics becomes chances, and chances become claims: see transforms/topics.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.arrays import Numbers, Reals, ranks
from transforms.rules import Rules

LEAST_STRENGTH = 4.0
LEAST_SCORE = 0.3
LEVEL = 0.26  # the odds of a topic that has a strength of 1, as another has
MOST_TOPICS = 4
MOST_FINER = 4  # topics of the second level
SUREST_FINER = 0.98  # of one below a topic: it is always less likely than that


class Levels:
    """The topics of a rule set by number: those at the top by name, then those below, by name."""

    def __init__(self, rules: Rules | None) -> None:
        broader = rules.broader if rules else {}
        top = sorted(t.slug for t in rules.topics if t.slug not in broader) if rules else []
        self.top = len(top)
        self.slugs = [*top, *sorted(broader)]
        self.number = {slug: number for number, slug in enumerate(self.slugs)}
        below: list[list[int]] = [[] for _ in top]
        for slug, above in sorted(broader.items()):
            below[self.number[above]].append(self.number[slug])
        width = max(map(len, below), default=0) or 1
        nobody = len(self.slugs)
        # By topic at the top a row of those below it, filled up with a number that nobody has.
        self.below = np.array([row + [nobody] * (width - len(row)) for row in below], np.intp)


class Claims(NamedTuple):
    """Topics of articles: parallel arrays, by article, the finer ones last, best first."""

    article: Numbers
    topic: Numbers
    score: Reals


def rounded(values: Reals) -> Reals:
    """To four decimals, the same to the bit on every machine."""
    return np.rint(values * 1e4) / 1e4


def claims(strengths: Reals, levels: Levels, every: bool = False) -> Claims:
    """The topics that enough speaks for, or `every` one that has a term.

    `strengths` has a row an article and a column a topic, 0 where it has no term.
    """
    top = strengths[:, : levels.top]
    chances = _chances(top)
    kept = top > 0 if every else (top >= LEAST_STRENGTH) & (chances >= LEAST_SCORE)
    article, topic = kept.nonzero()
    above = _best(article, topic, chances[kept], len(levels.slugs) if every else MOST_TOPICS)
    # Below each topic that is claimed, those among which its finer ones have to lead.
    some = levels.below[above.topic]
    nobody = np.zeros((len(strengths), 1))
    mine = np.concatenate((strengths, nobody), axis=1)[above.article[:, None], some]
    chances = rounded(above.score[:, None] * np.minimum(_chances(mine), SUREST_FINER))
    kept = mine > 0 if every else (mine >= LEAST_STRENGTH) & (chances >= LEAST_SCORE)
    pair, _ = kept.nonzero()
    finer = _best(
        above.article[pair], some[kept], chances[kept], len(levels.slugs) if every else MOST_FINER
    )
    both = [np.concatenate(parts) for parts in zip(above, finer, strict=True)]
    order = np.argsort(both[0], kind="stable")
    return Claims(*(each[order] for each in both))


def _chances(strengths: Reals) -> Reals:
    """The chance that each topic of a row is right, from its strength and the best other one's.

    Only sums, products and square roots: those are the same to the bit on every machine.
    """
    if not strengths.size:
        return strengths
    first = strengths.max(axis=1, keepdims=True)
    others = strengths.copy()
    others[np.arange(len(others)), strengths.argmax(axis=1)] = 0.0
    second = others.max(axis=1, keepdims=True)
    other = np.where(strengths == first, second, first)
    root = np.sqrt(strengths)
    odds = LEVEL * root * np.sqrt(root) * (strengths + 1.0) / (other + 1.0)
    return rounded(odds / (1.0 + odds))


def _best(article: Numbers, topic: Numbers, score: Reals, most: int) -> Claims:
    """The best of each article, at most so many, equals by name."""
    order = np.lexsort((topic, -score, article))
    order = order[ranks(article[order]) < most]
    return Claims(article[order], topic[order], score[order])
