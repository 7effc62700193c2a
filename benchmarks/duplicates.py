"""Duplicates against brute force: `python -m benchmarks.duplicates [FILE.jsonl.gz]`.

Every pair of a collection, compared by a program that shares no code with newsbeam: words by
`\\w+` of the text in NFKC and case-folded, sets of word 3-grams as tuples, an inverted index.
Texts of 20 words and more. The default is Reuters-21578 where it is present.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.speed import COMMAND

DATA = Path(os.environ.get("NEWSBEAM_DATA", "../shared/data"))
DEFAULT = DATA / "articles" / "reuters21578.jsonl.gz"
NEAR, CONTAINED, MIN_WORDS = 0.7, 0.8, 20

Pair = tuple[str, str]


def brute_force(texts: dict[str, str]) -> Iterator[tuple[Pair, float, float]]:
    """Every pair of names that could matter, with its Jaccard index and containment."""
    grams: dict[str, set] = {}
    holders: dict[tuple, list[str]] = defaultdict(list)
    for name, text in texts.items():
        words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
        if len(words) < MIN_WORDS:
            continue
        grams[name] = set(zip(words, words[1:], words[2:], strict=False))
        shared: Counter = Counter()
        for gram in grams[name]:
            shared.update(holders[gram])
            holders[gram].append(name)
        for other, count in shared.items():
            a, b = len(grams[name]), len(grams[other])
            if count >= NEAR * min(a, b):
                pair = (min(name, other), max(name, other))
                yield pair, count / (a + b - count), count / min(a, b)


def found(source: Path) -> dict[Pair, tuple[float, float]]:
    """The pairs newsbeam finds, by the addresses of the records."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "news.duckdb")
        command = [*COMMAND, "run", str(source), "--store", str(store), "--json"]
        subprocess.run(command, check=True, capture_output=True)
        with duckdb.connect(str(store), read_only=True) as db:
            rows = db.execute(
                """
                SELECT x.url, y.url, p.similarity, p.containment
                FROM duplicate_pairs p
                JOIN articles x ON x.article_id = p.article_id
                JOIN articles y ON y.article_id = p.other_id
                """
            ).fetchall()
    return {(min(a, b), max(a, b)): (similarity, share) for a, b, similarity, share in rows}


def main(source: Path) -> None:
    if not source.exists():
        raise SystemExit(f"{source} is not there: name a .jsonl.gz with id and text in each line")
    with tempfile.TemporaryDirectory() as folder:
        texts: dict[str, str] = {}
        plain = Path(folder, "texts.jsonl")
        with gzip.open(source, "rt", encoding="utf-8") as lines, open(plain, "w") as file:
            for line in lines:
                row = json.loads(line)
                if row.get("text"):
                    url = f"https://collection.example/{row['id']}"
                    texts[url] = row["text"]
                    file.write(json.dumps({"url": url, "text": row["text"]}) + "\n")
        ours = found(plain)
    truth = {pair: scores for pair, *scores in brute_force(texts)}
    print(f"{source.name}: {len(texts):,} texts, {len(ours):,} pairs in duplicate_pairs")
    for name, place, threshold in (("Jaccard", 0, NEAR), ("containment", 1, CONTAINED)):
        expected = {pair for pair, scores in truth.items() if scores[place] >= threshold}
        claimed = {
            pair
            for pair, scores in ours.items()
            if scores[place] >= threshold and (pair in truth or scores[0] < 1)
        }
        right = len(expected & claimed)
        print(
            f"{name:>12} >= {threshold}: {len(expected)} pairs, recall "
            f"{right / len(expected):.4f}, precision {right / max(len(claimed), 1):.4f}"
        )
    same = sum(tuple(truth[pair]) == ours[pair] for pair in ours.keys() & truth.keys())
    print(f"{'':>12} same figures to the bit: {same} of {len(ours.keys() & truth.keys())}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else DEFAULT)
