"""Where the constants of the topics' scores come from, and how far they carry.

    python -m benchmarks.calibration [--data FOLDER]

A score is to be the chance that a topic is right, on texts of any length and in any language. So
odds = e^a * strength^b * ((strength + 1) / (best other + 1))^c is fitted on one of the two public
collections of benchmarks/topics.py and judged on the other, whose texts are of another kind (whole
articles, single sentences), and on some languages and judged on the others. What is shipped has
round exponents (b = 3/4, c = 1), which need nothing but square roots, and the level e^a that fits
both collections alike. Every topic that would be claimed is a case; the calibration error is that
of each text's best one, as in benchmarks/topics.py.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.topics import LANGUAGES, NEWS, SENTENCES, calibration_error, read
from transforms.scores import LEAST_STRENGTH, LEVEL, MOST_TOPICS
from transforms.topics import Tagger, default_tagger

SHIPPED = (float(np.log(LEVEL)), 0.75, 1.0)


class Case(NamedTuple):
    """One topic that speaks in one text."""

    collection: str
    language: str
    best: bool
    strength: float
    other: float  # of the best other topic
    right: bool


def cases(tagger: Tagger, collection: str, texts: list, right: dict[str, set[str]]) -> list[Case]:
    found = []
    for label, title, text, language in texts:
        if label not in right:
            continue
        ordered = sorted(
            tagger.strengths(title, text, language).items(), key=lambda item: (-item[1], item[0])
        )
        for place, (slug, strength) in enumerate(ordered[:MOST_TOPICS]):
            if strength >= LEAST_STRENGTH:
                other = ordered[0 if place else 1][1] if len(ordered) > 1 else 0.0
                good = slug in right[label]
                found.append(Case(collection, language, not place, strength, other, good))
    return found


def features(chosen: list[Case]) -> np.ndarray:
    """A row a case: 1, the logarithm of its strength, that of its lead."""
    rows = [(1.0, np.log(c.strength), np.log((c.strength + 1) / (c.other + 1))) for c in chosen]
    return np.array(rows)


def fitted(chosen: list[Case], exponents: tuple[float, float] | None = None) -> tuple:
    """a, b and c of greatest likelihood, by Newton's method; a alone where exponents are given."""
    x, y = features(chosen), np.array([c.right for c in chosen], float)
    fixed = np.zeros(len(chosen))
    if exponents is not None:
        fixed, x = x[:, 1:] @ np.array(exponents), x[:, :1]
    # Every collection has the same say, however many texts it has.
    sizes = {name: sum(c.collection == name for c in chosen) for name in {c[0] for c in chosen}}
    weight = np.array([1 / sizes[c.collection] for c in chosen])
    found = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(x @ found + fixed)))
        slope = x.T @ (weight * (y - chance))
        found += np.linalg.solve((x * (weight * chance * (1 - chance))[:, None]).T @ x, slope)
    return (*map(float, found), *(exponents or ()))


def error(constants: tuple, chosen: list[Case]) -> float:
    best = [case for case in chosen if case.best]
    chances = 1 / (1 + np.exp(-(features(best) @ np.array(constants))))
    return calibration_error([(float(p), c.right) for p, c in zip(chances, best, strict=True)])


def line(name: str, constants: tuple, judged: list[Case]) -> None:
    a, b, c = constants
    print(f"{name:44} {np.exp(a):6.3f} {b:6.2f} {c:6.2f} {error(constants, judged):8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    default = Path(os.environ.get("NEWSBEAM_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="default: %(default)s")
    folder: Path = parser.parse_args().data / "topics"
    tagger = default_tagger()
    files = [folder / "tgcontest_categories.jsonl.gz", folder / "sib200_20_languages.jsonl.gz"]
    if not all(file.is_file() for file in files):
        print(f"{folder}: the two collections are not there; nothing fitted")
        return
    articles = [(a["label"], a["title"], a["text"], a["lang"]) for a in read(files[0])]
    sentences = [
        (item["label"], None, item["text"], language)
        for item in read(files[1])
        if (language := LANGUAGES[item["lang"][:3]]) in tagger.rules.terms
    ]
    right = [{label: set(t.split()) for label, t in each.items()} for each in (NEWS, SENTENCES)]
    news = cases(tagger, "news", articles, right[0])
    short = cases(tagger, "sentences", sentences, right[1])
    both = news + short
    print(f"{'fitted on, judged on':44} {'e^a':>6} {'b':>6} {'c':>6} {'error':>8}")
    line("articles, sentences", fitted(news), short)
    line("sentences, articles", fitted(short), news)
    languages = sorted({case.language for case in short})
    for part in (0, 1):
        mine = [case for case in short if languages.index(case.language) % 2 == part]
        rest = [case for case in short if languages.index(case.language) % 2 != part]
        names = " ".join(languages[part::2])
        line(f"sentences in {names}, others", fitted(mine), rest)
    line("articles and sentences, both", fitted(both), both)
    level = fitted(both, SHIPPED[1:])
    line("articles and sentences, round exponents, both", level, both)
    print()
    line("shipped, articles", SHIPPED, news)
    for language in languages:
        line(f"shipped, sentences, {language}", SHIPPED, [c for c in short if c[1] == language])


if __name__ == "__main__":
    main()
