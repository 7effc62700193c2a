"""The documentation says what is so: commands, flags, names, outputs, links, dependencies."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest

from pipeline.cli import main
from pipeline.settings import SHARED, defaults
from sources.feeds_file import read_feeds_file
from tests.commands import Commands
from tests.test_architecture import ROOT, declared

DOCUMENTS = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md")
    ),
    *sorted((ROOT / "docs").glob("*.md")),
]
README = ROOT / "README.md"
EXAMPLES: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_examples.py"))
SCHEMA: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_schema.py"))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(*languages: str) -> list[Any]:
    """Every block of code of some languages, named for its document."""
    return [
        pytest.param(code, id=f"{by_name(path)}-{number}")
        for path in DOCUMENTS
        for number, (language, code) in enumerate(_FENCE.findall(read(path)), 1)
        if language in languages
    ]


def commands(path: Path) -> Iterator[list[str]]:
    """Every command line of newsbeam that a document shows, as its words after "newsbeam"."""
    text = read(path)
    if path == README:
        yield from (words[1:] for words, _, _ in EXAMPLES["examples"](text))
    shown = [code for _, code in _FENCE.findall(text)] + _INLINE.findall(text)
    for line in "\n".join(shown).splitlines():
        line = re.sub(r"(^|\s)#.*", "", line)
        found = re.search(r"(?<![\w./-])(?:\.venv/bin/|/\S*/)?newsbeam\s+([^$>|]*)", line)
        if found and not line.startswith(("$ ", "> ")) and found[1].count('"') % 2 == 0:
            words = shlex.split(found[1])
            yield words[: words.index("--")] if "--" in words else words  # then Beam's own


def leaves(group: click.Group) -> Iterator[click.Command]:
    """Every command, those of groups among them."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from leaves(command)
        else:
            yield command


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory, newsbeam: Commands) -> tuple[str, Path]:
    """README.md with what its examples print now, and the folder they ran in."""

    def run(words: list[str], folder: Path) -> str:
        done = newsbeam(*words, cwd=folder)
        assert done.code == 0, done.err
        return done.out

    folder = tmp_path_factory.mktemp("docs")
    return EXAMPLES["renewed"](read(README), folder, run), folder


@pytest.fixture
def folder(renewed: tuple[str, Path]) -> Path:
    return renewed[1]


@pytest.fixture
def db(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(folder / "news.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_every_command_and_flag_exists(path: Path) -> None:
    for words in commands(path):
        name = words[0] if words else ""
        if name.startswith("-"):
            assert name in ("--help", "--version"), words
            continue
        command: click.Command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            assert words[0] in command.commands, words
            command, words = command.commands[words[0]], words[1:]
        known = {flag for each in command.params for flag in each.opts}
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, words


def every_command(group: click.Group = main) -> Iterator[click.Command]:
    """All commands, those of groups included."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from every_command(command)
        else:
            yield command


@pytest.mark.parametrize(
    "path",
    [README, ROOT / "docs" / "operations.md", ROOT / "docs" / "feeds.md"],
    ids=by_name,
)
def test_every_flag_that_is_named_is_one_of_a_command(path: Path) -> None:
    known = {
        flag
        for command in every_command()
        for each in command.params
        for flag in each.opts
        if flag.startswith("-")
    }
    assert {
        each for each in _INLINE.findall(read(path)) if re.fullmatch(r"--[\w-]+", each)
    } <= known


def test_every_setting_of_the_table_is_what_click_says() -> None:
    rows = re.findall(
        r"^\| `--([\w-]+)` \| (.+?) \| `(NEWSBEAM_\w+)` \|", read(ROOT / "docs/operations.md"), re.M
    )
    assert len(rows) == 7
    for name, of, variable in rows:
        named = re.findall(r"`(\w+)`", of)
        for command in [main.commands[each] for each in named] or every_command():
            having = [each for each in command.params if f"--{name}" in each.opts]
            if not named and not having:
                continue  # it asks no store
            [option] = having
            automatic = f"NEWSBEAM_{command.name}_{name}".replace("-", "_").upper()
            expected = option.envvar or automatic
            assert variable == expected or len(named) > 1, (variable, expected)


def test_every_setting_of_feeds_is_what_click_says() -> None:
    rows = re.findall(
        r"^\| `--([\w-]+)` \| `(NEWSBEAM_\w+)` \| `([\w-]+)` \|", read(ROOT / "docs/feeds.md"), re.M
    )
    assert len(rows) == 5
    options = {
        flag: each.envvar
        for command in every_command()
        for each in command.params
        for flag in each.opts
        if isinstance(each, click.Option)
    }
    for name, variable, key in rows:
        assert options[f"--{name}"] == variable
        assert key == name
        assert key in SHARED


@pytest.mark.parametrize("code", blocks("toml"))
def test_settings_files_and_feeds_files_are_accepted(code: str, tmp_path: Path) -> None:
    (tmp_path / "newsbeam.toml").write_text(code, encoding="utf-8")
    if "[[feed]]" in code:
        assert read_feeds_file(tmp_path / "newsbeam.toml", 0)
        return
    assert isinstance(main, click.Group)
    settings = tomllib.loads(code)
    assert defaults(main, tmp_path)["run"]["store"] == settings["store"]


def test_every_exit_code_is_listed() -> None:
    from pipeline import options

    listed = re.findall(r"^\| (\d) \| ", read(ROOT / "docs" / "operations.md"), re.M)
    assert [int(code) for code in listed] == [
        options.DONE,
        options.REJECTED,
        options.USAGE,
        options.NOT_WRITTEN,
    ]


def test_the_examples_of_the_readme_print_what_it_shows(renewed: tuple[str, Path]) -> None:
    assert renewed[0] == read(README), "if that is right: python docs/make_examples.py"


@pytest.mark.parametrize("code", blocks("python"))
def test_programs_run(code: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", blocks("sql"))
def test_questions_have_answers(code: str, db: duckdb.DuckDBPyConnection) -> None:
    assert db.execute(code).fetchall()


def test_every_table_of_a_store_is_in_the_readme_and_in_the_schema(
    db: duckdb.DuckDBPyConnection,
) -> None:
    stored = {
        name
        for (name,) in db.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall()
    }
    section = read(README).partition("## What the store holds")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.M)
    assert {name for cell in cells for name in _INLINE.findall(cell)} == stored
    assert set(SCHEMA["TABLES"]) == stored


def test_the_schema_is_up_to_date() -> None:
    message = "python docs/make_schema.py"
    assert read(ROOT / "docs" / "schema.md") == SCHEMA["page"](), message


def test_every_column_that_is_named_exists(db: duckdb.DuckDBPyConnection) -> None:
    columns: dict[str, set[str]] = {}
    for table, column in db.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    for path in DOCUMENTS:
        for table, column in re.findall(r"`(\w+)\.(\w+)`", read(path)):
            if table in columns:
                assert column in columns[table], f"{by_name(path)}: {table}.{column}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in _LINK.findall(re.sub(_FENCE, "", read(path))):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", read(target), re.M)
            assert anchor in {re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in headings}


def test_the_steps_of_the_picture_are_those_of_the_graph() -> None:
    graph = read(ROOT / "pipeline" / "graph.py")
    steps = re.findall(r"^ +(\d)  ([A-Z][A-Za-z]+(?: [A-Za-z]+)*)", read(README), re.M)
    assert [int(number) for number, _ in steps] == [1, 2, 3, 4, 5, 6]
    assert all(f'"{label}" >>' in graph for _, label in steps)


def test_every_dependency_is_explained() -> None:
    section = read(ROOT / "docs" / "architecture.md").partition("## Dependencies")[2]
    assert set(re.findall(r"^\| ([a-z][\w-]*) \|", section, re.M)) - {"package"} == declared()[0]


def test_make_has_every_target_that_is_named() -> None:
    makefile = read(ROOT / "Makefile")
    shown = re.compile(r"(?:^|`)make ([a-z]+)(?=`| +#)", re.M)
    named = {target for path in DOCUMENTS for target in shown.findall(read(path))}
    assert named >= {"help", "run", "test", "lint", "bench"}
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.M)} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_no_placeholder_is_left(path: Path) -> None:
    assert "{{" not in read(path)
