"""`newsbeam topics` list, test and preview; and --topics wherever it can be given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from sinks.store import connect
from tests.commands import Commands
from transforms.rules import default_rules

RULES = """
name = "mine"
[topics.ports]
label = "Ports \\u2603"
description = "Where ships call"
any = ["port | harbour", { term = "*hafen", languages = ["de"] }]
must-match = ["the port"]
[topics.strikes]
label = "Strikes"
broader = "labour"
any = ["strike*"]
languages = ["en"]
"""
BROKEN = RULES.replace('["the port"]', '["the port", "a ship"]')


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(RULES)
    return tmp_path / "mine.toml"


def topics(*arguments: object, **env: str) -> Result:
    result = CliRunner().invoke(main, ["topics", *map(str, arguments)], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_list_shows_both_rule_sets(rules: Path) -> None:
    listed = json.loads(topics("list", "--topics", rules, "--json").stdout)
    assert [row["topic"] for row in listed[-2:]] == ["ports", "strikes"]
    assert len(listed) == len(default_rules().topics) + 2
    assert listed[-2] == {
        "topic": "ports",
        "label": "Ports ☃",
        "broader": None,
        "languages": [],
        "terms": 3,
        "ruleset": "mine",
        "version": listed[-1]["version"],
    }
    assert (listed[-1]["languages"], listed[-1]["broader"]) == (["en"], "labour")
    sport = next(row for row in listed if row["topic"] == "sport")
    assert sport["languages"] == sorted(default_rules().terms)
    assert sport["terms"] == sum(
        term.topic == "sport" for terms in default_rules().terms.values() for term in terms
    )
    shown = topics("list", "--topics", rules).stdout.splitlines()
    assert shown[0].split() == ["topic", "label", "broader", "rules", "terms", "languages"]
    assert shown[-1].split() == ["strikes", "Strikes", "labour", "mine", "1", "en"]


def test_the_file_comes_from_the_flag_the_environment_or_the_settings(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Strikes" in topics("list", NEWSBEAM_TOPICS=str(rules)).stdout
    monkeypatch.chdir(rules.parent)
    assert "Strikes" not in topics("list").stdout
    (rules.parent / "newsbeam.toml").write_text('topics = "mine.toml"\n[run]\nworkers = 1\n')
    assert "Strikes" in topics("list").stdout
    (rules.parent / "newsbeam.toml").write_text('[topics]\ntopics = "mine.toml"\n')
    assert "Strikes" in topics("list").stdout
    (rules.parent / "newsbeam.toml").write_text("topics = 3\n")
    assert "topics is a command: write [topics]" in topics("list").stderr
    (rules.parent / "newsbeam.toml").write_text('[topics]\ntopix = "mine.toml"\n')
    assert "[topics] topix is no setting; did you mean topics?" in topics("list").stderr


@pytest.mark.parametrize("command", ["list", "test", "preview", "retag"])
def test_a_wrong_file_is_refused_by_every_command(command: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "mine"\n[topics.a]\nlabel = "A"\nanny = ["x"]')
    result = topics(command, "--topics", tmp_path / "mine.toml")
    assert result.exit_code == 2
    assert f"{tmp_path}/mine.toml:4: [topics.a] anny: unknown key; did you mean" in result.stderr


def test_run_and_load_refuse_a_wrong_file_before_anything_is_read(
    tmp_path: Path, newsbeam: Commands
) -> None:
    (tmp_path / "mine.toml").write_text(BROKEN)
    store = tmp_path / "news.duckdb"
    for words in (["run", tmp_path / "nowhere"], ["load", tmp_path]):
        done = newsbeam(*words, "--store", store, "--topics", tmp_path / "mine.toml")
        assert done.code == 2
        assert "mine.toml:7: [topics.ports] must-match: nothing of `any` is there" in done.err
        assert not store.exists()


def test_test_runs_the_examples_of_all_rules(rules: Path) -> None:
    result = topics("test", "--topics", rules)
    assert result.exit_code == 0
    count = len(default_rules().examples) + 1
    assert f"examples    {count:,} hold, 0 do not" in result.stdout


def test_test_lists_every_example_that_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(BROKEN)
    result = topics("test", "--topics", tmp_path / "mine.toml", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["broken"] == [
        f"{tmp_path}/mine.toml:7: [topics.ports] must-match: nothing of `any` is there"
    ]


LABELLED = [
    {"text": "The port", "language": "en", "topics": ["ports"]},
    {"text": "Der Überseehafen", "language": "de", "topic": "ports"},
    {"text": "Der Hafen? Port!", "language": "de", "topics": []},
    {"title": "Election day", "text": "The senate", "language": "en", "topics": ["politics"]},
    {"text": "A strike", "language": "en", "topics": ["strikes", "ports"]},
    {"text": "The senate of ants", "language": "en", "topics": ["politics"]},
    {"text": "Nothing", "language": "sw", "topics": ["politics"]},
]


def write_labelled(folder: Path, lines: list[Any]) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return path


def test_test_measures_by_topic_and_language(rules: Path) -> None:
    path = write_labelled(rules.parent, LABELLED)
    said = json.loads(topics("test", "--topics", rules, "--labelled", path, "--json").stdout)
    measured = {
        (row["topic"], row["language"]): (row["precision"], row["recall"], row["f1"])
        for row in said["topics"]
    }
    assert measured["ports", "all"] == (0.6667, 0.6667, 0.6667)
    assert measured["ports", "de"] == (0.5, 1.0, 0.6667)
    assert measured["ports", "en"] == (1.0, 0.5, 0.6667)
    assert measured["strikes", "all"] == (1.0, 1.0, 1.0)
    assert measured["politics", "sw"] == (0.0, 0.0, 0.0)
    assert "labour" not in {row["topic"] for row in said["topics"]}
    whole = [f1 for (_, language), (_, _, f1) in measured.items() if language == "all"]
    assert said["macro_f1"] == round(sum(whole) / 3, 4)
    assert [(m["kind"], m["line"], m["topic"]) for m in said["mistakes"]] == [
        ("claimed", 3, "ports"),
        ("missed", 5, "ports"),
        ("missed", 7, "politics"),
    ]
    assert [m["words"] for m in said["mistakes"]] == [["Hafen", "Port"], [], []]
    assert [m["why"] for m in said["mistakes"]] == [
        "it has no topic",
        "nothing of `any` is there",
        "none of its terms is there",
    ]
    shown = topics("test", "--topics", rules, "--labelled", path, "--worst", 1).stdout
    assert "line 3 (de) ports 0.67, by Hafen, Port: it has no topic" in shown
    assert shown.count("  line ") == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "labelled.jsonl:1: not JSON"),
        ("[" * 100_000, "labelled.jsonl:1: not JSON"),
        ("[]", "labelled.jsonl:1: not an object"),
        ('{"text": 3}', "labelled.jsonl:1: text must be a text"),
        ('{"text": "x", "language": "en"}', "add the topics it has"),
        ('{"text": "x", "topics": ["ports"]}', 'add its language, such as "language": "en"'),
        (
            '{"text": "x", "language": "en", "topics": ["prots"]}',
            "there is no topic prots; did you mean 'ports'?",
        ),
    ],
    ids=lambda value: value[:20],
)
def test_a_wrong_labelled_line_is_named(rules: Path, line: str, complaint: str) -> None:
    path = write_labelled(rules.parent, [line])
    result = topics("test", "--topics", rules, "--labelled", path)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_preview_says_what_would_be_gained_and_lost(
    rules: Path, newsbeam: Commands, tmp_path: Path
) -> None:
    lines = [
        {"url": "https://a.example/1", "text": "The port.", "published_at": "2025-03-09"},
        {"url": "https://a.example/2", "text": "A strike, strike.", "outlet": "Post"},
        {"url": "https://a.example/3", "text": "The old port.", "published_at": "2025-01-01"},
        {"url": "https://a.example/4", "text": "The harbour at night is a port of stars."},
    ]
    source = tmp_path / "a.jsonl"
    source.write_text(
        "\n".join(json.dumps({"seen_at": "2025-03-08T00:00:00Z", **line}) for line in lines)
    )
    store, now = tmp_path / "news.duckdb", {"NEWSBEAM_NOW": "2025-03-10T00:00:00Z"}
    assert newsbeam("run", source, "--store", store, "--topics", rules, env=now).code == 0
    edited = tmp_path / "edited.toml"
    edited.write_text(
        RULES.replace("port | harbour", "harbour | strike").replace("the port", "a strike")
    )
    command = ["topics", "preview", "--store", store, "--topics", edited]
    before = store.read_bytes()
    said = json.loads(newsbeam(*command, "--json", env=now).out)
    assert (said["articles"], said["changed"]) == (3, 2)
    ports = next(row for row in said["topics"] if row["topic"] == "ports")
    assert (ports["gained"], ports["lost"], ports["stays"]) == (1, 1, 1)
    assert [(each["outlet"], each["words"]) for each in ports["gains"]] == [("Post", ["strike"])]
    assert [(each["day"], each["words"]) for each in ports["losses"]] == [("2025-03-09", ["port"])]
    shown = newsbeam(*command, "--days", 90, "--articles", 1, env=now).out
    assert "last 90 days: 4 articles, 3 with other topics" in shown
    assert "  - and 1 more" in shown
    assert "  + A strike, strike. (Post, 2025-03-08): strike" in shown
    assert store.read_bytes() == before
    same = newsbeam("topics", "preview", "--store", store, "--topics", rules, env=now)
    assert "3 articles, 0 with other topics" in same.out


def test_preview_without_a_store_says_so(rules: Path) -> None:
    result = topics("preview", "--topics", rules, "--store", rules.parent / "no.duckdb")
    assert (result.exit_code, "there is no store at" in result.stderr) == (2, True)


def test_a_run_by_other_rules_says_so_and_keeps_topics_that_articles_have(
    rules: Path, newsbeam: Commands, tmp_path: Path
) -> None:
    source, store = tmp_path / "a.jsonl", tmp_path / "news.duckdb"
    source.write_text(json.dumps({"url": "https://a.example/1", "text": "The port."}))
    assert newsbeam("run", source, "--store", store, "--topics", rules).err == ""
    assert newsbeam("run", source, "--store", store, "--topics", rules).err == ""
    said = newsbeam("run", source, "--store", store).err
    assert said.startswith("topics is medtop ")
    assert "; `newsbeam topics retag` tags it again." in said
    with connect(store, read_only=True) as db:
        kept = db.execute("SELECT topic FROM topics WHERE scheme = 'mine'").fetchall()
    assert kept == [("ports",)]


def test_a_spooled_batch_of_other_rules_is_tagged_anew(
    rules: Path, newsbeam: Commands, tmp_path: Path
) -> None:
    source, store = tmp_path / "a.jsonl", tmp_path / "news.duckdb"
    source.write_text(json.dumps({"url": "https://a.example/1", "text": "The port."}))
    kill = ("after", "sinks.spool.write_manifest", 1)
    assert newsbeam("run", source, "--store", store, "--workers", 1, kill=kill).code == -9
    done = newsbeam("run", source, "--store", store, "--topics", rules)
    assert "was made by another version: worked out anew" in done.err
    with connect(store, read_only=True) as db:
        assert db.execute("SELECT topics FROM articles").fetchall() == [(["ports"],)]


def test_list_test_and_preview_never_load_beam(rules: Path) -> None:
    code = (
        "import sys, pipeline.topics_cli, pipeline.topics_list, pipeline.topics_text\n"
        "import pipeline.labelled, pipeline.preview, pipeline.retag\n"
        "from pipeline.cli import main\n"
        f"main(['topics', 'test', '--topics', {str(rules)!r}], standalone_mode=False)\n"
        "sys.exit('apache_beam' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
