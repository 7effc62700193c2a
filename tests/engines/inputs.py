"""What every engine is given to read: the samples and 5,000 articles, in a folder of files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.generate import articles
from tests.commands import ROOT

ARTICLES = 5_000
A_FILE = 250
CHANGED_AT = 1_700_000_000  # seconds: seen times are those of files


def files(folder: Path) -> list[Path]:
    """The files, made in `folder`, each with a time of its own."""
    made = []
    generated = articles(ARTICLES)
    for number in range(ARTICLES // A_FILE):
        path = folder / f"{number:02}.jsonl"
        lines = [json.dumps(each) + "\n" for each in islice(generated, A_FILE)]
        path.write_text("".join(lines), encoding="utf-8")
        made.append(path)
    samples = ROOT / "samples" / "articles"
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        made.append(folder / "samples" / path.relative_to(samples))
        made[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, made[-1])
    for number, path in enumerate(made):
        os.utime(path, (CHANGED_AT + number, CHANGED_AT + number))
    return made


def parted(paths: list[Path], parts: int) -> Iterator[list[Path]]:
    """The files in so many parts, mixed; lists last, when what they name is there."""
    lists = [path for path in paths if path.suffix == ".opml"]
    others = [path for path in paths if path.suffix != ".opml"]
    for number in range(parts):
        yield others[number::parts] + (lists if number == parts - 1 else [])


def move(paths: list[Path], source: Path, target: Path) -> None:
    """Let files appear in a folder as tidy writers do it: whole, with the time they had."""
    for path in paths:
        to = target / path.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to.with_name(f".{to.name}"))
        to.with_name(f".{to.name}").rename(to)
