"""Fingerprints: which articles count as the same, and by which keys the alike are found."""

import random
from itertools import combinations

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from records import Article
from transforms.fingerprint import FingerprintArticles, fingerprint, fingerprints


def words(start: int, count: int) -> str:
    return " ".join(f"w{number}" for number in range(start, start + count))


def keys(text: str) -> set[int]:
    return set(np.frombuffer(fingerprint(None, text).keys, np.uint64).tolist())


def weight(a: str, b: str) -> int:
    """What the shared keys of two texts weigh: candidates from 2 on."""
    return sum(1 + key % 2 for key in keys(a) & keys(b))


def test_ids_are_blake2b_of_the_normalised_text_and_stay_so() -> None:
    marks = fingerprint("A  Title", "Some  TEXT\n")
    assert marks.text_id == "f4059a637a026ee5278402fe34285c49"
    assert marks.content_id == "5dfdff77f3f7656a93b7ad4f0187c84e"


@pytest.mark.parametrize(
    "other",
    [
        "some text of nine words, ﬁne for this test",
        "SOME TEXT of\tnine\n\nwords,  fine for this test ",
    ],
)
def test_white_space_case_and_compatibility_forms_make_no_difference(other: str) -> None:
    text = "Some text of nine words, fine for this test"
    assert fingerprint("The title", text) == fingerprint(" THE\u00a0title ", other)


def test_another_title_is_another_content_with_the_same_text() -> None:
    first, second = fingerprint("One", "text"), fingerprint("Two", "text")
    assert first.content_id != second.content_id
    assert first.text_id == second.text_id


def test_title_and_text_do_not_run_into_each_other() -> None:
    assert fingerprint("a", "b c").content_id != fingerprint("a b", "c").content_id
    assert fingerprint("a", None).content_id != fingerprint(None, "a").content_id


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_title_alone_stands_for_the_text_from_five_words_on(text: str | None) -> None:
    five = fingerprint("Five words make a headline", text)
    assert five.text_id == fingerprint(None, "five words make a HEADLINE").text_id
    assert (five.word_count, five.keys) == (0, b"")
    assert fingerprint("Four are too few", text).text_id is None
    assert fingerprint("头条新闻", text).text_id is None
    assert fingerprint("头条新闻说", text).text_id is not None


def test_a_short_text_has_an_id_however_short() -> None:
    marks = fingerprint(None, "one")
    assert marks.text_id is not None
    assert marks.word_count == 1


def test_a_long_title_alone_has_no_keys() -> None:
    assert fingerprint(words(0, 50), None).keys == b""


def test_keys_begin_at_twenty_words() -> None:
    assert fingerprint(None, words(0, 19)).keys == b""
    assert fingerprint(None, words(0, 19)).word_count == 19
    assert len(fingerprint(None, words(0, 20)).keys) >= 24 * 8
    assert fingerprint(None, "字" * 19).keys == b""
    assert fingerprint(None, "字" * 20).keys != b""


def test_keys_are_24_odd_bands_and_one_even_sample_in_eight() -> None:
    found = keys(words(0, 4000))
    assert sum(key % 2 for key in found) == 24
    assert 400 < sum(1 - key % 2 for key in found) < 600


def test_near_copies_share_keys_and_strangers_do_not() -> None:
    base = words(0, 100)
    near = words(0, 90) + " " + words(1000, 10)  # 88 / 108 = 0.81
    assert weight(base, near) >= 2
    assert weight(base, words(5000, 100)) == 0


def test_an_excerpt_of_a_long_text_shares_sampled_keys() -> None:
    whole = words(0, 4000)
    missed = [start for start in range(0, 3000, 100) if weight(whole, words(start, 60)) < 2]
    assert missed == []


def test_candidates_are_found_among_generated_pairs_at_the_promised_rate() -> None:
    rng = random.Random(5)
    found = 0
    for number in range(400):
        base = [f"n{number}x{i}" for i in range(102)]
        edited = list(base)
        for place in rng.sample(range(5), 5):  # five single words apart: at least 85 / 115 shared
            edited[place * 20 + rng.randrange(10)] = "changed"
        found += weight(" ".join(base), " ".join(edited)) >= 2
    assert found >= 395


def test_unrelated_generated_texts_are_no_candidates() -> None:
    rng = random.Random(6)
    texts = [" ".join(f"v{rng.randrange(5000)}" for _ in range(100)) for _ in range(60)]
    assert [pair for pair in combinations(texts, 2) if weight(*pair) >= 2] == []


@pytest.mark.parametrize("seed", range(5))
def test_many_articles_at_once_have_the_fingerprints_of_each_by_itself(seed: int) -> None:
    rng = random.Random(seed)
    texts = [" ".join(f"v{rng.randrange(30)}" for _ in range(rng.randrange(80))) for _ in range(70)]
    texts += ["same " * 40, "字" * 30, "", words(0, 20), words(0, 5000)]
    rng.shuffle(texts)
    articles = [(rng.choice([None, "Five words make a headline"]), text) for text in texts]
    assert list(fingerprints(articles)) == [fingerprint(*article) for article in articles]


def test_keys_stay_what_they_are() -> None:
    held = np.frombuffer(fingerprint(None, words(0, 30)).keys, np.uint64).tolist()
    assert held[:2] == [4711293479009458551, 7849501450206564069]
    assert held[24:] == [3612164446203820590]


def test_fingerprint_articles_fills_the_fingerprint_and_nothing_else() -> None:
    articles = [Article("s", f"{n:032}", n, 0, title="T", text=words(n, 25)) for n in range(3)]
    expected = [a._replace(fingerprint=fingerprint(a.title, a.text)) for a in articles]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        marked = pipeline | beam.Create(articles) | FingerprintArticles()
        assert_that(marked, equal_to(expected))
