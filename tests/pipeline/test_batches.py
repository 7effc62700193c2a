"""How the input of a run is parted into batches."""

from __future__ import annotations

from pipeline.run import BATCH_BYTES, SHORT_RUN, batched
from records import Section

LINES = 5_000_000  # bytes of a section of 2,000 lines


def sections(count: int, size: int = LINES) -> list[Section]:
    return [Section("a", "a", "jsonl", 0, n * size, (n + 1) * size) for n in range(count)]


def test_batches_of_a_long_run_are_twice_as_large() -> None:
    found = [len(batch) for batch in batched(sections(5 * SHORT_RUN + 25), None)]
    assert found == [5] * SHORT_RUN + [10, 10, 5]


def test_batches_are_never_larger_than_was_asked_for() -> None:
    assert {len(batch) for batch in batched(sections(90), 6000)} == {3}


def test_few_large_articles_are_a_batch() -> None:
    found = [len(batch) for batch in batched(sections(3 * SHORT_RUN, BATCH_BYTES // 2), None)]
    assert found == [2] * SHORT_RUN + [4, 4, 2]


def test_files_count_as_an_article_each() -> None:
    files = [Section(str(n), str(n), "seed", 0, 0, 2_000) for n in range(25)]
    assert [len(batch) for batch in batched(files, 10)] == [10, 10, 5]
