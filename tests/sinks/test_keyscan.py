"""Keys looked for ahead of their batch: the store is what scans of their own would have made."""

import contextlib
import random
from pathlib import Path

import duckdb
import pytest

import transforms.duplicates
from pipeline.facts import MATCHER
from records import Article
from sinks import current, keyscan, store
from sinks.commit import commit
from sinks.keyscan import KeyScan
from sinks.manifest import Manifest
from sinks.writer import Writer
from tests.support import NOON, Store, article, differences, not_unique, rows, words

LIMIT = 6  # so that templates are crossed, too
MATCH = MATCHER._replace(template_texts=LIMIT)


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transforms.duplicates, "TEMPLATE_TEXTS", LIMIT)


def _articles(seed: int) -> list[list[Article]]:
    """Five batches: copies of texts of earlier and of the same batches, one mould, revisions."""
    rng = random.Random(seed)
    batches = []
    for batch in range(5):
        made = []
        for number in range(30):
            start = rng.randrange(40) * 1000
            text = f"{words(start, 80)} {words(0, rng.randrange(8), f'own{batch}x{number}y')}"
            if number % 5 == 0:
                text = f"{words(0, 30, 'mould')} {words(0, 20, f'own{batch}x{number}y')}"
            name = f"b{batch}n{number}" if number % 7 else f"again{number}"
            made.append(article(name, text, NOON + batch))
        batches.append(made)
    return batches


def _one_by_one(folder: Path, batches: list[list[Article]]) -> dict[str, list]:
    made = Store(folder, MATCH)
    for articles in batches:
        made.add(*articles)
    found = rows(made.path)
    assert len(found["duplicate_pairs"]) > 50
    return found


def _commit(made: Store, batch: Manifest, scan: KeyScan, waiting: list[Manifest]) -> None:
    with contextlib.closing(store.connect(made.path)) as db:
        scan.expect(db, batch, waiting)
        assert commit(db, batch, MATCH, None, NOON, scan) is not None


@pytest.mark.parametrize("seed", range(4))
def test_one_scan_for_all_that_wait_finds_what_one_for_each_does(seed: int, tmp_path: Path) -> None:
    batches = _articles(seed)
    made = Store(tmp_path / "ahead", MATCH)
    made.add(*batches[0])
    waiting = [made.spool(*articles) for articles in batches[1:]]
    scan = KeyScan()
    _commit(made, waiting[0], scan, waiting[1:])
    for batch in waiting[1:]:
        assert scan.covers(batch)
        _commit(made, batch, scan, [])
    assert differences(_one_by_one(tmp_path / "each", batches), rows(made.path)) == {}
    assert not_unique(made.path) == []


def test_what_was_found_counts_where_the_keys_are_not_read_again(tmp_path: Path) -> None:
    """Stored keys that vanish after the scan are found all the same: they were kept."""
    made = Store(tmp_path, MATCH)
    made.add(article("old", words(0, 80)))
    first, second = (made.spool(article(n, words(0, 80) + f" {n}")) for n in ("one", "two"))
    scan = KeyScan()
    _commit(made, first, scan, [second])
    with contextlib.closing(store.connect(made.path)) as db:
        db.execute("DELETE FROM internal.keys WHERE text_no = 1")
    _commit(made, second, scan, [])
    assert made.ask("SELECT count(*) FROM internal.pairs") == [(3,)]


def test_only_row_groups_with_later_texts_are_read_for_what_was_added_since(tmp_path: Path) -> None:
    """By the numbers that DuckDB keeps of each: of a cast of the column it has none."""
    made = Store(tmp_path, MATCH)
    made.add(article("one", words(0, 80)), article("two", words(1000, 80)))
    with contextlib.closing(store.connect(made.path)) as db:
        db.execute("CREATE TEMP TABLE new_keys AS FROM internal.keys")
        plan = str(db.execute(f"EXPLAIN {keyscan._SCAN}", {"upto": 1}).fetchall())
    assert "text_no>1" in plan
    assert "CAST(text_no" not in plan


def test_a_batch_that_was_not_looked_for_has_a_scan_of_its_own(tmp_path: Path) -> None:
    batches = _articles(9)
    made = Store(tmp_path / "ahead", MATCH)
    made.add(*batches[0])
    waiting = [made.spool(*articles) for articles in batches[1:]]
    scan = KeyScan()
    _commit(made, waiting[0], scan, waiting[1:2])
    assert not scan.covers(waiting[2])
    for batch in (waiting[2], waiting[1], waiting[3]):
        _commit(made, batch, scan, [])
    expected = _one_by_one(tmp_path / "each", [batches[i] for i in (0, 1, 3, 2, 4)])
    assert differences(expected, rows(made.path)) == {}


def test_a_commit_that_failed_leaves_nothing_wrong_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = _articles(5)
    made = Store(tmp_path / "ahead", MATCH)
    made.add(*batches[0])
    waiting = [made.spool(*articles) for articles in batches[1:]]
    scan = KeyScan()
    with monkeypatch.context() as patch:
        patch.setattr(
            current, "store", lambda *_: (_ for _ in ()).throw(duckdb.IOException("full"))
        )
        with pytest.raises(duckdb.IOException):
            _commit(made, waiting[0], scan, waiting[1:])
    for batch in (waiting[1], waiting[0], *waiting[2:]):
        _commit(made, batch, scan, [])
    expected = _one_by_one(tmp_path / "each", [batches[i] for i in (0, 2, 1, 3, 4)])
    assert differences(expected, rows(made.path)) == {}


def test_after_too_much_to_keep_it_looks_ahead_for_fewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyscan, "_MOST_KEPT", 10)
    batches = _articles(6)
    made = Store(tmp_path / "ahead", MATCH)
    made.add(*batches[0])
    waiting = [made.spool(*articles) for articles in batches[1:]]
    scan = KeyScan()
    for number, batch in enumerate(waiting):
        _commit(made, batch, scan, waiting[number + 1 :])
        assert not any(map(scan.covers, waiting))
        assert scan.most == [1, 0, 0, 0][number]  # half of the three it looked ahead for
    assert differences(_one_by_one(tmp_path / "each", batches), rows(made.path)) == {}


def test_a_damaged_batch_behind_is_for_its_own_commit_to_tell(tmp_path: Path) -> None:
    made = Store(tmp_path, MATCH)
    made.add(article("old", words(0, 80)))
    first, second = (made.spool(article(n, words(0, 80) + f" {n}")) for n in ("one", "two"))
    Path(second.paths("articles")[0]).write_bytes(b"no parquet")
    scan = KeyScan()
    _commit(made, first, scan, [second])
    assert not scan.covers(second)
    assert made.ask("SELECT count(*) FROM internal.pairs") == [(1,)]


def test_a_writer_waits_for_more_the_more_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sinks.writer.TEXTS_A_BATCH_AHEAD", 20)
    batches = _articles(7)
    made = Store(tmp_path / "ahead", MATCH)
    writer = Writer(made.path, MATCH)
    waiting = [made.spool(*articles).folder for articles in batches]
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "manifest.json").write_text("{")
    assert writer.ahead == 0
    while waiting:
        [[texts]] = made.ask("SELECT count(*) FROM internal.texts")
        writer.commit(waiting.pop(0), None, NOON, [*waiting, damaged])
        assert writer.ahead == texts // 20
    assert writer.ahead > 3
    assert differences(_one_by_one(tmp_path / "each", batches), rows(made.path)) == {}
