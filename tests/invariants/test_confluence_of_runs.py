"""I1 through the command line: files in any order, batches of any size, workers, kills."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands import ROOT, Commands
from tests.invariants.corpus import corpus
from tests.support import differences, not_unique, rows

SAMPLES = ROOT / "samples" / "articles"


def _time(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).isoformat()


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The samples' folders and four files of the generated articles, revisions among them."""
    folder = tmp_path_factory.mktemp("input")
    articles = [each for each in corpus()[0] if not each.feed]
    chosen = (
        articles[::9] + [each for each in articles if "revised.example" in (each.url or "")][:60]
    )
    lines: list[list[str]] = [[], [], [], []]
    for number, each in enumerate(chosen):
        values = {
            "url": each.url,
            "title": each.title,
            "text": each.text,
            "outlet": each.outlet,
            "authors": each.authors,
            "seen_at": _time(each.seen_at),
            "published_at": each.published_at and _time(each.published_at),
        }
        lines[number % 4].append(json.dumps(values))
    made = []
    for number, some in enumerate(lines):
        made.append(folder / f"{number}.jsonl")
        made[-1].write_text("\n".join([*some, "no JSON"]) + "\n")
        os.utime(made[-1], (1_700_000_000, 1_700_000_000))
    return [*made, *sorted(SAMPLES.iterdir())]


@pytest.fixture(scope="module")
def whole(
    paths: list[Path], newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list]:
    store = tmp_path_factory.mktemp("whole") / "news.duckdb"
    done = newsbeam("run", *paths, "--store", store, "--workers", 1)
    assert done.code == 0, done.err
    found = rows(store)
    assert len(found["articles"]) > 300
    assert len(found["rejects"]) > 10
    assert {row[2] for row in found["duplicate_pairs"]} == {"exact", "near", "excerpt"}
    return found


def test_backwards_in_small_batches_by_two_workers(
    paths: list[Path], newsbeam: Commands, whole: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    options = ["--store", store, "--workers", 2, "--batch-size", 200]
    done = newsbeam("run", *reversed(paths), *options)
    assert done.code == 0, done.err
    assert differences(whole, rows(store)) == {}
    assert not_unique(store) == []


def test_in_several_runs_one_of_which_was_killed(
    paths: list[Path], newsbeam: Commands, whole: dict[str, list], tmp_path: Path
) -> None:
    store = tmp_path / "news.duckdb"
    mixed = paths[1::2] + paths[::2]
    kill = ("before", "sinks.manifest.remove", 2)
    first = ["run", *mixed[:5], "--store", store, "--workers", 1, "--batch-size", 200]
    assert newsbeam(*first, kill=kill).code == -9
    assert newsbeam("run", *mixed[5:], "--store", store).code == 0
    assert newsbeam(*first).code == 0
    assert differences(whole, rows(store)) == {}
    assert not_unique(store) == []


def test_from_another_spool(
    paths: list[Path], newsbeam: Commands, whole: dict[str, list], tmp_path: Path
) -> None:
    """Half is read elsewhere, where the store was never reached, and loaded last."""
    here, there = tmp_path / "here.duckdb", tmp_path / "there.duckdb"
    kill = ("before", "sinks.staging.stage", 1)
    one_batch = ["--store", there, "--workers", 1, "--batch-size", 100_000]
    assert newsbeam("run", *paths[::2], *one_batch, kill=kill).code == -9
    assert newsbeam("run", *paths[1::2], "--store", here, "--workers", 1).code == 0
    spool = tmp_path / "there.duckdb.spool"
    assert newsbeam("load", spool, "--store", here).code == 0
    assert differences(whole, rows(here)) == {}
