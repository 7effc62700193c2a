"""Words and their hashes, against Python's own strings and sets."""

import random
import re
import unicodedata

import numpy as np
import pytest

from transforms.words import (
    distinct,
    ngram_hashes,
    normalise,
    shingles,
    spaced,
    spaced_all,
    word_hashes,
    word_hashes_of_all,
)

ALPHABET = "abcxyzABÉé\u0301ßİıЖж0179_ \t\n.,-'’…«»—ﬁ½²ªΣςअनुवादعربي😀한국어"


def brute_words(text: str) -> list[str]:
    """The words of a text of no unspaced script, combining marks left to hold words together."""
    marks = "".join(sorted({c for c in text if unicodedata.category(c).startswith("M")}))
    return re.findall(rf"[\w{re.escape(marks)}]+", text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" .,- \n", 0),
        ("one", 1),
        ("One two, three.", 3),
        ("cease-fire isn't", 4),
        ("snake_case 3.5", 3),
        ("cafe\u0301 café", 2),
        ("हिन्दी में", 2),
        ("Москва, Россия", 2),
        ("😀 smile 😀", 1),
        ("中文新闻", 4),
        ("東京タワー2024年", 7),
        ("สวัสดี", 6),
        ("abc中def", 3),
        ("한국어 뉴스", 2),
        ("𠀀𠀁", 2),
    ],
)
def test_words_are_runs_of_letters_and_single_characters_of_unspaced_scripts(
    text: str, count: int
) -> None:
    assert len(word_hashes(normalise(text))) == count


def test_a_word_has_one_hash_wherever_it_stands() -> None:
    hashes = word_hashes("news of the day, the news: news")
    assert hashes[0] == hashes[5] == hashes[6]
    assert hashes[2] == hashes[4]
    assert len(set(hashes.tolist())) == 4


def test_the_order_of_letters_matters() -> None:
    assert len(set(word_hashes("abc acb bac bca cab cba ab ba a b c").tolist())) == 11


@pytest.mark.parametrize("text", ["中中文", "ไทย ไทย"])
def test_characters_of_unspaced_scripts_hash_alike_wherever_they_stand(text: str) -> None:
    letters = [letter for letter in text if letter != " "]
    hashes = word_hashes(text).tolist()
    assert [hashes[letters.index(letter)] for letter in letters] == hashes


@pytest.mark.parametrize("seed", range(20))
def test_words_and_3_grams_are_those_of_a_regular_expression(seed: int) -> None:
    rng = random.Random(seed)
    text = normalise("".join(rng.choices(ALPHABET, k=rng.randrange(2000))))
    words = brute_words(text)
    hashes = word_hashes(text)
    assert len(hashes) == len(words)
    named = dict(zip(words, hashes.tolist(), strict=True))
    assert [named[word] for word in words] == hashes.tolist()
    assert len(set(named.values())) == len(named)
    grams = set(zip(words, words[1:], words[2:], strict=False))
    assert len(shingles(hashes)) == len(grams)
    assert (np.diff(shingles(hashes).astype(object)) > 0).all()


@pytest.mark.parametrize("separator", [" ", "\n", ", "])
def test_texts_longer_than_a_step_are_hashed_as_one(separator: str) -> None:
    words = [f"word{number}" for number in range(20_000)]
    whole = word_hashes(" ".join(words))
    assert len(whole) == 20_000
    assert whole.tolist() == [int(word_hashes(word)[0]) for word in words]
    if separator.startswith(","):
        assert word_hashes(separator.join(words)).tolist() == whole.tolist()
    else:
        assert word_hashes(" ".join(separator.join(words).split())).tolist() == whole.tolist()


def test_a_long_text_without_spaces_is_as_many_words_as_characters() -> None:
    text = "新闻" * 50_000
    assert len(word_hashes(text)) == 100_000
    assert len(shingles(word_hashes(text))) == 2


def test_n_grams_of_fewer_words_than_n_are_none() -> None:
    hashes = word_hashes("one two")
    assert len(ngram_hashes(hashes, 3)) == 0
    assert len(ngram_hashes(hashes, 2)) == 1
    assert len(ngram_hashes(word_hashes("one two three"), 3)) == 1


def test_n_grams_know_their_order() -> None:
    grams = {int(ngram_hashes(word_hashes(text), 3)[0]) for text in ("a b c", "c b a", "b a c")}
    assert len(grams) == 3


def test_distinct_is_sorted_and_without_repeats() -> None:
    values = np.array([5, 1, 5, 2**63, 1], np.uint64)
    assert distinct(values).tolist() == [1, 5, 2**63]
    assert distinct(values[:1]).tolist() == [5]
    assert distinct(values[:0]).tolist() == []


def test_normalising_folds_compatibility_forms_and_case() -> None:
    assert normalise("Straße ﬁnd Ａ１ ½ İ ς") == "strasse find a1 1⁄2 i̇ σ"


def test_every_run_of_white_space_is_one_space_and_none_is_left_at_the_ends() -> None:
    blanks = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
    assert spaced(f"{blanks}A{blanks}b c\n\nD\t") == "a b c d"
    assert spaced_all(["", " \n", "\x1c\x1fA\0 \0  B\r\n", "É\u3000 E"]) == [
        "",
        "",
        "a\0 \0 b",
        "é e",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_many_texts_at_once_are_spaced_and_hashed_as_each_by_itself(seed: int) -> None:
    rng = random.Random(seed)
    alphabets = ALPHABET, "abC \n\t-", "中文 ไทย"
    texts = ["".join(rng.choices(rng.choice(alphabets), k=rng.randrange(300))) for _ in range(70)]
    texts[rng.randrange(70)] = "long and longer " * 5_000
    assert spaced_all(texts) == [" ".join(normalise(text).split()) for text in texts]
    found = word_hashes_of_all(texts)
    assert [each.tolist() for each in found] == [word_hashes(text).tolist() for text in texts]
