"""The direction of imports, and that what is imported is declared: see docs/architecture.md."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

ROOT = Path(__file__).parent.parent
ARROWS = {
    "records": set(),
    "sources": {"records"},
    "transforms": {"records"},
    "sinks": {"records"},
    "live": {"records", "sources"},
    "pipeline": {"records", "sources", "live", "transforms", "sinks"},
}
OURS = {*ARROWS, "benchmarks", "tests", "docs"}
# Distributions that are imported under another name.
NAMES = {
    "apache_beam": "apache-beam",
    "ahocorasick_rs": "ahocorasick-rs",
    "charset_normalizer": "charset-normalizer",
    "dateutil": "python-dateutil",
    "prometheus_client": "prometheus-client",
    "re2": "google-re2",
}
# Declared, though nothing here imports them: trafilatura does, and DuckDB for times with a zone.
NEVER_IMPORTED = {"lxml-html-clean", "pytz"}


def imported(file: Path) -> Iterator[str]:
    """The top-level names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide their direction"
            yield (node.module or "").partition(".")[0]


@cache
def declared() -> tuple[set[str], list[str]]:
    """The distributions and the packages that setup.py names."""
    with patch("setuptools.setup") as setup:
        runpy.run_path(str(ROOT / "setup.py"))
    given = setup.call_args.kwargs
    names = {re.match(r"[\w-]+", each)[0] for each in given["install_requires"]}  # type: ignore[index]
    return names, given["packages"]


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # setup.py reads README.md


@pytest.mark.parametrize("package", ARROWS)
def test_imports_follow_the_arrows(package: str) -> None:
    allowed = {package} | ARROWS[package]
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in (ROOT / package).rglob("*.py")
        for name in imported(file)
        if name in OURS - allowed
    }
    assert wrong == set()


def test_every_package_is_one_of_the_arrows() -> None:
    assert set(declared()[1]) == set(ARROWS)


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    used = {
        NAMES.get(name, name)
        for package in ARROWS
        for file in (ROOT / package).rglob("*.py")
        for name in imported(file)
        if name not in OURS | sys.stdlib_module_names
    }
    assert used == declared()[0] - NEVER_IMPORTED


def test_commands_that_only_ask_never_load_beam() -> None:
    code = (
        "import sys, pipeline.cli, pipeline.query, pipeline.report, pipeline.show, pipeline.run,"
        " pipeline.new\n"
        "sys.exit('apache_beam' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_commands_that_only_ask_never_load_arrow() -> None:
    code = (
        "import sys, pipeline.cli, pipeline.query, pipeline.report, pipeline.new, sinks.feeds\n"
        "sys.exit('pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
