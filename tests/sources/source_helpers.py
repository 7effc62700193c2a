"""Reads what a test wrote, the way the pipeline does."""

from __future__ import annotations

from pathlib import Path

from records import Article, Reject
from sources.plan import discard, plan_paths
from sources.read import read_section


def read(path: Path | str, scratch: Path | None = None) -> list[Article | Reject]:
    rows: list[Article | Reject] = []
    for section in plan_paths([str(path)], scratch=scratch, now=5):
        rows += read_section(section)
        discard(section)
    return rows


def articles(rows: list[Article | Reject]) -> list[Article]:
    return [row for row in rows if isinstance(row, Article)]


def reasons(rows: list[Article | Reject]) -> list[str]:
    """What became of each: "article", a reason, or a reason with "*" for a note."""
    return ["article" if isinstance(row, Article) else row.reason + "*" * row.kept for row in rows]
