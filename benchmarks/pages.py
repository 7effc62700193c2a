"""How well the article on a page is found, and walls are told from articles.

    python -m benchmarks.pages [--data FOLDER]

Pages with their text, marked by hand: html/ground-truth.json and html/html/*.html.gz (181 pages
of the article extraction benchmark). F1 is over word 4-grams: for each page the shares of those
found rightly, found wrongly and missed add up to one, and the pages are added up. "refused" are
pages that were taken for a wall. The walls, and articles that look a little like one, are those
of tests/live/walls.py, which were written for the rules and show that nothing is lost; and those
of tests/live/heldout.py, which were worded without regard to the lists of phrases, and of
tests/live/strangers.py, which are whole pages, half of them seen by nobody before the rules were
done. How many of all walls in the world are known, none can tell.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import trafilatura

from live.extract import extract
from live.pages import failure
from live.response import Response
from records import Page
from tests.live import heldout, strangers
from tests.live.walls import ARTICLES, WALLS, Case

GRAM = 4
_WORD = re.compile(r"\w+")


def asked(body: bytes, address: str, case: Case | None = None) -> tuple[str, str | None]:
    """The text that newsbeam takes from a page, and why it takes none."""
    response = Response("page", address, address, 0, address, status=200, requests=1)
    page = Page("0" * 32, address)
    if case is not None:
        response = response._replace(final_url=case.final, headers=case.headers, status=case.status)
    if (trouble := failure(page, response, body)) is not None:
        return "", f"{trouble.reason}: {trouble.detail}"
    found = extract(page, response, body)
    reason = f"{found.trouble.reason}: {found.trouble.detail}" if found.trouble else None
    return (found.article.text or "" if found.article else ""), reason


def grams(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + GRAM]) for at in range(max(len(words) - GRAM + 1, 1)))


def f1(pairs: Iterable[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision and recall of (marked, found) texts."""
    right = wrong = missed = 0.0
    for marked, found in pairs:
        gold, got = grams(marked), grams(found)
        both = (gold & got).total()
        every = gold.total() + got.total() - both
        right += both / every
        wrong += (got.total() - both) / every
        missed += (gold.total() - both) / every
    return (
        2 * right / (2 * right + wrong + missed),
        right / (right + wrong),
        right / (right + missed),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", default=os.environ.get("NEWSBEAM_DATA", "../shared/data"))
    folder = Path(parser.parse_args().data) / "html"
    if (folder / "ground-truth.json").exists():
        pages(folder)
    else:
        print(f"no marked pages under {folder}: give --data FOLDER")
    for name, walls, articles in (
        ("written for the rules", WALLS, ARTICLES),
        ("worded without regard to them", heldout.WALLS, heldout.ARTICLES),
        ("whole pages built like others'", strangers.WALLS, strangers.ARTICLES),
    ):
        known = [(case.kind, asked(case.html.encode(), "", case)[1]) for case in walls.values()]
        stopped = sum(reason is not None for _, reason in known)
        right = sum((reason or "").startswith(f"{kind}:") for kind, reason in known)
        refused = sum(bool(asked(case.html.encode(), "", case)[1]) for case in articles.values())
        print(f"\n{name}: {stopped} of {len(walls)} walls refused, {right} for what they are;")
        print(f"{refused} of {len(articles)} articles that look a little like one refused")


def pages(folder: Path) -> None:
    """Extraction and refusals on the marked pages."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    bodies = {
        name: gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()) for name in truth
    }

    def plain(name: str) -> str:
        return trafilatura.extract(bodies[name], include_comments=False) or ""

    refused: dict[str, str] = {}

    def ours(name: str) -> str:
        text, reason = asked(bodies[name], truth[name]["url"])
        if reason is not None:
            refused[name] = reason
        return text

    readers: dict[str, Callable[[str], str]] = {"newsbeam": ours, "trafilatura": plain}
    print(f"{len(truth)} marked pages       F1  precision  recall   ms a page")
    for reader, read in readers.items():
        read(next(iter(truth)))  # what is loaded once is loaded before the clock starts
        start = time.process_time()
        texts = {name: read(name) for name in truth}
        cost = (time.process_time() - start) / len(truth) * 1e3
        score, precision, recall = f1((truth[name]["articleBody"], texts[name]) for name in truth)
        print(f"{reader:18}{score:8.4f}{precision:11.4f}{recall:8.4f}{cost:12.1f}")
    print(f"refused {len(refused)} of {len(truth)}")
    for name, reason in refused.items():
        print(f"  {truth[name]['url'][:60]}: {reason}")


if __name__ == "__main__":
    main()
