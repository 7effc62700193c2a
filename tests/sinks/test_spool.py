"""The spool: every kind of record goes through it whole, also where a batch is worked out anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow.parquet as pq
import pytest
from apache_beam.testing.util import assert_that, equal_to

from records import Article, Feed, Fetch, Host, Page, Reject
from sinks.manifest import MANIFEST, read_manifest
from sinks.shards import ARTICLES, CANDIDATES, KINDS, TAGS, read_shard, write_shard
from sinks.spool import ReadSpool, WriteToSpool
from tests.commands import Commands
from tests.support import NOON, Store, article

FEED = "https://a.example/feed"
POLLED: dict[str, list[Any]] = {
    "feeds": [Feed(FEED, "Ütlet", etag='"\xff"', interval=0.5, recent="ab"), Feed("https://b")],
    "fetches": [Fetch("feed", FEED, FEED, NOON, "new", status=200, seconds=0.25, gap_to=5)],
    "pages": [Page("0" * 32, "https://p", authors=("Ann", "Bob")), Page("1" * 32, "https://q")],
    "hosts": [Host("https://a.example", "User-agent: *\nDisallow:\n", NOON, NOON + 1)],
}


def entry() -> Article:
    return article("a", "lead", feed=FEED, source=FEED, text_from="feed_summary", fetched_at=NOON)


def received(found: Article) -> Article:
    return found._replace(detection=None, fingerprint=None, topics=None)


@pytest.mark.parametrize("kind", POLLED)
def test_a_record_comes_out_of_a_shard_as_it_went_in(kind: str, tmp_path: Path) -> None:
    write_shard(tmp_path / "shard", kind, POLLED[kind])
    assert read_shard(str(tmp_path / "shard"), kind) == POLLED[kind]


def test_a_shard_of_a_version_that_knew_less_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "shard"
    write_shard(path, ARTICLES, [entry()])
    pq.write_table(pq.read_table(path).drop_columns(["redirect"]), path)
    assert read_shard(str(path), ARTICLES) == [received(entry())]


@pytest.mark.parametrize("queue_pages", [True, False])
def test_a_pipeline_spools_every_kind_and_reads_it_again(tmp_path: Path, queue_pages: bool) -> None:
    rejects = [Reject("fetch", "timeout", "no answer", FEED, "", "", NOON)]
    given = {ARTICLES: [entry()], "known": [received(entry())], "rejects": rejects, **POLLED}
    folder = tmp_path / "batch"
    with beam.Pipeline() as pipeline:
        records = {
            kind: pipeline | f"Given {kind}" >> beam.Create(rows) for kind, rows in given.items()
        }
        write = WriteToSpool(str(folder), {"language": "1"}, queue_pages=queue_pages)
        assert_that(records | write, equal_to([str(folder)]))
    manifest = read_manifest(folder)
    assert manifest.queue_pages is queue_pages
    assert {kind: manifest.rows(kind) for kind in KINDS} == {
        **{kind: len(rows) for kind, rows in given.items()},
        CANDIDATES: 0,
        TAGS: 0,
    }
    with beam.Pipeline() as pipeline:
        again = pipeline | ReadSpool(str(folder))
        for kind, rows in {**given, ARTICLES: [received(entry())]}.items():
            if kind != "known":  # only what a sighting needs
                assert_that(getattr(again, kind), equal_to(rows), label=kind)


def test_what_polls_left_survives_another_version_of_newsbeam(
    tmp_path: Path, newsbeam: Commands
) -> None:
    store = Store(tmp_path)
    once = Feed(FEED, declared_in="run", polled_at=NOON, etag='"1"')
    batch = store.spool(
        entry(),
        feeds=[once],
        fetches=POLLED["fetches"],
        hosts=POLLED["hosts"],
        queue_pages=False,
    )
    path = batch.folder / MANIFEST
    fields = json.loads(path.read_text())
    fields["versions"]["language"] = "0"
    path.write_text(json.dumps(fields))
    clock = {"NEWSBEAM_NOW": "2024-06-01T12:00:00Z"}  # fetches are kept for 90 days
    done = newsbeam("load", batch.folder.parent, "--store", store.path, env=clock)
    assert done.code == 0, done.err
    assert "worked out anew" in done.err
    assert store.ask("SELECT url, etag FROM feeds") == [(FEED, '"1"')]
    assert store.ask("SELECT url, run_id IS NOT NULL FROM fetches") == [(FEED, True)]
    assert store.ask("SELECT origin FROM internal.hosts") == [("https://a.example",)]
    assert store.ask("SELECT count(*) FROM articles") == [(1,)]
    assert store.ask("SELECT count(*) FROM pages") == [(0,)]
