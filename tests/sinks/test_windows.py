"""WriteWindows: one batch a pane that holds anything, whose shards are its own however it comes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.testing import test_stream
from apache_beam.transforms.trigger import AccumulationMode, AfterCount, AfterWatermark
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from apache_beam.utils.timestamp import Duration

from pipeline.facts import MATCHER
from records import Article, Reject
from sinks.manifest import (
    MANIFEST,
    SpoolError,
    read_manifest,
    remove,
    remove_orphans,
    waiting,
    write_manifest,
)
from sinks.places import create, finish
from sinks.spool import WriteWindows
from sinks.writer import Writer
from tests.commands import Commands
from tests.support import DAY, NOON, Store, article, differences, rows, words
from transforms.duplicates import candidates_among
from transforms.versions import versions

Stream = test_stream.TestStream  # pytest takes the name for a test's
REJECT = Reject("read", "empty", "nothing", "/r", "", "", NOON)


def write(spool: Path) -> WriteWindows:
    return WriteWindows(str(spool), "test", versions(), candidates=candidates_among)


def windows(elements: beam.PCollection) -> beam.PCollection:
    """Windows of ten seconds, with what is late as it comes."""
    return elements | "Windows" >> beam.WindowInto(
        FixedWindows(10),
        trigger=AfterWatermark(late=AfterCount(1)),
        accumulation_mode=AccumulationMode.DISCARDING,
        allowed_lateness=Duration(3600),
    )


def of_kinds(elements: beam.PCollection) -> dict[str, beam.PCollection]:
    return {
        "articles": elements | "Articles" >> beam.Filter(lambda row: isinstance(row, Article)),
        "rejects": elements | "Rejects" >> beam.Filter(lambda row: isinstance(row, Reject)),
    }


def spool_bounded(spool: Path, *timed: tuple[Any, float]) -> None:
    with beam.Pipeline("FnApiRunner") as pipeline:
        elements = (
            pipeline
            | beam.Create(timed)
            | beam.MapTuple(lambda row, time: TimestampedValue(row, time))
        )
        of_kinds(windows(elements)) | write(spool)


def spool_stream(spool: Path, stream: Stream) -> None:
    options = PipelineOptions()
    options.view_as(StandardOptions).streaming = True
    with beam.Pipeline(BundleBasedDirectRunner(), options) as pipeline:
        of_kinds(windows(pipeline | stream)) | write(spool)


def at(time: float, *found: Any) -> list[TimestampedValue]:
    return [TimestampedValue(row, time) for row in found]


def names(spool: Path) -> list[str]:
    """The ids of the batches that wait, without their digests."""
    return [folder.name.rpartition("-")[0] for folder in waiting(spool)]


def commit_all(store: Store, spool: Path, only: Iterable[int] | None = None) -> list[int | None]:
    """Commit the batches that wait; how many items each had, None where it was stored before."""
    writer = Writer(store.path, MATCHER)
    found = waiting(spool)
    chosen = found if only is None else [found[number] for number in only]
    counts = [writer.commit(folder, None, NOON) for folder in chosen]
    return [each and each.read for each in counts]


A = article("a", words(0, 60))
B = article("b", words(0, 60) + " more")  # nearly A
C = article("c", words(2, 60))  # nearly both
D = article("d", words(500, 60))


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, list]:
    """The store that one batch of everything makes."""
    store = Store(tmp_path / "whole")
    store.add(A, B, C, D, rejects=[REJECT])
    found = rows(store.path)
    assert len(found["duplicate_pairs"]) == 3
    return found


def test_each_window_that_holds_anything_is_a_batch(
    spool: Path, store: Store, whole: dict[str, list]
) -> None:
    spool_bounded(spool, (A, 1), (B, 2), (REJECT, 3), (C, 25), (D, 29))
    assert names(spool) == ["0000000010000000-test-000000", "0000000030000000-test-000000"]
    first, second = map(read_manifest, waiting(spool))
    assert [first.rows(kind) for kind in ("articles", "rejects", "candidates")] == [2, 1, 1]
    assert [second.rows(kind) for kind in ("articles", "rejects", "candidates")] == [2, 0, 0]
    assert commit_all(store, spool) == [3, 2]
    assert differences(whole, rows(store.path)) == {}
    assert list(spool.iterdir()) == []


def test_nothing_makes_no_batch(spool: Path) -> None:
    spool_bounded(spool)
    assert waiting(spool) == []


def test_what_is_late_is_a_batch_of_its_own_and_outlives_the_first(
    spool: Path, store: Store, whole: dict[str, list]
) -> None:
    stream = (
        Stream()
        .add_elements(at(1, A, REJECT))
        .advance_watermark_to(15)
        .add_elements(at(2, B, C))
        .add_elements(at(16, D))
        .advance_watermark_to_infinity()
    )
    spool_stream(spool, stream)
    window = "0000000010000000-test"
    assert names(spool) == [f"{window}-000000", f"{window}-000001", "0000000020000000-test-000000"]
    late = read_manifest(waiting(spool)[1])
    assert late.rows("candidates") == 1  # B and C are late together
    assert commit_all(store, spool, [0]) == [2]
    assert len(list((spool / window).iterdir())) == 1
    assert commit_all(store, spool) == [2, 1]
    assert differences(whole, rows(store.path)) == {}
    assert list(spool.iterdir()) == []


def test_batches_may_come_in_any_order(spool: Path, store: Store, whole: dict[str, list]) -> None:
    stream = Stream()
    for number, row in enumerate((D, A, C, REJECT, B)):  # all of the first window, late
        stream = stream.advance_watermark_to(20 + number).add_elements(at(1, row))
    spool_stream(spool, stream.advance_watermark_to_infinity())
    assert len(waiting(spool)) == 5
    assert commit_all(store, spool, [4, 1, 3, 0, 2]) == [1] * 5
    assert differences(whole, rows(store.path)) == {}


def test_a_pane_given_again_is_the_same_batch(spool: Path, store: Store) -> None:
    """However its rows are spread over bundles and shards: only what they say counts."""
    spool_bounded(spool, (A, 1), (B, 2), (D, 3))
    [first] = waiting(spool)
    spool_stream(spool, Stream().add_elements(at(5, D)).add_elements(at(1, B, A)))
    assert waiting(spool) == [first]
    assert commit_all(store, spool) == [3]
    spool_bounded(spool, (D, 1), (B, 2), (A, 3))
    assert waiting(spool) == [first]
    assert commit_all(store, spool) == [None]
    assert waiting(spool) == []
    assert store.ask("SELECT sum(read), count(*) FROM batches") == [(3, 1)]


def test_a_pane_given_again_with_something_else_is_another_batch(spool: Path, store: Store) -> None:
    """A server may answer otherwise the second time: what was not stored is not taken for it."""
    spool_bounded(spool, (A, 1))
    commit_all(store, spool)
    spool_bounded(spool, (A, 1), (D, 1))
    assert commit_all(store, spool) == [2]
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]


def test_a_batch_that_was_stored_is_known_before_its_shards_are_missed(
    spool: Path, store: Store, tmp_path: Path, newsbeam: Commands
) -> None:
    spool_bounded(spool, (A, 1))
    [folder] = waiting(spool)
    shutil.copytree(folder, tmp_path / "again")
    commit_all(store, spool)
    shutil.copytree(tmp_path / "again", folder)
    assert commit_all(store, spool) == [None]
    assert not folder.exists()
    shutil.copytree(tmp_path / "again", folder)
    done = newsbeam("load", spool, "--store", store.path)
    assert done.code == 0, done.err
    assert "read 0 = " in done.out
    assert not folder.exists()


def test_shards_that_went_with_another_batch_of_the_window_are_not_missed(
    spool: Path, store: Store, newsbeam: Commands
) -> None:
    """A runner that recovers may name a shard again, beside others that are new."""
    spool_bounded(spool, (A, 1))
    [first] = waiting(spool)
    old = read_manifest(first).shards["articles"]
    commit_all(store, spool)
    spool_bounded(spool, (D, 1))
    [second] = waiting(spool)
    fields = (second / MANIFEST).read_text()
    [new] = read_manifest(second).shards["articles"]
    (second / MANIFEST).write_text(fields.replace(f'"{new}": 1', f'"{new}": 1, "{[*old][0]}": 1'))
    assert len(read_manifest(second).names) == 2
    done = newsbeam("load", spool, "--store", store.path)
    assert done.code == 0, done.err
    assert store.ask("SELECT count(*) FROM articles") == [(2,)]
    assert list(spool.iterdir()) == []


def test_shards_of_a_late_pane_that_were_never_stored_are_missed(spool: Path, store: Store) -> None:
    """That another batch of their window was stored says nothing about them."""
    stream = Stream().add_elements(at(1, A)).advance_watermark_to(15).add_elements(at(2, D))
    spool_stream(spool, stream.advance_watermark_to_infinity())
    late = waiting(spool)[1]
    assert commit_all(store, spool, [0]) == [1]
    shutil.rmtree(spool / "0000000010000000-test")
    with pytest.raises(SpoolError, match="1 of its shards are gone, such as"):
        commit_all(store, spool)
    assert waiting(spool) == [late]
    assert store.ask("SELECT count(*) FROM articles") == [(1,)]


def test_shards_are_known_to_be_stored_for_a_week(spool: Path, store: Store) -> None:
    for days, shards in ((0, 1), (7, 2), (8, 2)):
        batch = store.spool(article(f"d{days}", words(days * 100, 60)))
        store.commit(batch, now=NOON + days * DAY)
        assert store.ask("SELECT count(*) FROM internal.shards") == [(shards,)]


def test_a_pane_given_again_after_its_batch_was_removed_is_only_removed(
    spool: Path, store: Store, newsbeam: Commands
) -> None:
    spool_bounded(spool, (A, 1), (B, 2))
    given = read_manifest(waiting(spool)[0])
    assert commit_all(store, spool) == [2]
    assert list(spool.iterdir()) == []
    write_manifest(given)
    assert waiting(spool) == [given.folder]
    done = newsbeam("load", spool, "--store", store.path)
    assert done.code == 0, done.err
    assert "read 0 = " in done.out
    assert list(spool.iterdir()) == []


def test_shards_that_are_gone_for_no_reason_are_missed(spool: Path, store: Store) -> None:
    spool_bounded(spool, (A, 1))
    shutil.rmtree(spool / "0000000010000000-test")
    with pytest.raises(SpoolError, match="1 of its shards are gone, such as"):
        commit_all(store, spool)
    assert len(waiting(spool)) == 1


@pytest.mark.parametrize("roundabout", [False, True])
def test_orphans_go_and_shards_of_complete_batches_stay(
    spool: Path, store: Store, roundabout: bool
) -> None:
    spool_bounded(spool, (A, 1), (D, 11))
    if roundabout:  # as a store may be named on the command line
        (spool.parent / "beside").mkdir()
        spool = spool.parent / "beside" / ".." / spool.name
    first, second = waiting(spool)
    remove(second)
    left_open = spool / "0000000010000000-test" / "articles-open.parquet.part"
    left_open.touch()
    (spool / "0000000099000000-test").mkdir()
    (spool / "0000000099000000-test" / "articles-x.parquet").touch()
    remove_orphans(spool)
    assert sorted(path.name for path in spool.iterdir()) == ["0000000010000000-test", first.name]
    assert not left_open.exists()
    assert commit_all(store, spool) == [1]


@pytest.mark.parametrize("name", ["../../x/a", "../../a", "/a", "a/b", ".."])
def test_no_manifest_leads_out_of_its_spool(name: str, spool: Path) -> None:
    spool_bounded(spool, (A, 1))
    [folder] = waiting(spool)
    [shard] = read_manifest(folder).shards["articles"]
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace(shard, name))
    with pytest.raises(SpoolError, match="names that lead elsewhere"):
        read_manifest(folder)


@pytest.mark.parametrize("name", ["../a/b", "..", ".", "", "/"])
def test_no_id_leads_out_of_the_spool_of_the_store(name: str, spool: Path) -> None:
    spool_bounded(spool, (A, 1))
    [folder] = waiting(spool)
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace(folder.name, name))
    with pytest.raises(SpoolError, match="names that lead elsewhere"):
        read_manifest(folder)


def test_a_manifest_is_that_of_its_folder(spool: Path) -> None:
    spool_bounded(spool, (A, 1))
    [folder] = waiting(spool)
    other = folder.rename(spool / "other")
    with pytest.raises(SpoolError, match=f"that of {folder.name}"):
        read_manifest(other)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_id", 1),
        ("shards", []),
        ("shards", {"articles": ["a"]}),
        ("shards", {"articles": {"a": "1"}}),
        ("shards", {"articles": {"a": None}}),
        ("versions", None),
        ("versions", {"language": 1}),
        ("known_to", 1),
        ("queue_pages", "yes"),
        ("more", 1),
    ],
)
def test_a_manifest_of_another_shape_is_damaged(field: str, value: Any, spool: Path) -> None:
    spool_bounded(spool, (A, 1))
    [folder] = waiting(spool)
    fields = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**fields, field: value}))
    with pytest.raises(SpoolError, match="not a manifest"):
        read_manifest(folder)


def test_two_that_write_one_name_at_once_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "batch" / "candidates.parquet"
    first, second = create(str(path)), create(str(path))
    first.write(b"the first, which is longer")
    second.write(b"the second")
    finish(first, str(path))
    assert path.read_bytes() == b"the first, which is longer"
    finish(second, str(path))
    assert path.read_bytes() == b"the second"
    assert list(path.parent.iterdir()) == [path]


def test_candidates_are_not_given() -> None:
    with pytest.raises(ValueError, match="not candidates"):
        write(Path("spool")).expand({"candidates": beam.Pipeline() | beam.Create([])})


def test_a_name_is_one_word() -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        WriteWindows("spool", "a/b", {}, candidates=candidates_among)
