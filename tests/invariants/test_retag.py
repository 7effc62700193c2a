"""Tagged again by other rules, a store is what those rules would have made of its input."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from sinks.store import connect
from tests.commands import Commands, until
from tests.support import differences, not_unique, rows


def line(number: int, text: str, **fields: object) -> str:
    values = {
        "url": f"https://news.example/{number}",
        "title": f"Title {number}",
        "text": text,
        "seen_at": "2024-06-01T12:00:00Z",
        "published_at": f"2024-05-{number + 10}",
        "outlet": "Harbour Post" if number % 2 else "Other",
    }
    return json.dumps(values | fields)


ELECTION = "The government called an election and parliament voted on the bill on Monday."
PORT = "The port closed when dockers went on strike, and the harbour stood still all week."
HAFEN = "Der Hafen blieb geschlossen, weil die Hafenarbeiter am Montag in den Streik traten."
LINES = [
    line(1, f"{PORT} At first."),
    line(2, PORT),
    line(3, HAFEN),
    line(4, f"{ELECTION} {PORT}"),
    line(5, "Uchaguzi wa rais ulifanyika jana katika bandari ya Mombasa, serikali ilisema."),
    line(6, "12345 67890", title=None),
    line(1, f"{ELECTION} {PORT} It was revised.", seen_at="2024-06-02T12:00:00Z"),
    line(7, PORT),
]
RULES = {
    "old": """
name = "mine"
[topics.ports]
label = "Ports"
any = ["port", "harbour"]
[topics.gone]
label = "Gone"
any = ["week"]
""",
    "new": """
name = "mine"
[topics.ports]
label = "Ports"
any = ["port", "harbour", { terms = ["*hafen"], languages = ["de"] }, "bandari"]
[topics.dockers]
label = "Dockers"
broader = "ports"
any = ["docker* near/5 strike"]
outlets = ["Harbour Post"]
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retag")
    source = folder / "articles.jsonl"
    source.write_text("\n".join(LINES) + "\n")
    os.utime(source, (1_700_000_000, 1_700_000_000))
    for name, text in RULES.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


def run(newsbeam: Commands, folder: Path, store: Path, rules: str | None) -> None:
    topics = ["--topics", folder / f"{rules}.toml"] if rules else []
    command = ["run", folder / "articles.jsonl", "--store", store, "--workers", 1]
    done = newsbeam(*command, "--batch-size", 3, *topics)
    assert done.code == 0, done.err


@pytest.fixture(scope="module")
def old(folder: Path, newsbeam: Commands) -> Path:
    """A store tagged by the old rules."""
    run(newsbeam, folder, folder / "old.duckdb", "old")
    return folder / "old.duckdb"


@pytest.fixture(scope="module")
def new(folder: Path, newsbeam: Commands) -> dict[str, list]:
    """What the new rules make of the same input."""
    run(newsbeam, folder, folder / "new.duckdb", "new")
    return rows(folder / "new.duckdb")


@pytest.fixture
def store(old: Path, tmp_path: Path) -> Path:
    path = tmp_path / "news.duckdb"
    path.write_bytes(old.read_bytes())
    return path


def again(newsbeam: Commands, folder: Path, store: Path, *more: object, **how: Any) -> Any:
    topics = ["--topics", folder / "new.toml"]
    return newsbeam("topics", "retag", "--store", store, *topics, *more, **how)


def ask(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(connect(store, read_only=True)) as db:
        return db.execute(sql).fetchall()


def test_the_corpus_has_every_change_that_there_is(old: Path, new: dict[str, list]) -> None:
    changed = differences(rows(old), new)
    assert set(changed) == {
        "articles", "originals", "meta", "past", "article_topics", "topics", "daily_topics",
        "topics_of_revisions", "topic_pairs", "rising_topics",
    }  # fmt: skip


@pytest.mark.parametrize("workers", [1, 2])
def test_a_store_tagged_again_is_one_that_was_tagged_so_from_the_beginning(
    workers: int,
    store: Path,
    folder: Path,
    newsbeam: Commands,
    new: dict[str, list],
) -> None:
    before = dict(ask(store, "SELECT article_id, change_seq FROM articles"))
    topics = dict(ask(store, "SELECT article_id, topics FROM articles"))
    done = again(newsbeam, folder, store, "--workers", workers, "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert differences(rows(store), new) == {}
    assert not_unique(store) == []
    assert said["revisions"] == 8
    seq = ask(store, "SELECT max(seq) FROM batches")[0][0]
    for article_id, change_seq, now in ask(
        store, "SELECT article_id, change_seq, topics FROM articles"
    ):
        same = now == topics[article_id]
        assert change_seq == (before[article_id] if same else seq)
    assert said["articles"] == sum(
        now != topics[article_id]
        for article_id, now in ask(store, "SELECT article_id, topics FROM articles")
    )
    assert {path.name for path in store.parent.iterdir()} == {"news.duckdb", "news.duckdb.lock"}


def test_what_the_tags_were_is_kept_with_their_version(
    store: Path, folder: Path, newsbeam: Commands
) -> None:
    tags = "article_id, content_id, topic, score, ruleset, ruleset_version"
    before = ask(store, f"SELECT {tags}, evidence FROM internal.topics WHERE ruleset = 'mine'")
    said = json.loads(again(newsbeam, folder, store, "--json").out)
    history = ask(store, f"SELECT {tags}, evidence FROM topic_history")
    assert sorted(row[:6] for row in history) == sorted(row[:6] for row in before)
    assert len(history) == said["lost"] + said["moved"]
    kept = {(row[0], row[1], row[2]): row[6] for row in before}
    now = {
        row[:3]: row[3]
        for row in ask(store, "SELECT article_id, content_id, topic, evidence FROM internal.topics")
    }
    for row in history:
        if row[6] is None:
            assert now[row[0], row[1], row[2]] == kept[row[0], row[1], row[2]]
        else:
            assert row[6] == kept[row[0], row[1], row[2]]
    assert ask(store, "SELECT DISTINCT topic FROM topic_history WHERE evidence IS NOT NULL") == [
        ("gone",)
    ]
    seq = ask(store, "SELECT max(seq) FROM batches")
    assert ask(store, "SELECT DISTINCT replaced_seq FROM topic_history") == seq


def test_again_by_the_same_rules_nothing_changes(
    store: Path, folder: Path, newsbeam: Commands
) -> None:
    again(newsbeam, folder, store)
    before = rows(store)
    seqs = ask(store, "SELECT article_id, change_seq FROM articles ORDER BY 1")
    history = ask(store, "SELECT count(*) FROM topic_history")
    said = json.loads(again(newsbeam, folder, store, "--json").out)
    assert [said[name] for name in ("articles", "gained", "lost", "moved")] == [0, 0, 0, 0]
    assert differences(rows(store), before) == {}
    assert ask(store, "SELECT article_id, change_seq FROM articles ORDER BY 1") == seqs
    assert ask(store, "SELECT count(*) FROM topic_history") == history


STEPS = [
    ("after", "sinks.writer.start_run", 1),
    ("after", "transforms.topics.Tagger.tag_all", 1),
    ("after", "sinks.shards.Shard.close", 1),
    ("after", "sinks.spool.write_manifest", 1),
    ("before", "sinks.writer.retag", 1),
    ("after", "sinks.retag.set_meta", 1),
    ("within", "sinks.retag.transaction", 1),  # all but committed
    ("after", "sinks.writer.retag", 1),  # committed, the store still open
    ("before", "shutil.rmtree", 1),
    ("before", "sinks.writer.finish_run", 1),
]


@pytest.mark.parametrize(("when", "what", "call"), STEPS)
def test_killed_at_a_step_the_store_is_old_or_new_and_the_next_one_arrives(
    when: str,
    what: str,
    call: int,
    store: Path,
    old: Path,
    folder: Path,
    newsbeam: Commands,
    new: dict[str, list],
) -> None:
    killed = again(newsbeam, folder, store, "--workers", 1, kill=(when, what, call))
    assert killed.code == -signal.SIGKILL, killed.err
    left = rows(store)
    assert {} in (differences(left, rows(old)), differences(left, new))
    done = again(newsbeam, folder, store, "--workers", 1)
    assert done.code == 0, done.err
    assert differences(rows(store), new) == {}
    assert not_unique(store) == []
    assert not store.with_name("news.duckdb.spool").exists()
    assert ask(store, "SELECT status FROM runs ORDER BY started_at")[-1] == ("done",)


def test_a_run_after_a_killed_one_does_not_take_its_spool_for_a_batch(
    store: Path, folder: Path, newsbeam: Commands
) -> None:
    again(newsbeam, folder, store, "--workers", 1, kill=("before", "sinks.writer.retag", 1))
    assert list(store.parent.glob("*.spool/*/*/manifest.json"))
    run(newsbeam, folder, store, "old")
    assert not store.with_name("news.duckdb.spool").exists()


def test_a_language_a_day_or_a_topic_alone(store: Path, folder: Path, newsbeam: Commands) -> None:
    def topics() -> dict[str, list[str]]:
        found = ask(store, "SELECT right(url, 1), topics FROM articles WHERE url IS NOT NULL")
        return dict(found)

    before = topics()
    assert again(newsbeam, folder, store, "--language", "de").code == 0
    german = topics()
    assert {number for number in german if german[number] != before[number]} == {"3"}
    assert german["3"][-1] == "ports"
    assert again(newsbeam, folder, store, "--topic", "dockers").code == 0
    some = topics()
    assert {number for number in some if some[number] != german[number]} == {"1", "7"}
    assert {"gone", "dockers"} <= set(some["7"])
    assert again(newsbeam, folder, store, "--since", "2024-05-17").code == 0
    late = topics()
    assert {number for number in late if late[number] != some[number]} == {"7"}
    assert "gone" not in late["7"]
    assert "gone" in late["2"]


def test_topic_by_topic_one_arrives_at_the_same_tags(
    store: Path, folder: Path, newsbeam: Commands, new: dict[str, list]
) -> None:
    for slug in ("dockers", "gone", "ports"):
        assert again(newsbeam, folder, store, "--topic", slug).code == 0
    assert differences(rows(store), new) == {}


def test_back_to_the_default_rules_nothing_of_ones_own_is_left(
    store: Path, folder: Path, newsbeam: Commands, tmp_path: Path
) -> None:
    assert newsbeam("topics", "retag", "--store", store).code == 0
    run(newsbeam, folder, tmp_path / "plain.duckdb", None)
    assert differences(rows(store), rows(tmp_path / "plain.duckdb")) == {}


def test_what_is_not_there_is_refused_before_anything_is_done(
    store: Path, folder: Path, newsbeam: Commands, tmp_path: Path
) -> None:
    done = again(newsbeam, folder, store, "--topic", "docker")
    assert (done.code, done.err) == (
        2,
        "newsbeam: there is no topic docker; did you mean 'dockers'?\n",
    )
    done = again(newsbeam, folder, tmp_path / "nowhere.duckdb")
    assert done.code == 2
    assert "there is no store at" in done.err
    assert not (tmp_path / "nowhere.duckdb").exists()
    (tmp_path / "new.toml").write_text('name = "mine"\n[topics.a]\n')
    done = again(newsbeam, tmp_path, store)
    assert (done.code, "new.toml:2: [topics.a]: add a line label" in done.err) == (2, True)


def test_while_a_run_is_at_work_it_does_nothing(
    store: Path, folder: Path, newsbeam: Commands
) -> None:
    running = newsbeam.start(
        "run", folder / "articles.jsonl", "--store", store, hold="sinks.writer.finish_run"
    )
    until((store.parent / "held").exists)
    done = again(newsbeam, folder, store)
    (store.parent / "held").unlink()
    assert running.wait().code == 0
    assert done.code == 0
    assert "is at work on" in done.err
    assert ask(store, "SELECT count(*) FROM topic_history") == [(0,)]
