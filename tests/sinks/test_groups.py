"""Groups: what repeats what, which came first, and what happens when a link goes."""

from pathlib import Path

import pytest

from tests.support import DAY, NOON, SECOND, Store, article, article_id, moment, words

HOUR = 3600 * SECOND

# 60 words are 58 3-grams. A and B differ in the last 6 words, B and C in the first 6.
A = words(0, 60)
B = words(0, 54) + " " + words(0, 6, "end")
C = words(0, 6, "start") + " " + words(6, 48) + " " + words(0, 6, "end")
A_B = 52 / 64
A_C = 46 / 70


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def group(store: Store, name: str) -> tuple[object, ...]:
    """duplicate_of, kind, similarity and group size of an article."""
    return store.one(name, "duplicate_of, duplicate_kind, duplicate_similarity, group_size")


def test_an_article_alone_is_a_group_of_its_own(store: Store) -> None:
    store.add(article("a", A), article("z", words(500, 60)))
    assert group(store, "a") == (None, None, None, 1)
    assert store.one("a", "group_id") == article_id("a")


@pytest.mark.parametrize("batches", [1, 2])
def test_a_near_copy_names_the_original_and_the_exact_similarity(
    store: Store, batches: int
) -> None:
    pair = article("a", A, NOON), article("b", B, NOON + HOUR)
    if batches == 1:
        store.add(*pair)
    else:
        store.add(pair[1])
        store.add(pair[0])
    assert group(store, "a") == (None, None, None, 2)
    assert group(store, "b") == (article_id("a"), "near", A_B, 2)
    assert store.one("b", "group_id") == article_id("a")
    ids = sorted([article_id("a"), article_id("b")])
    assert store.ask("SELECT article_id, other_id, kind, similarity FROM duplicate_pairs") == [
        (*ids, "near", A_B)
    ]


def test_a_chain_is_one_group_with_similarities_to_the_original(store: Store) -> None:
    store.add(article("a", A, NOON), article("c", C, NOON + 2 * HOUR))
    assert group(store, "c") == (None, None, None, 1)
    store.add(article("b", B, NOON + HOUR))
    assert group(store, "b") == (article_id("a"), "near", A_B, 3)
    assert group(store, "c") == (article_id("a"), "near", A_C, 3)
    assert store.ask("SELECT count(*) FROM duplicate_pairs") == [(2,)]


def test_a_group_parts_when_the_link_is_revised_away_and_joins_when_it_returns(
    store: Store,
) -> None:
    store.add(article("a", A, NOON), article("b", B, NOON), article("c", C, NOON + HOUR))
    size = "SELECT group_size FROM articles ORDER BY article_id"
    assert store.ask(size) == [(3,), (3,), (3,)]
    store.add(article("b", words(300, 60), NOON + 2 * HOUR))
    assert store.ask(size) == [(1,), (1,), (1,)]
    assert store.ask("SELECT * FROM duplicate_pairs") == []
    store.add(article("b", B, NOON + 3 * HOUR))
    assert store.ask(size) == [(3,), (3,), (3,)]
    assert group(store, "c")[1:] == ("near", A_C if article_id("a") < article_id("b") else A_B, 3)


def test_a_text_that_was_only_a_past_revision_links_its_next_holder(store: Store) -> None:
    store.add(article("a", A, NOON), article("b", B, NOON + HOUR))
    store.add(article("b", words(300, 60), NOON + 2 * HOUR))
    store.add(article("d", B, NOON + 3 * HOUR))
    assert group(store, "d") == (article_id("a"), "near", A_B, 2)


def test_exact_copies_are_told_from_near_ones_whatever_their_case_and_spaces(
    store: Store,
) -> None:
    store.add(article("a", A, NOON), article("b", A.upper().replace(" ", "\n"), NOON + HOUR))
    store.add(article("c", "  " + A.replace(" ", "  "), NOON + 2 * HOUR))
    for name in "bc":
        assert group(store, name) == (article_id("a"), "exact", 1.0, 3)
    assert store.ask("SELECT kind, similarity, count(*) FROM duplicate_pairs GROUP BY ALL") == [
        ("exact", 1.0, 3)
    ]
    assert store.ask("SELECT count(*) FROM internal.texts") == [(1,)]
    assert store.ask("SELECT count(*) FROM internal.pairs") == [(0,)]


def test_exact_copies_of_a_near_copy_are_near_the_original(store: Store) -> None:
    store.add(article("a", A, NOON), article("b", B, NOON + HOUR), article("d", B, NOON + HOUR))
    store.add(article("e", B, NOON + 2 * HOUR))
    for name in "bde":
        assert group(store, name) == (article_id("a"), "near", A_B, 4)
    assert store.ask("SELECT count(*) FROM internal.pairs") == [(1,)]
    assert store.ask("SELECT kind, count(*) FROM duplicate_pairs GROUP BY 1 ORDER BY 1") == [
        ("exact", 3),
        ("near", 3),
    ]


@pytest.mark.parametrize("batches", [1, 2])
def test_an_excerpt_is_a_pair_and_no_group(store: Store, batches: int) -> None:
    whole, part = article("a", words(0, 200), NOON), article("b", words(0, 40), NOON + HOUR)
    if batches == 1:
        store.add(whole, part)
    else:
        store.add(part)
        store.add(whole)
    assert group(store, "b") == (None, None, None, 1)
    assert store.ask("SELECT kind, similarity, containment, contained_id FROM duplicate_pairs") == [
        ("excerpt", 38 / 198, 1.0, article_id("b"))
    ]


def test_short_texts_are_compared_for_equality_only(store: Store) -> None:
    store.add(
        article("a", words(0, 19)), article("b", words(0, 18) + " x"), article("c", words(0, 19))
    )
    assert group(store, "b") == (None, None, None, 1)
    assert store.one("a", "group_size") == 2


def test_titles_alone_are_copies_from_five_words_on(store: Store) -> None:
    five, four = "Five words make a headline", "Four make no headline"
    for name, title in (("a", five), ("b", four), ("c", five.upper()), ("d", four)):
        store.add(article(name, None, title=title))
    assert [store.one(name, "group_size") for name in "abcd"] == [2, 1, 2, 1]
    assert store.one("b", "text_id, word_count") == (None, 0)


def effective(name: str, text: str, seen: str, published: str | None, precision: str = "second"):
    stated = published and moment(published)
    return article(
        name,
        text,
        moment(seen),
        published_at=stated,
        published_precision=precision if published else None,
        published_from="feed" if published else "none",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # published before published, whichever was seen first
        (("2024-05-09", "2024-05-01T10:00"), ("2024-05-08", "2024-05-01T11:00")),
        # a bare day counts as its end
        (("2024-05-09", "2024-05-01T23:59:58"), ("2024-05-08", "2024-05-01", "day")),
        (("2024-05-08", "2024-05-01", "day"), ("2024-05-09", "2024-05-02T00:00:00")),
        # without a date, and with an absurd one, first seen counts
        (("2024-05-07", None), ("2024-05-08", None)),
        (("2024-05-07", None), ("2024-05-08", "1970-01-01T00:00")),
        (("2024-05-07", None), ("2024-05-08", "1989-12-31T23:59:59")),
        (("2024-05-08", "1990-01-01T00:00:00"), ("2024-05-07", None)),
        (("2024-05-07", "2099-01-01T00:00"), ("2024-05-08", None)),
        (("2024-05-07", "9998-12-31T00:00"), ("2024-05-08", "9998-01-01T00:00")),
        # a day ahead of its sighting is a time zone, more is an error
        (("2024-05-08T12:00", "2024-05-09T12:00:01"), ("2024-05-08T00:00", "2024-05-09T00:00:00")),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_the_original_has_the_least_effective_time(
    store: Store, first: tuple, second: tuple, together: bool
) -> None:
    # Both ways round, so that the lesser id does not decide.
    for number, (a, b) in enumerate((("x", "y"), ("y", "x"))):
        text = words(number * 1000, 30)
        pair = [
            effective(f"{a}{number}", text, *first),
            effective(f"{b}{number}", text, *second),
        ]
        if together:
            store.add(*pair)
        else:
            store.add(pair[1])
            store.add(pair[0])
        originals = store.ask(
            "SELECT article_id FROM originals WHERE word_count = 30 AND starts_with(text, ?)",
            f"w{number * 1000} ",
        )
        assert originals == [(pair[0].article_id,)]


def test_absurd_dates_are_kept_as_stated(store: Store) -> None:
    for year in ("1970", "2099", "9998"):
        store.add(effective(f"y{year}", f"text {year}", "2024-05-01", f"{year}-03-04T05:06:07"))
    assert store.ask(
        "SELECT epoch_us(published_at), published_on::VARCHAR FROM articles ORDER BY 1"
    ) == [(moment(f"{y}-03-04T05:06:07"), f"{y}-03-04") for y in ("1970", "2099", "9998")]


def test_an_earlier_sighting_makes_another_the_original(store: Store) -> None:
    late = article("a", A, NOON + HOUR)
    store.add(late, article("b", B, NOON))
    assert group(store, "a") == (article_id("b"), "near", A_B, 2)
    store.add(late._replace(seen_at=NOON - DAY))
    assert group(store, "a") == (None, None, None, 2)
    assert group(store, "b") == (article_id("a"), "near", A_B, 2)


def test_a_text_that_a_mere_sighting_makes_current_again_is_compared_along_the_chain(
    store: Store,
) -> None:
    first = article("a", A, NOON)
    store.add(first, article("b", B, NOON + HOUR), article("c", C, NOON + 2 * HOUR))
    store.add(article("a", words(500, 60), NOON + 3 * HOUR))
    assert group(store, "c")[0] == article_id("b")
    store.add(known=[first._replace(seen_at=NOON + 4 * HOUR)])
    assert group(store, "c") == (article_id("a"), "near", A_C, 3)
