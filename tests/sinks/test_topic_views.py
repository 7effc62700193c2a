"""Topics that go together, and topics against their own past."""

import contextlib
from pathlib import Path

import pytest

from records import Article, TopicMatch
from sinks import store as stores
from tests.support import Store, article, moment, words
from transforms.rules import default_rules


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def tagged(name: str, topics: str, day: str = "2024-05-01", text: str | None = None) -> Article:
    matches = tuple(TopicMatch(topic, 1.0, "mine", "1", ()) for topic in topics.split())
    received = article(name, text or name, published_at=moment(day), published_precision="day")
    return received._replace(topics=matches)


def test_pairs_of_topics_are_counted_with_overlap_and_lift(store: Store) -> None:
    copied = words(0, 30)
    store.add(
        tagged("a", "war oil", text=copied),
        tagged("b", "oil war", text=copied),
        tagged("c", "war"),
        tagged("d", "war tea"),
        tagged("e", ""),
        tagged("f", "tea"),
        article("g", "g")._replace(topics=None),
    )
    assert store.ask("FROM topic_pairs ORDER BY ALL") == [
        ("oil", "war", 2, 1, 1.0, 2 * 6 / (2 * 4)),
        ("tea", "war", 1, 1, 0.5, 1 * 6 / (2 * 4)),
    ]


def test_a_topic_and_its_broader_one_are_no_pair(store: Store) -> None:
    store.add(tagged("a", "politics politics-elections war"))
    with contextlib.closing(stores.connect(store.path)) as db:
        stores.set_topics(db, default_rules().topics)
    assert store.ask("SELECT topic, other_topic FROM topic_pairs ORDER BY ALL") == [
        ("politics", "war"),
        ("politics-elections", "war"),
    ]


def test_a_week_is_held_against_the_four_before_it(store: Store) -> None:
    days = ["2024-05-01", "2024-05-08", "2024-05-15", "2024-05-22", "2024-05-22"]
    days += ["2024-05-23", "2024-05-29", "2024-05-30", "2024-05-31"]
    store.add(*(tagged(f"n{i}", "war", day) for i, day in enumerate(days)))
    found = store.ask(
        "SELECT published_on::VARCHAR, originals, articles, usual, times, round(rise, 4) "
        "FROM rising_topics ORDER BY published_on"
    )
    assert found[0] == ("2024-05-01", 1, 1, 0.0, None, 1.0)
    # Of the week from 25 to 31 May three; of the four weeks from 27 April to 24 May six.
    assert found[-1] == ("2024-05-31", 3, 3, 1.5, 2.0, round(1.5 / 2.5**0.5, 4))


def test_copies_do_not_make_a_topic_rise(store: Store) -> None:
    copied = words(0, 30)
    store.add(*(tagged(f"n{i}", "war", text=copied) for i in range(5)))
    assert store.ask("SELECT originals, articles FROM rising_topics") == [(1, 5)]
