"""Entries for schedulers are what these schedulers read, and start what is installed here."""

from __future__ import annotations

import configparser
import plistlib
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from pipeline.cli import main
from pipeline.schedule import EVERY, KINDS, Entry, spread
from tests.commands import Commands
from tests.test_architecture import ROOT

SAMPLES = ROOT / "samples" / "schedule"
NEWSBEAM = str(Path(sys.executable).with_name("newsbeam"))
ODD = ("/opt/my news/newsbeam", "run", "--contact", "100% \"me\" \\ 'you' $HOME")


def entry(*command: str, every: int | None = 5, first: int = 3, folder: str = "/srv/news") -> Entry:
    return Entry(command, Path(folder), Path(folder, "newsbeam.log"), every, first)


def sample(*command: str, every: int | None) -> Entry:
    words = ("/srv/news/.venv/bin/newsbeam", *command, "--store", "/srv/news/news.duckdb")
    return entry(*words, every=every, first=3 if every else 0)


def unit(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def words(start: str) -> list[str]:
    """The words of an ExecStart as systemd takes it."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(start)]


def understood(command: list[str]) -> None:
    """A command line that newsbeam takes: parsed by its own parser, and not carried out."""
    found: click.Command = main
    while isinstance(found, click.Group):
        found, command = found.commands[command[0]], command[1:]
    found.make_context(found.name, list(command))


# What the command prints


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "my 100% news"
    path.mkdir()
    return path


def test_a_cron_line_names_everything_by_absolute_paths(newsbeam: Commands, folder: Path) -> None:
    (folder / "newsbeam.toml").write_text('contact = "desk@example.org"\n')
    done = newsbeam("schedule", "cron", "--store", "a.duckdb", "--every", "20", cwd=folder)
    first = spread(folder / "a.duckdb", 20)
    minutes, command = done.out.split(" * * * * ")
    assert minutes == f"{first}-59/20"
    assert shlex.split(command.replace("\\%", "%")) == [
        *("cd", str(folder), "&&"),
        *(NEWSBEAM, "run", "--feeds", "--store", str(folder / "a.duckdb")),
        *(">>", str(folder / "newsbeam.log"), "2>&1"),
    ]
    assert done.err == "# to install: add the line to what `crontab -e` opens\n"
    assert done.code == 0


def test_what_is_stated_here_is_in_the_entry_and_newsbeam_toml_is_not(
    newsbeam: Commands, folder: Path
) -> None:
    (folder / "newsbeam.toml").write_text('host-gap = 3\nfeeds-file = "feeds.toml"\n')
    env = {"NEWSBEAM_CONTACT": "desk@example.org", "HTTPS_PROXY": "http://proxy:3128"}
    asked = ["--allow-private", "intranet,10.0.0.0/8", "--watch"]
    done = newsbeam("schedule", "systemd", *asked, cwd=folder, env=env)
    service = unit(done.out)["Service"]
    assert words(service["ExecStart"]) == [
        *(NEWSBEAM, "watch", "--store", str(folder / "news.duckdb")),
        *("--contact", "desk@example.org"),
        *("--allow-private", "intranet", "--allow-private", "10.0.0.0/8"),
    ]
    assert service["WorkingDirectory"] == str(folder).replace("%", "%%")
    assert "# https_proxy is set here, but not where this runs" in done.err
    assert "--contact is not set" not in done.err
    assert "# --contact is not set" in newsbeam("schedule", "cron", cwd=folder).err


def test_files_are_written_where_they_are_wanted(newsbeam: Commands, folder: Path) -> None:
    done = newsbeam("schedule", "systemd", "-o", ".", cwd=folder)
    assert (done.code, done.out) == (0, "")
    assert {path.name for path in folder.iterdir()} == {"newsbeam.service", "newsbeam.timer"}
    newsbeam("schedule", "systemd", "--watch", "-o", ".", cwd=folder)
    if analyze := shutil.which("systemd-analyze"):
        files = sorted(str(path) for path in folder.iterdir())
        verified = subprocess.run([analyze, "verify", *files], capture_output=True, text=True)
        assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_a_launch_agent_is_a_property_list(newsbeam: Commands, folder: Path) -> None:
    done = newsbeam("schedule", "launchd", "--every", "30", cwd=folder)
    agent = plistlib.loads(done.out.encode())
    first = spread(folder / "news.duckdb", 30)
    assert agent["ProgramArguments"][:3] == [NEWSBEAM, "run", "--feeds"]
    assert agent["WorkingDirectory"] == str(folder)
    assert agent["StartCalendarInterval"] == [{"Minute": first}, {"Minute": first + 30}]


# The entries themselves


def test_words_reach_the_program_as_they_were_given() -> None:
    [line] = KINDS["cron"](entry(*ODD)).values()
    assert shlex.split(line.split(" && ")[1].replace("\\%", "%"))[:4] == list(ODD)
    service = unit(KINDS["systemd"](entry(*ODD))["newsbeam.service"])
    assert words(service["Service"]["ExecStart"]) == list(ODD)
    [plist] = KINDS["launchd"](entry(*ODD)).values()
    assert plistlib.loads(plist.encode())["ProgramArguments"] == list(ODD)


@pytest.mark.parametrize("every", EVERY)
def test_runs_are_as_far_apart_as_was_asked(every: int) -> None:
    at = entry("newsbeam", every=every, first=every - 1)
    expected = list(range(every - 1, 60, every))
    [line] = KINDS["cron"](at).values()
    first, _, step = line.split()[0].partition("-59/")
    assert list(range(int(first), 60, int(step or 60))) == expected
    when = unit(KINDS["systemd"](at)["newsbeam.timer"])["Timer"]["OnCalendar"]
    first, _, step = when.removeprefix("*:").partition("/")
    assert list(range(int(first), 60, int(step or 60))) == expected
    [plist] = KINDS["launchd"](at).values()
    found = plistlib.loads(plist.encode())["StartCalendarInterval"]
    assert [moment["Minute"] for moment in found] == expected


def test_stores_start_at_different_minutes_and_each_at_its_own() -> None:
    minutes = [spread(Path(f"/srv/{number}.duckdb"), 10) for number in range(200)]
    assert set(minutes) == set(range(10))
    assert minutes == [spread(Path(f"/srv/{number}.duckdb"), 10) for number in range(200)]


# Samples


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_what_the_command_prints(kind: str) -> None:
    files = KINDS[kind](sample("run", "--feeds", every=5))
    if kind == "systemd":
        files |= KINDS[kind](sample("watch", every=None))
    for name, text in files.items():
        assert (SAMPLES / name).read_text(encoding="utf-8") == text


class _Operator:
    """Stands for Airflow's, which is not installed: keeps what it is told."""

    made: list[dict[str, Any]] = []

    def __init__(self, **told: Any) -> None:
        self.told = told
        self.after: list[str] = []
        _Operator.made.append(told)

    def __rshift__(self, other: _Operator) -> _Operator:
        other.after.append(self.told["task_id"])
        return other

    def __enter__(self) -> _Operator:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    names = {"airflow.sdk": "DAG", "airflow.providers.standard.operators.bash": "BashOperator"}
    for name, operator in names.items():
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            module = ModuleType(".".join(parts[:length]))
            monkeypatch.setitem(sys.modules, module.__name__, module)
        setattr(module, operator, _Operator)
    _Operator.made = []
    return runpy.run_path(str(SAMPLES / "airflow_dag.py"))


def test_the_dag_runs_one_poll_at_a_time_and_then_looks_for_trouble(dag: dict[str, Any]) -> None:
    assert dag["dag"].told["max_active_runs"] == 1
    assert dag["dag"].told["catchup"] is False
    assert dag["trouble"].after == ["poll"]
    assert len(_Operator.made) == 3


def test_newsbeam_understands_every_command_of_the_samples(dag: dict[str, Any]) -> None:
    cron = (SAMPLES / "newsbeam.cron").read_text(encoding="utf-8")
    commands = [
        shlex.split(re.sub(r" >> .*", "", cron.split(" && ")[1])),
        *(
            words(unit((SAMPLES / name).read_text(encoding="utf-8"))["Service"]["ExecStart"])
            for name in ("newsbeam.service", "newsbeam-watch.service")
        ),
        plistlib.loads((SAMPLES / "newsbeam.plist").read_bytes())["ProgramArguments"],
        *(shlex.split(told["bash_command"]) for told in _Operator.made if "task_id" in told),
    ]
    assert len(commands) == 6
    for program, *command in commands:
        assert program == "/srv/news/.venv/bin/newsbeam"
        understood(command)
