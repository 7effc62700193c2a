"""`newsbeam new`: every change once, in order, wherever the answers are cut."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.commands import Commands, Done
from tests.support import DAY, NOON, Store, article, article_id


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three commits: a, b and c; then d; then a changed."""
    made = Store(tmp_path)
    made.add(*(article(name, f"text of {name}") for name in "abc"))
    made.add(article("d", "text of d"))
    made.add(article("a", "new text of a", NOON + DAY))
    return made


def ids(*names: str) -> list[str]:
    return list(map(article_id, names))


def given(done: Done) -> list[str]:
    """The articles of an answer in JSON lines."""
    return [json.loads(line)["article_id"] for line in done.out.splitlines()]


def following(done: Done) -> str:
    """The cursor that an answer ends with."""
    found = re.fullmatch(r"next: newsbeam new --since (\S+)\n", done.err)
    assert found, done.err
    return found[1]


def test_everything_comes_in_the_order_of_its_last_change(store: Store, newsbeam: Commands) -> None:
    done = newsbeam("new", "--store", store.path)
    assert done.code == 0
    assert given(done) == [*sorted(ids("b", "c")), *ids("d", "a")]
    assert [json.loads(line)["change_seq"] for line in done.out.splitlines()] == [1, 1, 2, 3]
    assert following(done) == "3"


def test_only_what_changed_since_comes_and_then_nothing(store: Store, newsbeam: Commands) -> None:
    done = newsbeam("new", "--store", store.path, "--since", 1)
    assert given(done) == ids("d", "a")
    assert json.loads(done.out.splitlines()[1])["text"] == "new text of a"
    again = newsbeam("new", "--store", store.path, "--since", following(done))
    assert (again.out, following(again)) == ("", "3")
    store.add(article("e", "text of e"))
    more = newsbeam("new", "--store", store.path, "--since", following(again))
    assert (given(more), following(more)) == (ids("e"), "4")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_answers_with_a_limit_have_everything_once(
    store: Store, newsbeam: Commands, limit: int
) -> None:
    found: list[str] = []
    since = "0"
    for _ in range(5):
        done = newsbeam("new", "--store", store.path, "--since", since, "--limit", limit)
        assert len(given(done)) <= limit
        found += given(done)
        since = following(done)
    assert found == [*sorted(ids("b", "c")), *ids("d", "a")]
    assert since == "3"


def test_a_cursor_within_a_commit_says_the_last_article(store: Store, newsbeam: Commands) -> None:
    done = newsbeam("new", "--store", store.path, "--limit", 1)
    assert following(done) == f"1:{min(ids('b', 'c'))}"


def test_csv_and_files(store: Store, newsbeam: Commands, tmp_path: Path) -> None:
    done = newsbeam("new", "--store", store.path, "--since", 2, "--format", "csv")
    [row] = csv.DictReader(io.StringIO(done.out))
    assert (row["article_id"], row["change_seq"]) == (article_id("a"), "3")
    target = tmp_path / "new.parquet"
    done = newsbeam("new", "--store", store.path, "--format", "parquet", "-o", target)
    assert (done.code, done.out, following(done)) == (0, "", "3")
    counted = duckdb.sql(f"SELECT count(*), max(change_seq) FROM '{target}'").fetchall()
    assert counted == [(4, 3)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "4"], "has no change 4, its last is 3"),
        (["--since", "yesterday"], "'yesterday' is no cursor"),
        (["--since", "1:xyz"], "'1:xyz' is no cursor"),
        (["--since", "-1"], "'-1' is no cursor"),
        (["--format", "parquet"], "parquet needs a file"),
        (["--limit", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    store: Store, newsbeam: Commands, options: list[str], said: str
) -> None:
    done = newsbeam("new", "--store", store.path, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_of_no_store_there_is_nothing_new(newsbeam: Commands, tmp_path: Path) -> None:
    done = newsbeam("new", "--store", tmp_path / "none.duckdb")
    assert done.code == 2
    assert "there is no store" in done.err
