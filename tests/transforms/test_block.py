"""That articles are tagged the same whatever others are in a block with them."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import Rows, ranks, ranks_in_order
from transforms.block import LONGEST_TEXT, Block, Hits, fields_of
from transforms.matching import _disjoint
from transforms.rules import default_rules
from transforms.topics import default_tagger

EXTRAS = (
    "Read also: the football final",
    "Sport | Politics | Business | Weather | Culture",
    "this is not about football.",
    "“Ünïcode” signs ﬁne \xad soft",
    "Straße İstanbul é é 漢字",
)


def mixed(seed: int, count: int) -> list[tuple[str | None, str | None, str, str | None]]:
    """Articles of random terms, in all languages, some with asides and characters that fold."""
    rnd = random.Random(seed)
    found = []
    for _ in range(count):
        language = rnd.choice(sorted(default_rules().terms))
        terms = [term.text.replace("*", "") for term in default_rules().terms[language]]
        words = rnd.choices(terms, k=rnd.choice((1, 5, 60))) + rnd.sample(EXTRAS, k=2)
        rnd.shuffle(words)
        title = rnd.choice((None, "", words[0]))
        found.append((title, rnd.choice(("\n", " ", ". ")).join(words), language, None))
    return found


def test_an_article_has_the_same_topics_in_whatever_company() -> None:
    tagger, articles = default_tagger(), mixed(1, 60)
    articles += [(None, None, "en", None), ("election", "war " * (LONGEST_TEXT // 3), "en", None)]
    alone = [tagger.tag(*article) for article in articles]
    assert tagger.tag_all(articles) == alone
    assert tagger.tag_all(articles[::-1]) == alone[::-1]
    assert sum(map(len, alone)) > len(articles)


def test_places_lead_back_to_what_is_stored_in_every_field() -> None:
    pairs = [("Straße", "ein ﬁx\xades Ziel"), (None, "plain"), ("ΑΣ", "İstanbul’da")]
    block = Block([fields_of(*pair) for pair in pairs])
    for number, field in enumerate(block.fields):
        at, value = int(block.starts[number]), field.folded.data
        words = value.decode().split()
        starts = [at + value.index(f" {word} ".encode()) + 1 for word in words]
        ends = [start + len(word.encode()) for start, word in zip(starts, words, strict=True)]
        fields = block.field_of(np.array(starts, np.intp))
        assert fields.tolist() == [number] * len(words)
        begin, stop = block.stored(fields, np.array(starts, np.intp), np.array(ends, np.intp))
        spans = zip(begin.tolist(), stop.tolist(), strict=True)
        assert [field.value[b:s].casefold().replace("\xad", "") for b, s in spans] == [
            {"fix": "ﬁx"}.get(word, word) for word in words
        ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.integers(0, 3)), max_size=30))
def test_of_what_overlaps_the_first_counts_and_of_those_the_longest(
    drawn: list[tuple[int, int, int]],
) -> None:
    last, expected = 0, []
    for start, length, pattern in sorted(drawn, key=lambda d: (d[0], -d[1], d[2])):
        if start >= last:
            last = start + length
            expected.append((pattern, start, last))
    columns = np.array(drawn, np.intp).reshape(-1, 3).T
    hits = Hits(columns[2], columns[0], columns[0] + columns[1])
    found = zip(*(column.tolist() for column in _disjoint(hits)), strict=True)
    assert list(found) == expected


@given(st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=6), st.data())
def test_rows_give_their_items(rows: list[list[int]], data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
    flat = [item for row in rows for item in row]
    owner, item = Rows(rows).items(np.array(asked, np.intp))
    assert [(asked[o], flat[i]) for o, i in zip(owner.tolist(), item.tolist(), strict=True)] == [
        (row, each) for row in asked for each in rows[row]
    ]


@given(st.lists(st.integers(0, 5)))
def test_ranks_count_the_equal_ones_before(values: list[int]) -> None:
    expected = [values[:i].count(value) for i, value in enumerate(values)]
    assert ranks_in_order(np.array(values, np.intp)).tolist() == expected
    ordered = sorted(values)
    assert ranks(np.array(ordered, np.intp)).tolist() == [
        ordered[:i].count(value) for i, value in enumerate(ordered)
    ]
