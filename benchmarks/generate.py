"""Made-up news for the benchmarks: `python -m benchmarks.generate 100000 > articles.jsonl`.

Articles of about 2.6 KB, a line each: English function words between invented names and the
vocabulary of the desks, drawn by Zipf's law. One in ten is a near copy of an earlier article at
another outlet, with a handful of words changed. The same count gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

SEED = 2020
COPIES = 0.1
_WORDS_AN_ARTICLE = 400
COMMON = """
the of and to in a is that for on was with as by it at from be are this have an has were said its
will not which but they their would been had more one who he she his her there than also after
about two when up out year new could first last people government over some other years into only
most time all state under world may day against three between before no can while our if any we
during million many made because percent where what should country what around told them much
including such since city make still through part so next week public four well way off down being
expected according report reported month national group company early late high former then these
work both since president minister house court police market bank price trade party election vote
law bill budget tax school students hospital doctors health patients vaccine war army troops peace
attack border refugees climate storm flood earthquake fire river forest energy oil gas power plant
workers union strike wages jobs factory farm harvest film music festival museum theatre artist
book match team coach season goal league player champion tournament final research scientists
study data space satellite computer software internet church bishop prayer temple travel tourists
food fashion island bridge road railway airport flight ship harbour village mayor council judge
trial prison
"""
_SYLLABLES = (
    "ka ro mi ta ne lo vi sa du be ra ti po zu fe li mo ga hi ny sto bra kel dor wen".split()
)


def articles(count: int) -> Iterator[dict[str, str]]:
    """`count` articles, as the fields of a JSON line."""
    random = np.random.default_rng(SEED)
    names = np.array(
        ["".join(random.choice(_SYLLABLES, random.integers(2, 5))) for _ in range(20_000)]
    )
    common = np.array(COMMON.split())
    vocabulary = np.concatenate([common, names])
    odds = 1 / np.arange(1, len(vocabulary) + 1) ** 0.9
    cumulative = np.cumsum(odds / odds.sum())
    kept: list[list[str]] = []
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(count):
        if kept and random.random() < COPIES:
            words = list(kept[random.integers(len(kept))])
            for place in random.integers(0, len(words), 6):
                words[place] = str(vocabulary[random.integers(len(vocabulary))])
        else:
            drawn = np.searchsorted(cumulative, random.random(_WORDS_AN_ARTICLE))
            words = vocabulary[np.minimum(drawn, len(vocabulary) - 1)].tolist()
            if len(kept) < 20_000:
                kept.append(words)
            else:
                kept[int(random.integers(len(kept)))] = words
        sentences = [" ".join(words[i : i + 18]).capitalize() for i in range(0, len(words), 18)]
        paragraphs = [". ".join(sentences[i : i + 4]) + "." for i in range(0, len(sentences), 4)]
        outlet = f"outlet{number % 97}.example"
        yield {
            "url": f"https://{outlet}/{number // 1000}/story-{number}.html",
            "title": " ".join(words[7:14]).capitalize(),
            "text": "\n\n".join(paragraphs),
            "published_at": (start + timedelta(seconds=37 * number)).isoformat(),
            "outlet": outlet,
        }


def write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    """The articles as a file of JSON lines."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    for article in articles(int(sys.argv[1])):
        sys.stdout.write(json.dumps(article, ensure_ascii=False) + "\n")
