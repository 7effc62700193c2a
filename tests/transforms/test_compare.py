"""Comparison of two texts against Python's sets of word triples."""

import random
import re
import unicodedata
from collections import Counter
from itertools import combinations

import pytest

from records import DuplicatePair
from transforms.compare import compare, prepare, similarity
from transforms.fingerprint import fingerprint


def words(start: int, count: int) -> str:
    return " ".join(f"w{number}" for number in range(start, start + count))


def spoken(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def triples(text: str) -> set[tuple[str, ...]]:
    found = spoken(text)
    return set(zip(found, found[1:], found[2:], strict=False))


def brute(a: tuple[str, str], b: tuple[str, str]) -> DuplicatePair | None:
    (id_a, text_a), (id_b, text_b) = sorted((a, b))
    grams_a, grams_b = triples(text_a), triples(text_b)
    shared = len(grams_a & grams_b)
    if not shared:
        return None
    jaccard = shared / len(grams_a | grams_b)
    containment = shared / min(len(grams_a), len(grams_b))
    smaller_id, smaller = (id_a, text_a) if len(grams_a) <= len(grams_b) else (id_b, text_b)
    contained = smaller_id if containment >= 0.8 else None
    if jaccard >= 0.7:
        return DuplicatePair(id_a, id_b, "near", jaccard, containment, contained)
    if contained and len(spoken(smaller)) >= 30:
        return DuplicatePair(id_a, id_b, "excerpt", jaccard, containment, contained)
    return None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # 38 3-grams each; with the last 6 words another 32 are shared, with the last 7 31
        (words(0, 40), words(0, 34) + " a b c d e f", ("near", 32 / 44, 32 / 38, "1")),
        (words(0, 40), words(0, 33) + " a b c d e f g", ("excerpt", 31 / 45, 31 / 38, "1")),
        (words(0, 40), words(0, 32) + " a b c d e f g h", None),
        (words(0, 30), words(0, 200), ("excerpt", 28 / 198, 1.0, "1")),
        (words(0, 29), words(0, 200), None),
        (words(0, 20), words(0, 25), ("near", 18 / 23, 1.0, "1")),
        (words(0, 12) + " x " + words(13, 60), words(0, 200), ("excerpt", 68 / 201, 68 / 71, "1")),
        (words(0, 40), words(100, 40), None),
        (words(0, 2), words(0, 2), None),
    ],
)
def test_thresholds_by_hand(a: str, b: str, expected: tuple | None) -> None:
    pair = compare(prepare("1", a), prepare("2", b))
    assert pair == (expected and DuplicatePair("1", "2", *expected))


def test_exactly_at_a_threshold_is_above_it() -> None:
    # 68 3-grams each, 56 shared: 56 / 80 = 0.7
    near = compare(prepare("1", words(0, 70)), prepare("2", words(0, 58) + " " + words(500, 12)))
    assert near is not None
    assert (near.kind, near.similarity) == ("near", 0.7)
    # 30 3-grams, 24 of them in the longer: 0.8
    part = compare(prepare("1", words(0, 26) + " a b c d e f"), prepare("2", words(0, 200)))
    assert part is not None
    assert (part.kind, part.containment) == ("excerpt", 0.8)


def test_equal_sizes_name_the_lesser_id_as_contained() -> None:
    pair = compare(prepare("9", words(0, 40)), prepare("3", words(0, 38) + " a b"))
    assert pair is not None
    assert pair.contained_id == "3"


def test_nothing_is_like_nothing() -> None:
    assert similarity(prepare("1", ""), prepare("2", "")) == 0.0


def _family(rng: random.Random) -> list[str]:
    """Texts that share much, little or nothing."""
    vocabulary = [f"Wörd{number}" for number in range(rng.choice((5, 40, 400)))] + ["½", "ﬁn"]
    base = rng.choices(vocabulary, k=rng.randrange(25, 300))
    texts = []
    for _ in range(6):
        edited = list(base)
        for _ in range(rng.randrange(12)):
            edited[rng.randrange(len(edited))] = rng.choice(vocabulary)
        start = rng.choice((0, 0, rng.randrange(len(edited) - 20)))
        texts.append(
            rng.choice((" ", ", ", "\n")).join(
                edited[start : rng.randrange(start + 20, len(edited) + 1)]
            )
        )
    return texts


def test_comparison_equals_that_of_sets_to_the_last_bit() -> None:
    kinds = Counter()
    for seed in range(40):
        texts = {f"{number:02}": text for number, text in enumerate(_family(random.Random(seed)))}
        for a, b in combinations(texts, 2):
            expected = brute((a, texts[a]), (b, texts[b]))
            left, right = prepare(a, texts[a]), prepare(b, texts[b])
            assert compare(left, right) == compare(right, left) == expected
            grams, others = triples(texts[a]), triples(texts[b])
            assert similarity(left, right) == len(grams & others) / max(len(grams | others), 1)
            kinds[expected and expected.kind] += 1
    assert min(kinds["near"], kinds["excerpt"], kinds[None]) > 40


@pytest.mark.parametrize("glue", [" ", "\n", "\t\t", "\u00a0", "\r\n"])
@pytest.mark.parametrize("length", [30, 12_000])
def test_white_space_makes_no_difference_to_comparison(glue: str, length: int) -> None:
    text = glue.join(f"Word{number}" for number in range(length))
    marks = fingerprint("A title", text)
    assert marks == fingerprint("A title", " ".join(text.split()))
    assert prepare("id", text) == prepare("id", " ".join(text.split()))
    assert prepare("id", text)[1] == marks.word_count == length
