"""Candidates by shared keys, and pairs verified exactly, as a pipeline finds them."""

import random

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, TimestampedValue

import transforms.duplicates
from records import Article
from transforms.compare import compare, prepare
from transforms.duplicates import FindCandidates, FindDuplicates, weigh_pairs
from transforms.fingerprint import fingerprint


def article(number: int, text: str) -> Article:
    return Article("s", f"{number:032x}", number, 0, text=text, fingerprint=fingerprint(None, text))


def weighed(*held: tuple[int, int]) -> dict[tuple[int, int], int]:
    """weigh_pairs of (key, text) as a dict."""
    keys = np.array([key for key, _ in held], np.uint64)
    texts = np.array([text for _, text in held], np.int64)
    first, second, weight = (each.tolist() for each in weigh_pairs(keys, texts))
    return dict(zip(zip(first, second, strict=True), weight, strict=True))


def test_an_odd_key_weighs_two_and_an_even_one_one() -> None:
    assert weighed((7, 0), (7, 1)) == {(0, 1): 2}
    assert weighed((8, 0), (8, 1)) == {(0, 1): 1}
    assert weighed((8, 0), (8, 1), (7, 1), (7, 0), (10, 0), (10, 1)) == {(0, 1): 4}


def test_pairs_come_once_with_the_lesser_first() -> None:
    assert weighed((3, 5), (3, 2), (3, 9), (3, 2)) == {(2, 5): 2, (2, 9): 2, (5, 9): 2}


def test_keys_of_one_text_make_no_pair() -> None:
    assert weighed((3, 5), (4, 5), (3, 5), (6, 1)) == {}
    assert weighed() == {}


def test_a_key_of_more_texts_than_a_template_may_have_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transforms.duplicates, "TEMPLATE_TEXTS", 3)
    three = [(5, text) for text in range(3)]
    assert len(weighed(*three, *three)) == 3
    assert weighed(*three, (5, 3)) == {}
    assert weighed(*three, (5, 3), (2, 0), (2, 1)) == {(0, 1): 1}


@pytest.mark.parametrize("seed", range(5))
def test_weights_equal_those_of_dictionaries(seed: int) -> None:
    rng = random.Random(seed)
    held = [(rng.randrange(40), rng.randrange(30)) for _ in range(rng.randrange(400))]
    texts = {text: {key for key, other in held if other == text} for _, text in held}
    expected = {
        (a, b): sum(1 + key % 2 for key in texts[a] & texts[b])
        for a in texts
        for b in texts
        if a < b and texts[a] & texts[b]
    }
    assert weighed(*held) == expected


def _corpus() -> list[Article]:
    rng = random.Random(11)
    texts = []
    for family in range(25):
        base = [f"f{family}w{number}" for number in range(rng.randrange(20, 120))]
        for _ in range(4):
            edited = list(base)
            for _ in range(rng.randrange(8)):
                edited[rng.randrange(len(edited))] = f"x{rng.randrange(1000)}"
            texts.append(" ".join(edited[: rng.randrange(len(edited) // 2, len(edited) + 1)]))
        texts.append(" ".join(base).upper())
        texts.append(" ".join(base))
    rng.shuffle(texts)
    return [article(number, text) for number, text in enumerate(texts)]


def _brute() -> list:
    """All pairs of all different texts, no keys asked."""
    texts = {}
    for each in _corpus():
        marks = each.fingerprint
        if marks and marks.keys:
            texts[marks.text_id] = prepare(marks.text_id, each.text)
    ids = sorted(texts)
    pairs = [compare(texts[a], texts[b]) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    return [pair for pair in pairs if pair]


@pytest.mark.parametrize("partitions", [1, 5])
def test_pairs_are_those_of_comparing_every_two_texts(partitions: int) -> None:
    expected = _brute()
    assert {pair.kind for pair in expected} == {"near", "excerpt"}
    assert len(expected) > 40
    with TestPipeline(runner="FnApiRunner") as pipeline:
        found = pipeline | beam.Create(_corpus()) | FindDuplicates(partitions)
        assert_that(found, equal_to(expected))


@pytest.mark.parametrize("partitions", [1, 5])
def test_candidates_hold_every_pair_once_the_lesser_id_first(partitions: int) -> None:
    expected = {(pair.text_id, pair.other_id) for pair in _brute()}

    def check(found: list[tuple[str, str]]) -> None:
        assert len(found) == len(set(found))
        assert all(a < b for a, b in found)
        assert expected <= set(found)

    with TestPipeline(runner="FnApiRunner") as pipeline:
        assert_that(pipeline | beam.Create(_corpus()) | FindCandidates(partitions), check)


def test_texts_of_different_windows_do_not_meet() -> None:
    text = " ".join(f"w{number}" for number in range(40))
    stamped = [
        TimestampedValue(article(0, text), 1),
        TimestampedValue(article(1, f"{text} x"), 2),
        TimestampedValue(article(2, f"{text} y"), 12),
        TimestampedValue(article(3, f"{text} z"), 13),
    ]
    ids = [fingerprint(None, each.value.text).text_id for each in stamped]
    expected = [tuple(sorted(ids[:2])), tuple(sorted(ids[2:]))]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        found = (
            pipeline
            | beam.Create(stamped)
            | beam.WindowInto(FixedWindows(10))
            | FindDuplicates()
            | beam.Map(lambda pair: (pair.text_id, pair.other_id))
        )
        assert_that(found, equal_to(expected))


def test_nothing_in_is_nothing_out() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        none = pipeline | beam.Create([article(0, "too short")]) | FindDuplicates()
        assert_that(none, equal_to([]))


@pytest.mark.parametrize("transform", [FindDuplicates, FindCandidates])
def test_partitions_below_one_are_refused(transform: type) -> None:
    with pytest.raises(ValueError, match="partitions must be at least 1, not 0"):
        transform(0)
