"""Every public transform works from somebody else's package, on beam.Create, away from here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = '''
"""A newsroom's own pipeline over newsbeam's steps."""

import sys
from pathlib import Path

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to

from pipeline.write import WriteToDuckDB
from records import Article
from sources.articles import ReadArticles
from transforms.duplicates import FindCandidates, FindDuplicates
from transforms.fingerprint import FingerprintArticles
from transforms.language import DetectLanguage
from transforms.tagging import TagTopics

TEXT = "The election of a new president was won by the opposition party in parliament. " * 4


def article(number, text=TEXT):
    return Article("here", f"{number:032x}", number, 0, text=text, title=f"Title {number}")


def run(name, folder):
    with beam.Pipeline("FnApiRunner") as pipeline:
        made = pipeline | beam.Create([article(1), article(2, TEXT + "Votes are counted.")])
        STEPS[name](made, folder)


def read(made, folder):
    found = made.pipeline | "Paths" >> beam.Create([str(folder / "in.jsonl")]) | ReadArticles()
    assert_that(found.articles | beam.Map(lambda a: a.title), equal_to(["Read"]))
    assert_that(found.rejects | beam.Map(lambda r: r.reason), equal_to(["bad_json"]), label="r")


def detect(made, folder):
    found = made | DetectLanguage() | beam.Map(lambda a: a.detection.language)
    assert_that(found, equal_to(["en", "en"]))


def fingerprint(made, folder):
    found = made | FingerprintArticles() | beam.Map(lambda a: a.fingerprint.word_count)
    assert_that(found, equal_to([56, 59]))


def duplicates(made, folder):
    found = made | FingerprintArticles() | FindDuplicates() | beam.Map(lambda p: p.kind)
    assert_that(found, equal_to(["near"]))


def topics(made, folder):
    found = made | DetectLanguage() | TagTopics() | beam.Map(lambda a: a.topics[0].topic)
    assert_that(found, equal_to(["politics", "politics"]))


def write(made, folder):
    articles = made | DetectLanguage() | FingerprintArticles() | TagTopics()
    records = {"articles": articles, "candidates": articles | FindCandidates()}
    counts = records | WriteToDuckDB(folder / "news.duckdb")
    assert_that(counts | beam.Map(lambda c: (c.read, c.new)), equal_to([(2, 2)]))


def write_articles(made, folder):
    articles = made | DetectLanguage() | FingerprintArticles()
    counts = articles | WriteToDuckDB(str(folder / "news.duckdb"))
    assert_that(counts | beam.Map(lambda c: (c.read, c.new)), equal_to([(2, 2)]))


STEPS = {
    "ReadArticles": read,
    "DetectLanguage": detect,
    "FingerprintArticles": fingerprint,
    "FindDuplicates": duplicates,
    "TagTopics": topics,
    "WriteToDuckDB": write,
    "WriteToDuckDB of articles": write_articles,
}

if __name__ == "__main__":
    for name in sys.argv[2:]:
        folder = Path(sys.argv[1]) / name
        folder.mkdir()
        (folder / "in.jsonl").write_text('{"title": "Read"}\\nno json\\n')
        run(name, folder)
        print(name)
'''

STEPS = [
    "ReadArticles",
    "DetectLanguage",
    "FingerprintArticles",
    "FindDuplicates",
    "TagTopics",
    "WriteToDuckDB",
    "WriteToDuckDB of articles",
]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder in which each step ran once in a process of its own, what it printed and said."""
    folder = tmp_path_factory.mktemp("newsroom")
    package = folder / "newsroom"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "desk.py").write_text(PACKAGE)
    work = folder / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.desk", str(work), *STEPS],
        cwd=folder,
        env={**os.environ, "NEWSBEAM_NOW": "2024-06-01T00:00:00Z"},
        capture_output=True,
        text=True,
        check=False,
    )
    return work, done.stdout, done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_step_works_from_another_package(newsroom: tuple[Path, str, str], step: str) -> None:
    _, printed, said = newsroom
    assert step in printed.splitlines(), said[-3000:]


def test_what_another_package_wrote_is_a_store_like_any_other(
    newsroom: tuple[Path, str, str], newsbeam
) -> None:
    work, _, _ = newsroom
    store = work / "WriteToDuckDB" / "news.duckdb"
    sql = "SELECT language, topics[1] AS topic, duplicate_kind FROM articles ORDER BY article_id"
    done = newsbeam("query", sql, "--store", store, "--format", "jsonl")
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"language": "en", "topic": "politics", "duplicate_kind": None},
        {"language": "en", "topic": "politics", "duplicate_kind": "near"},
    ]
    left = sorted(path.name for path in (work / "WriteToDuckDB").iterdir())
    assert left == ["in.jsonl", "news.duckdb"]
