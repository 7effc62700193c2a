"""How well the shipped topic rules do on labelled texts, and what an article costs.

    python -m benchmarks.topics [--data FOLDER]

Two public collections, if they are there: topics/tgcontest_categories.jsonl.gz (news articles in
English and Russian) and topics/sib200_20_languages.jsonl.gz (single sentences). Their classes are
not IPTC's, so each is given the topics that are right for it; a topic may be right for several.
Classes that no topic stands for (not_news, other, geography) are left out.

"top" asks whether the best topic is right for the class, "any" whether one of all claimed is.
Precision: of the texts whose top topic is right for the class, the share labelled so or labelled
with another class that it is right for too. "none" is the share without a topic. The calibration
error is that of the best topic's score against its being right: the mean, over ten bins of the
score and weighted by their texts, of how far the mean score is from the share that is right.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from transforms.topics import Tagger, default_tagger

NEWS = {
    "society": "politics society crime disaster conflict education religion environment health "
    "weather labour human-interest",
    "economy": "economy labour",
    "technology": "science",
    "sports": "sport",
    "entertainment": "arts human-interest lifestyle",
    "science": "science health environment",
}
SENTENCES = {
    "science/technology": "science environment health weather",
    "travel": "lifestyle",
    "politics": "politics conflict crime society",
    "sports": "sport",
    "health": "health",
    "entertainment": "arts lifestyle",
}
LANGUAGES = {
    "arb": "ar", "bel": "be", "ces": "cs", "deu": "de", "eng": "en", "fra": "fr", "hin": "hi",
    "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "pol": "pl", "por": "pt",
    "rus": "ru", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "zho": "zh",
}  # fmt: skip


class Outcome(NamedTuple):
    """One labelled text and the topics it was given, best first."""

    label: str
    topics: tuple[str, ...]
    score: float  # of the best; 0 where there is none


def read(file: Path) -> Iterable[dict]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def report(title: str, outcomes: list[Outcome], right: dict[str, set[str]]) -> None:
    """Prints a line for each class and one for their mean."""
    print(f"\n{title}: {len(outcomes)} texts")
    print(f"{'class':20}{'texts':>6}{'P top':>8}{'R top':>8}{'F1':>8}{'R any':>8}{'none':>8}")
    rows = []
    for label, topics in right.items():
        mine = [o for o in outcomes if o.label == label]
        if not mine:
            continue
        tops = [o for o in outcomes if o.topics and o.topics[0] in topics]
        good = [o for o in tops if o.topics[0] in right[o.label]]
        precision = len(good) / len(tops) if tops else 0.0
        recall = sum(bool(o.topics) and o.topics[0] in topics for o in mine) / len(mine)
        anywhere = sum(not topics.isdisjoint(o.topics) for o in mine) / len(mine)
        none = sum(not o.topics for o in mine) / len(mine)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        rows.append((precision, recall, f1, anywhere, none))
        print(f"{label:20}{len(mine):6}" + "".join(f"{value:8.3f}" for value in rows[-1]))
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    print(f"{'mean':26}" + "".join(f"{value:8.3f}" for value in means))
    best = [(o.score, o.topics[0] in right[o.label]) for o in outcomes if o.topics]
    print(f"calibration error of the best topic's score: {calibration_error(best):.3f}")


def calibration_error(judged: list[tuple[float, bool]]) -> float:
    """Expected calibration error, 10 bins, of scores against whether each was right."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, good in judged:
        bins[min(int(score * 10), 9)].append((score, good))
    gaps = (abs(sum(score - good for score, good in each)) for each in bins.values())
    return sum(gaps) / len(judged) if judged else 0.0


def outcomes_of(
    tagger: Tagger, texts: Iterable[tuple[str, str | None, str | None, str]], labels: Iterable[str]
) -> list[Outcome]:
    known = set(labels)
    found = [
        (label, tagger.tag(title, text, language))
        for label, title, text, language in texts
        if label in known
    ]
    return [
        Outcome(label, tuple(match.topic for match in matches), matches[0].score if matches else 0)
        for label, matches in found
    ]


def microseconds(tagger: Tagger, articles: list[tuple[str | None, str | None, str]]) -> float:
    """Of one article, the least of seven rounds."""
    rounds = []
    for _ in range(7):
        began = perf_counter()
        for title, text, language in articles:
            tagger.tag(title, text, language)
        rounds.append((perf_counter() - began) / len(articles) * 1e6)
    return min(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    default = Path(os.environ.get("NEWSBEAM_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="default: %(default)s")
    data: Path = parser.parse_args().data
    began = perf_counter()
    tagger = default_tagger()
    below = tagger.rules.broader  # their terms are the broader topics'
    size = sum(t.topic not in below for each in tagger.rules.terms.values() for t in each)
    print(f"{tagger.rules.name} {tagger.rules.version}: {size} terms in", end=" ")
    print(", ".join(tagger.rules.terms), f"; read in {(perf_counter() - began) * 1e3:.0f} ms")

    news = data / "topics" / "tgcontest_categories.jsonl.gz"
    if not news.is_file():
        print(f"{news}: not there; nothing measured on news articles")
    else:
        articles = list(read(news))
        right = {label: set(topics.split()) for label, topics in NEWS.items()}
        for language in ("en", "ru"):
            texts = [
                (a["label"], a["title"], a["text"], a["lang"])
                for a in articles
                if a["lang"] == language
            ]
            report(f"news, {language}", outcomes_of(tagger, texts, right), right)
        for language in ("en", "ru"):
            usual = [
                (a["title"], a["text"], a["lang"])
                for a in articles
                if a["lang"] == language and 2200 <= len(a["text"]) <= 3200
            ]
            mean = sum(len(text or "") for _, text, _ in usual) / len(usual)
            cost = microseconds(tagger, usual)
            print(f"\n{language}: {cost:.0f} microseconds an article of {mean:.0f} characters")

    sentences = data / "topics" / "sib200_20_languages.jsonl.gz"
    if not sentences.is_file():
        print(f"{sentences}: not there; nothing measured on sentences")
        return
    by_language = defaultdict(list)
    for item in read(sentences):
        language = LANGUAGES[item["lang"][:3]]
        by_language[language].append((item["label"], None, item["text"], language))
    right = {label: set(topics.split()) for label, topics in SENTENCES.items()}
    for language in tagger.rules.terms:
        if language in by_language:
            outcomes = outcomes_of(tagger, by_language[language], right)
            report(f"sentences, {language}", outcomes, right)


if __name__ == "__main__":
    main()
