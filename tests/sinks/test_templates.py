"""Templates: keys that too many texts hold prove nothing, in whatever order the texts came."""

from pathlib import Path

import pytest

import transforms.duplicates
from pipeline.facts import MATCHER
from records import Article
from tests.support import NOON, Store, article, differences, not_unique, rows, words
from transforms.versions import TEMPLATE_TEXTS

LIMIT = 10
BOILERPLATE = words(0, 60, "boilerplate")
PAIRS = "SELECT count(*) FROM internal.pairs"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(transforms.duplicates, "TEMPLATE_TEXTS", LIMIT)
    return Store(tmp_path, MATCHER._replace(template_texts=LIMIT))


def long(number: int, seen: int = NOON) -> Article:
    """The boilerplate in a text of its own: alike enough to be an excerpt's source, no more."""
    return article(f"long{number}", f"{BOILERPLATE} {words(0, 600, f'own{number}x')}", seen)


def short(name: str, seen: int = NOON) -> Article:
    """The boilerplate and hardly more: an excerpt of every long one."""
    return article(name, f"{BOILERPLATE} {name}", seen)


def test_up_to_the_limit_texts_that_share_a_key_are_compared(store: Store) -> None:
    store.add(short("s"), *map(long, range(LIMIT - 1)))
    assert store.ask(PAIRS) == [(LIMIT - 1,)]


def test_beyond_the_limit_within_a_batch_nothing_rests_on_the_template(store: Store) -> None:
    store.add(short("s"), *map(long, range(LIMIT)))
    assert store.ask(PAIRS) == [(0,)]


def test_pairs_found_before_the_limit_was_crossed_are_withdrawn(store: Store) -> None:
    store.add(short("s"), *map(long, range(LIMIT - 1)))
    store.add(long(LIMIT))
    assert store.ask(PAIRS) == [(0,)]
    store.add(long(LIMIT + 1))
    assert store.ask(PAIRS) == [(0,)]


def test_pairs_of_a_batch_are_withdrawn_where_the_store_makes_it_a_template(store: Store) -> None:
    store.add(*map(long, range(LIMIT)))
    store.add(short("s"), long(50), long(51))
    assert store.ask(PAIRS) == [(0,)]


def test_withdrawn_pairs_stay_so_when_copies_of_their_texts_meet_again(store: Store) -> None:
    store.add(short("s"), *map(long, range(LIMIT)))
    copies = [
        each._replace(article_id=f"{number:032x}", document_id=number)
        for number, each in enumerate((short("s"), long(0), long(1)))
    ]
    store.add(*copies)
    assert store.ask(PAIRS) == [(0,)]


def test_pairs_that_share_another_key_stay(store: Store) -> None:
    twins = [
        article(name, f"{words(0, 60, 'story')} {BOILERPLATE} {name}") for name in ("t1", "t2")
    ]
    store.add(*twins)
    store.add(*map(long, range(LIMIT + 1)))
    assert store.ask("SELECT kind FROM internal.pairs") == [("near",)]
    assert store.one("t1", "group_size") == 2


def test_a_group_that_rests_on_a_template_parts_when_the_limit_is_crossed(store: Store) -> None:
    """Texts alike to 0.9 that share nothing but template keys: all of one mould."""
    moulded = [article(f"m{number:02}", f"{BOILERPLATE} m{number}") for number in range(LIMIT + 6)]
    store.add(*moulded[:LIMIT])
    assert store.one("m00", "group_size") == LIMIT
    store.add(*moulded[LIMIT:])
    whole = Store(store.path.parent / "whole", MATCHER._replace(template_texts=LIMIT))
    whole.add(*moulded)
    assert differences(rows(store.path), rows(whole.path)) == {}
    assert store.ask(PAIRS)[0][0] < LIMIT * (LIMIT - 1) // 2


def test_the_outcome_is_one_for_the_true_limit(tmp_path: Path) -> None:
    """More than a thousand texts of one mould, whose buckets cross the limit in a later batch."""
    texts = [
        article(f"l{number}", f"{BOILERPLATE} {words(0, 400, f'own{number}x')}")
        for number in range(TEMPLATE_TEXTS + 51)
    ]
    excerpts = [article(f"e{number}", f"{BOILERPLATE[:540]} e{number}") for number in range(4)]
    late, early = Store(tmp_path / "late"), Store(tmp_path / "early")
    early.add(*texts, *excerpts)
    assert early.ask(f"{PAIRS} WHERE kind = 'excerpt'")[0][0] < 1000
    late.add(*excerpts, *texts[:50])
    assert late.ask(f"{PAIRS} WHERE kind = 'excerpt'")[0][0] >= 200
    late.add(*texts[50:])
    assert differences(rows(early.path), rows(late.path)) == {}
    assert not_unique(late.path) == []
