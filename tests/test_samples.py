"""Every sample does what samples/README.md says of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from transforms.topics import default_tagger

SAMPLES = Path(__file__).parent.parent / "samples"
README = (SAMPLES / "README.md").read_text(encoding="utf-8")
QUERIES = sorted((SAMPLES / "queries").glob("*.sql"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The account of one run over all samples, as the command prints it."""
    folder = tmp_path_factory.mktemp("samples")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBEAM")}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "run", "--workers", "1", "--json"]
        + ["--store", str(folder / "news.duckdb"), str(SAMPLES / "articles")],
        cwd=folder,
        env={**clean, "NEWSBEAM_NOW": "2025-03-10T06:00:00Z"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def db(run: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(run["store"], read_only=True) as connection:
        yield connection


def of(db: duckdb.DuckDBPyConnection, file: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of the articles met in one sample, by time of publication."""
    return db.execute(
        f"""
        SELECT {columns} FROM articles
        SEMI JOIN (FROM sightings WHERE ends_with(source, ?)) USING (article_id)
        ORDER BY published_at, title
        """,
        [f"/samples/articles/{file}"],
    ).fetchall()


def rejected(db: duckdb.DuckDBPyConnection, kept: bool) -> set[tuple[str, str, str]]:
    return set(
        db.execute(
            "SELECT parse_filename(source), position, reason FROM rejects WHERE kept = ?", [kept]
        ).fetchall()
    )


# The account


def test_every_item_read_is_accounted_for(run: dict[str, Any]) -> None:
    names = ("read", "new", "revised", "unchanged", "rejected", "noted")
    assert {name: run[name] for name in names} == {
        "read": 71,
        "new": 53,
        "revised": 2,
        "unchanged": 4,
        "rejected": 12,
        "noted": 6,
    }
    assert run["read"] == run["new"] + run["revised"] + run["unchanged"] + run["rejected"]


def test_the_readme_states_the_account_of_the_run(run: dict[str, Any]) -> None:
    told = (
        "read {read} = {new} new + {revised} revised + {unchanged} unchanged + {rejected} rejected"
    )
    assert told.format(**run) in README


def test_the_account_counts_copies_by_kind(run: dict[str, Any]) -> None:
    assert run["duplicates"] == {"exact": 2, "excerpt": 1, "near": 1}
    assert "`duplicates  2 exact, 1 excerpt, 1 near`" in README


def test_every_new_item_is_one_article(run: dict[str, Any], db: duckdb.DuckDBPyConnection) -> None:
    assert db.execute("SELECT count(*) FROM articles").fetchall() == [(run["new"],)]


def test_the_readme_lists_every_sample_and_nothing_else() -> None:
    files = {
        str(file.relative_to(root))
        for root, folder in (
            (SAMPLES / "articles", ""),
            (SAMPLES, "queries"),
            (SAMPLES, "schedule"),
            (SAMPLES, "topics"),
        )
        for file in (root / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert set(re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)) == files


# Seeds

DAY = {number: datetime(2025, 3, number, tzinfo=UTC) for number in range(3, 9)}


@pytest.mark.parametrize(
    ("file", "published_at", "precision", "published_from", "place", "agency", "outlet"),
    [
        ("dateline-agency-in-slashes", DAY[3], "day", "text", "Lisbon", "Lusa", None),
        ("dateline-agency-in-brackets", DAY[4], "day", "text", "Kyiv", "Ukrinform", None),
        ("dateline-with-a-full-date", DAY[5], "day", "text", "Oslo", "Nordwire", None),
        ("source-line", DAY[5], "day", "text", None, None, "Harbour Post"),
        ("title-line", None, None, "none", None, None, None),
        ("no-date", None, None, "none", None, None, None),
        ("bad-date", None, None, "none", None, None, None),
    ],
)
def test_a_seed_says_when_and_where_it_was_written_and_by_whom(
    db: duckdb.DuckDBPyConnection,
    file: str,
    published_at: datetime | None,
    precision: str | None,
    published_from: str,
    place: str | None,
    agency: str | None,
    outlet: str | None,
) -> None:
    columns = "published_at, published_precision, published_from, place, agency, outlet"
    assert of(db, f"seeds/{file}.txt", columns) == [
        (published_at, precision, published_from, place, agency, outlet)
    ]


def test_the_dateline_stays_in_the_text_and_the_date_prefix_does_not(
    db: duckdb.DuckDBPyConnection,
) -> None:
    [(title, text)] = of(db, "seeds/dateline-agency-in-slashes.txt", "title, text")
    assert title is None
    assert text.startswith("LISBON, March 3. /Lusa/. Portugal's parliament will vote")


def test_a_short_first_line_that_stands_alone_is_the_title(db: duckdb.DuckDBPyConnection) -> None:
    [(title, text)] = of(db, "seeds/title-line.txt", "title, text")
    assert title == "Village library stays open all night for its hundredth birthday"
    assert text.startswith("When the clock of Saint Brannoc's struck midnight")


# Languages


@pytest.mark.parametrize(
    ("file", "language"),
    [
        ("languages/arabic.txt", "ar"),
        ("languages/chinese.txt", "zh"),
        ("languages/french.txt", "fr"),
        ("languages/german.txt", "de"),
        ("languages/greek.txt", "el"),
        ("languages/hindi.txt", "hi"),
        ("languages/italian.txt", "it"),
        ("languages/japanese.txt", "ja"),
        ("languages/portuguese.txt", "pt"),
        ("languages/russian.txt", "ru"),
        ("languages/spanish.txt", "es"),
        ("languages/turkish.txt", "tr"),
        ("languages/ukrainian.txt", "uk"),
        ("lines/declared-language-is-wrong.jsonl", "sv"),
        ("feeds/atom.atom", "de"),
        ("feeds/rdf.rdf", "es"),
        ("pages/article-page.html", "en"),
        ("packed/zstandard.jsonl.zst", "fr"),
        ("broken/windows-1251-undeclared.txt", "ru"),
        ("copies/headline-alone.jsonl", "en"),
    ],
)
def test_the_language_is_that_of_the_text(
    db: duckdb.DuckDBPyConnection, file: str, language: str
) -> None:
    [(found, confidence)] = of(db, file, "language, language_confidence")
    assert found == language
    assert confidence > 0.9


def test_a_text_in_two_languages_is_in_one_of_them_without_certainty(
    db: duckdb.DuckDBPyConnection,
) -> None:
    [(language, confidence)] = of(db, "languages/mixed.txt", "language, language_confidence")
    assert language in ("en", "fr")
    assert 0.25 <= confidence < 0.75


def test_digits_and_symbols_are_in_no_language(db: duckdb.DuckDBPyConnection) -> None:
    columns = "language, language_confidence, topics"
    assert of(db, "languages/undetermined.txt", columns) == [("und", 0.0, None)]


def test_a_script_of_one_language_decides(db: duckdb.DuckDBPyConnection) -> None:
    assert of(db, "languages/greek.txt", "language_method") == [("script",)]


def test_a_character_of_a_script_without_spaces_is_a_word(db: duckdb.DuckDBPyConnection) -> None:
    assert of(db, "languages/chinese.txt", "word_count") == [(263,)]


def test_datelines_are_read_in_other_languages(db: duckdb.DuckDBPyConnection) -> None:
    assert of(db, "languages/french.txt", "place, agency") == [("Paris", "AFP")]
    assert of(db, "languages/russian.txt", "place, agency") == [("Алма-Ата", "КазТАГ")]


# Topics


@pytest.mark.parametrize(
    ("file", "topics"),
    [
        ("seeds/dateline-agency-in-slashes.txt", ["politics"]),
        ("seeds/dateline-agency-in-brackets.txt", ["conflict"]),
        ("seeds/dateline-with-a-full-date.txt", ["sport"]),
        ("seeds/source-line.txt", ["economy"]),
        ("seeds/title-line.txt", ["arts"]),
        ("seeds/no-date.txt", ["health"]),
        ("languages/arabic.txt", ["politics"]),
        ("languages/chinese.txt", ["weather"]),
        ("languages/french.txt", ["health"]),
        ("languages/german.txt", ["sport"]),
        ("languages/hindi.txt", ["education"]),
        ("languages/italian.txt", ["labour"]),
        ("languages/portuguese.txt", ["economy"]),
        ("languages/russian.txt", ["science"]),
        ("languages/spanish.txt", ["disaster"]),
        ("languages/turkish.txt", ["science"]),
        ("languages/ukrainian.txt", ["arts"]),
        ("lines/synonyms-of-fields.jsonl", ["environment", "education"]),
        ("copies/headline-alone.jsonl", ["disaster"]),
        ("revisions/corrected-text.jsonl", ["disaster"]),
        ("feeds/rss-full-and-summary.rss", ["crime", "arts"]),
        ("feeds/atom.atom", ["politics"]),
        ("feeds/rdf.rdf", ["science"]),
        ("pages/article-page.html", ["labour"]),
        ("packed/gzip.jsonl.gz", ["science", "sport"]),
        ("packed/zstandard.jsonl.zst", ["arts"]),
    ],
)
def test_the_first_topic_is_what_the_article_is_about(
    db: duckdb.DuckDBPyConnection, file: str, topics: list[str]
) -> None:
    assert [topic for (topic,) in of(db, file, "topics[1]")] == topics


def test_articles_are_not_tagged_only_where_no_rules_know_their_language(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = db.execute("SELECT DISTINCT language, topics IS NULL FROM articles").fetchall()
    assert set(rows) == {(code, not default_tagger().knows(code)) for code, _ in rows}


def test_the_words_behind_a_topic_stand_where_the_evidence_says(
    db: duckdb.DuckDBPyConnection,
) -> None:
    [(places, right)] = db.execute(
        """
        SELECT count(*), count(*) FILTER (
            substr(if(e.field = 'title', title, text), e.start, e.length) = e.surface
        )
        FROM (SELECT article_id, unnest(evidence) AS e FROM article_topics)
        JOIN articles USING (article_id)
        """
    ).fetchall()
    assert places == right > 400


# Copies


def test_pairs_are_exact_near_or_excerpts_with_their_similarity(
    db: duckdb.DuckDBPyConnection,
) -> None:
    pairs = db.execute(
        """
        SELECT least(a.outlet, b.outlet), greatest(a.outlet, b.outlet), kind,
            round(similarity, 4), round(containment, 4)
        FROM duplicate_pairs p
        JOIN articles a ON a.article_id = p.article_id
        JOIN articles b ON b.article_id = p.other_id
        ORDER BY ALL
        """
    ).fetchall()
    assert pairs == [
        ("Baltic Mirror", "Fjord Post", "exact", 1.0, 1.0),
        ("Calder Gazette", "Hillside Today", "exact", 1.0, 1.0),
        ("Metals Briefing", "Surwire", "excerpt", 0.46, 1.0),
        ("Port Daily", "Stenning Observer", "near", 0.8571, 0.9333),
    ]


def test_the_later_copy_repeats_the_earlier(db: duckdb.DuckDBPyConnection) -> None:
    copies = db.execute(
        """
        SELECT c.outlet, o.outlet, c.duplicate_kind, round(c.duplicate_similarity, 4),
            c.group_size, o.group_size, c.group_id = o.article_id, o.group_id = o.article_id
        FROM articles c JOIN articles o ON o.article_id = c.duplicate_of
        ORDER BY c.outlet
        """
    ).fetchall()
    assert copies == [
        ("Baltic Mirror", "Fjord Post", "exact", 1.0, 2, 2, True, True),
        ("Hillside Today", "Calder Gazette", "exact", 1.0, 2, 2, True, True),
        ("Port Daily", "Stenning Observer", "near", 0.8571, 2, 2, True, True),
    ]


def test_an_excerpt_is_linked_and_stays_an_original(db: duckdb.DuckDBPyConnection) -> None:
    columns = "outlet, duplicate_of, group_size, group_id = article_id"
    assert of(db, "copies/excerpt.jsonl", columns) == [
        ("Surwire", None, 1, True),
        ("Metals Briefing", None, 1, True),
    ]
    assert db.execute(
        """
        SELECT outlet FROM duplicate_pairs p JOIN articles a ON a.article_id = p.contained_id
        WHERE kind = 'excerpt'
        """
    ).fetchall() == [("Metals Briefing",)]


def test_wire_copy_keeps_its_agency_at_every_outlet(db: duckdb.DuckDBPyConnection) -> None:
    columns = "outlet, agency, place, canonical_url"
    assert of(db, "copies/wire-copy-at-two-outlets.jsonl", columns) == [
        ("Fjord Post", "Nordwire", "Tallinn", "https://fjordpost.example/okonomi/offline-payments"),
        ("Baltic Mirror", "Nordwire", "Tallinn", "https://balticmirror.example/articles/88121"),
    ]


def test_a_title_without_a_text_is_an_article(db: duckdb.DuckDBPyConnection) -> None:
    title = "Ferry aground off Skarrow Point, all passengers safe, coastguard says"
    columns = "title, text, word_count, duplicate_of"
    assert of(db, "copies/headline-alone.jsonl", columns) == [(title, None, 0, None)]


# Revisions


def test_a_corrected_text_at_one_address_is_a_revision(db: duckdb.DuckDBPyConnection) -> None:
    columns = "title, revision, revisions, first_seen_at"
    assert of(db, "revisions/corrected-text.jsonl", columns) == [
        ("Flood damages 210 homes in Wexcombe", 2, 2, datetime(2025, 3, 8, 22, tzinfo=UTC))
    ]
    history = (
        "SELECT revision, title, changed FROM revisions WHERE title LIKE '%Wexcombe' ORDER BY 1"
    )
    assert db.execute(history).fetchall() == [
        (1, "Flood damages 140 homes in Wexcombe", []),
        (2, "Flood damages 210 homes in Wexcombe", ["title", "text"]),
    ]


def test_a_correction_taken_back_is_two_contents_and_the_first_is_current(
    db: duckdb.DuckDBPyConnection,
) -> None:
    columns = "revision, revisions, contains(text, 'eight to seven')"
    assert of(db, "revisions/correction-taken-back.jsonl", columns) == [(1, 2, True)]
    seen = db.execute(
        """
        SELECT revision, first_seen_at, last_seen_at FROM revisions
        WHERE title = 'Council keeps the pool' ORDER BY revision
        """
    ).fetchall()
    first, changed, back = (
        datetime(2025, 3, 6, 20, 30, tzinfo=UTC),
        datetime(2025, 3, 6, 21, 0, tzinfo=UTC),
        datetime(2025, 3, 7, 6, 0, tzinfo=UTC),
    )
    assert seen == [(1, first, back), (2, changed, changed)]


# Lines, feeds, pages


def test_fields_go_by_many_names(db: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "outlet, title, authors, keywords, published_at, published_precision, declared_language"
    )
    assert of(db, "lines/synonyms-of-fields.jsonl", columns) == [
        (
            "Kyststemmen",
            "Salmon farm loses ninety thousand fish to jellyfish",
            ["Torvald Hestnes", "Runa Eide"],
            ["fish farming", "ecology"],
            datetime(2025, 3, 6, 7, tzinfo=UTC),
            "second",
            "en",
        ),
        (
            "Kyststemmen",
            "Island school with five pupils hires a second teacher",
            ["Runa Eide"],
            [],
            DAY[7],
            "day",
            "en-GB",
        ),
    ]


def test_an_article_without_an_address_has_an_id(db: duckdb.DuckDBPyConnection) -> None:
    columns = "outlet, url, published_on, length(article_id)"
    assert of(db, "lines/known-by-its-own-id.jsonl", columns) == [
        ("Hillside Today", None, date(2025, 3, 6), 32)
    ]


def test_feeds_of_every_kind_say_whether_a_text_is_full(db: duckdb.DuckDBPyConnection) -> None:
    columns = "outlet, text_from, published_from, declared_language"
    assert {
        file: of(db, f"feeds/{file}", columns)
        for file in ("rss-full-and-summary.rss", "atom.atom", "rdf.rdf", "json-feed.json")
    } == {
        "rss-full-and-summary.rss": [
            ("Harbour Post", "feed_full", "feed", "en"),
            ("Harbour Post", "feed_summary", "feed", "en"),
        ],
        "atom.atom": [("Kesselbacher Bote", "feed_full", "feed", "de")],
        "rdf.rdf": [("El Faro del Sur", "feed_summary", "feed", "es")],
        "json-feed.json": [
            ("Il Corriere della Laguna", "feed_full", "feed", "it"),
            ("Il Corriere della Laguna", "feed_summary", "feed", "it"),
        ],
    }


def test_a_summary_that_is_the_text_is_not_kept_twice(db: duckdb.DuckDBPyConnection) -> None:
    assert db.execute("SELECT title FROM articles WHERE summary = text").fetchall() == []


def test_a_page_gives_its_article_and_none_of_its_navigation(db: duckdb.DuckDBPyConnection) -> None:
    columns = "canonical_url, outlet, title, authors, published_at, published_from, text_from"
    assert of(db, "pages/article-page.html", columns) == [
        (
            "https://skarrowcourier.example/work/lighthouse-keepers-union",
            "The Skarrow Courier",
            "Lighthouse keepers vote to unionise",
            ["Fergal Tuohy"],
            datetime(2025, 3, 6, 7, 45, tzinfo=UTC),
            "page",
            "page",
        )
    ]
    [(text,)] = of(db, "pages/article-page.html", "text")
    assert "The nine keepers who still live in lighthouses" in text
    for other in ("Sign in", "Seal spends the night", "Cookie settings", "analytics"):
        assert other not in text


def test_compressed_lines_are_read_as_the_lines_they_hold(db: duckdb.DuckDBPyConnection) -> None:
    assert of(db, "packed/gzip.jsonl.gz", "outlet, title") == [
        ("Fjord Post", "Moss from an ice cave grows again after six centuries"),
        ("Fjord Post", "Fourteen-year-old wins national chess championship"),
    ]
    assert of(db, "packed/zstandard.jsonl.zst", "outlet, title") == [
        ("L'Écho de la Haute-Vallée", "L'orgue du village joue de nouveau")
    ]


def test_a_list_of_feeds_reads_those_on_disk_once_more(db: duckdb.DuckDBPyConnection) -> None:
    files = ("rss-full-and-summary.rss", "atom.atom")
    assert [len(of(db, f"feeds/{file}", "article_id")) for file in files] == [2, 1]


# Rejects


def test_everything_rejected_has_its_reason_and_its_place(db: duckdb.DuckDBPyConnection) -> None:
    assert rejected(db, kept=False) == {
        ("broken-lines.jsonl", "line 2", "bad_json"),
        ("broken-lines.jsonl", "line 3", "not_an_object"),
        ("broken-lines.jsonl", "line 4", "no_content"),
        ("wrong-types.jsonl", "line 2", "no_content"),
        ("truncated.jsonl.gz", "", "truncated"),
        ("date-and-nothing-else.txt", "", "no_content"),
        ("empty.txt", "", "empty"),
        ("not-text.txt", "", "binary"),
        ("rss-full-and-summary.rss", "entry 3", "no_content"),
        ("subscriptions.opml", "http://skarrowcourier.example/rss", "not_fetched"),
        ("front-page-without-an-article.html", "", "no_text"),
    }


def test_what_is_taken_with_a_loss_has_a_note(db: duckdb.DuckDBPyConnection) -> None:
    assert rejected(db, kept=True) == {
        ("bad-date.txt", "line 1", "bad_date"),
        ("windows-1251-undeclared.txt", "", "encoding_guessed"),
        ("wrong-types.jsonl", "line 1", "bad_url"),
        ("wrong-types.jsonl", "line 1", "bad_date"),
        ("wrong-types.jsonl", "line 1", "bad_field"),
    }


@pytest.mark.parametrize(
    ("file", "titles"),
    [
        (
            "broken-lines.jsonl",
            ["Two new cranes arrive by sea", "Owls delay the demolition of a silo"],
        ),
        (
            "truncated.jsonl.gz",
            ["Rain stops the spring regatta", "Brass band seeks tuba player"],
        ),
        ("wrong-types.jsonl", ["Lighthouse lamp goes to the museum"]),
    ],
)
def test_what_is_good_in_a_broken_file_is_kept(
    db: duckdb.DuckDBPyConnection, file: str, titles: list[str]
) -> None:
    assert [title for (title,) in of(db, f"broken/{file}", "title")] == titles


def test_undeclared_bytes_are_read_in_the_likeliest_encoding(db: duckdb.DuckDBPyConnection) -> None:
    [(text,)] = of(db, "broken/windows-1251-undeclared.txt", "text")
    assert text.startswith("В пятницу в порту Береговое начался ремонт старого маяка")


# Queries

COLUMNS = {
    "copies-across-outlets": "outlet other_outlet pairs exact near excerpt",
    "declared-versus-detected": "outlet declared_language detected confidence method headline",
    "evidence-for-a-topic": "outlet headline score surface term weight field start in_context",
    "first-with-the-story": "published_utc first title followers minutes_to_the_last",
    "languages-by-outlet": "outlet language articles originals least_confidence",
    "new-since-yesterday": "change_seq stored_utc outlet language headline revised repeats",
    "one-topic-day-by-day": "published_on articles originals week_average",
    "rejected-and-why": "outcome stage reason times files for_example",
    "revisions": "outlet revision is_current first_seen_utc title changed words_added words_gone",
    "rising-topics": "last_day topic label originals usual times rise",
    "topic-timeline": "published_on topic label articles originals copies",
    "topics-together": "topic other_topic articles overlap lift",
    "who-repeats-whom": "outlet repeats kind articles least_alike median_minutes",
}


def ask(db: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    return db.execute((SAMPLES / "queries" / f"{name}.sql").read_text(encoding="utf-8")).fetchall()


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_query_begins_with_its_question_and_answers_in_duckdb_and_in_the_command(
    run: dict[str, Any], db: duckdb.DuckDBPyConnection, file: Path
) -> None:
    assert re.match(r"-- [A-Z][^\n]+\?\n", file.read_text(encoding="utf-8"))
    rows = ask(db, file.stem)
    assert rows
    asked = ["query", "--store", run["store"], "-f", str(file), "--format", "jsonl"]
    printed = CliRunner().invoke(main, asked)
    assert printed.exit_code == 0, printed.output
    told = [json.loads(line) for line in printed.stdout.splitlines()]
    assert len(told) == len(rows)
    assert list(told[0]) == COLUMNS[file.stem].split()


def test_who_repeats_whom(db: duckdb.DuckDBPyConnection) -> None:
    assert ask(db, "who-repeats-whom") == [
        ("Baltic Mirror", "Fjord Post", "exact", 1, 1.0, 35.0),
        ("Hillside Today", "Calder Gazette", "exact", 1, 1.0, 392.0),
        ("Metals Briefing", "Surwire", "excerpt", 1, 1.0, 80.0),
        ("Port Daily", "Stenning Observer", "near", 1, 0.8571, 215.0),
    ]


def test_first_with_the_story(db: duckdb.DuckDBPyConnection) -> None:
    assert [
        (first, followers, minutes)
        for _, first, _, followers, minutes in ask(db, "first-with-the-story")
    ] == [
        ("Calder Gazette", ["Hillside Today"], 392),
        ("Fjord Post", ["Baltic Mirror"], 35),
        ("Stenning Observer", ["Port Daily"], 215),
    ]


def test_copies_across_outlets(db: duckdb.DuckDBPyConnection) -> None:
    assert ask(db, "copies-across-outlets") == [
        ("Baltic Mirror", "Fjord Post", 1, 1, 0, 0),
        ("Calder Gazette", "Hillside Today", 1, 1, 0, 0),
        ("Metals Briefing", "Surwire", 1, 0, 0, 1),
        ("Port Daily", "Stenning Observer", 1, 0, 1, 0),
    ]


def test_new_since_yesterday_goes_by_the_commits_and_not_by_the_clock(
    run: dict[str, Any], db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert len(ask(db, "new-since-yesterday")) == run["new"]
    store = shutil.copy(run["store"], tmp_path / "later.duckdb")
    with duckdb.connect(str(store)) as later:  # as if only the last commit were of today
        later.execute(
            """
            UPDATE batches SET committed_at = committed_at - INTERVAL 2 DAY
            WHERE seq < (SELECT max(change_seq) FROM articles)
            """
        )
        [(newest, count)] = later.execute(
            "SELECT change_seq, count(*) FROM articles GROUP BY 1 ORDER BY 1 DESC LIMIT 1"
        ).fetchall()
        rows = ask(later, "new-since-yesterday")
    assert {row[0] for row in rows} == {newest}
    assert len(rows) == count


def test_languages_by_outlet(db: duckdb.DuckDBPyConnection) -> None:
    rows = {(outlet, language): rest for outlet, language, *rest in ask(db, "languages-by-outlet")}
    assert rows["Hillside Today", "en"][:2] == [2, 1]
    assert rows["Fjord Post", "en"][:2] == [5, 5]
    assert rows["Norrviks-Posten", "sv"][:2] == [1, 1]
    assert rows["(not stated)", "ru"][:2] == [2, 2]


def test_topic_timeline_counts_copies_apart(db: duckdb.DuckDBPyConnection) -> None:
    days = {(day.day, topic): counts for day, topic, _, *counts in ask(db, "topic-timeline")}
    assert days[3, "politics"] == [1, 1, 0]
    assert days[4, "weather"] == [2, 1, 1]  # the reservoir and its exact copy


def test_evidence_for_a_topic_shows_the_words_in_their_place(db: duckdb.DuckDBPyConnection) -> None:
    rows = ask(db, "evidence-for-a-topic")
    assert all(surface in context for *_, surface, _, _, _, _, context in rows)
    strikes = {row[3] for row in rows if row[1] == "Copper miners strike over night shifts"}
    assert {"strike", "union"} <= strikes


def test_revisions_shows_the_words_that_came_and_went(db: duckdb.DuckDBPyConnection) -> None:
    pool, flood = ask(db, "revisions")
    assert pool[:3] == ("Brackley Sound News", 2, False)
    assert pool[5:] == (["text"], ["nine", "six"], ["eight", "seven"])
    assert flood[:3] == ("Wexcombe Echo", 2, True)
    assert flood[5] == ["title", "text"]
    assert {"210", "unharmed"} <= set(flood[6])
    assert flood[7] == ["140", "evening"]


def test_declared_versus_detected(db: duckdb.DuckDBPyConnection) -> None:
    rows = ask(db, "declared-versus-detected")
    assert [row[:3] for row in rows] == [("Norrviks-Posten", "en", "sv")]


def test_rejected_and_why(db: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (outcome, reason, times) for outcome, _, reason, times, *_ in ask(db, "rejected-and-why")
    ]
    assert rows == [
        ("rejected", "no_content", 4),
        ("rejected", "bad_json", 1),
        ("rejected", "binary", 1),
        ("rejected", "empty", 1),
        ("rejected", "no_text", 1),
        ("rejected", "not_an_object", 1),
        ("rejected", "not_fetched", 1),
        ("rejected", "truncated", 1),
        ("kept with a note", "bad_date", 2),
        ("kept with a note", "bad_field", 2),
        ("kept with a note", "bad_url", 1),
        ("kept with a note", "encoding_guessed", 1),
    ]
