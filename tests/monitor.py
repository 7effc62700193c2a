"""A store that watches feeds, as people use it: the installed command, a clock, SQL."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sinks.store import connect
from tests.commands import Commands, Done, Running
from tests.live.contents import HOUR, START


def clock(hours: float) -> str:
    """The time so many hours after START, as NEWSBEAM_NOW takes it."""
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=START)
    return (start + timedelta(hours=hours)).isoformat()


def hours(column: str) -> str:
    """SQL for a time in hours after START."""
    return f"(epoch_us({column}) - {START}) / {HOUR}"


class Monitor:
    """One store in a folder, with the commands that are given to it.

    Nobody waits for a host's turn, and workers are forked from the command itself, which makes
    a poll five times as fast.
    """

    def __init__(self, newsbeam: Commands, folder: Path) -> None:
        self.store = folder / "news.duckdb"
        self._newsbeam = newsbeam

    def start(self, *words: object, hours: float = 0, **how: Any) -> Running:
        env = {"NEWSBEAM_NOW": clock(hours), "NEWSBEAM_HOST_GAP": "0", **how.pop("env", {})}
        command = [*words, "--store", self.store]
        return self._newsbeam.start(*command, env=env, **{"fork": True, **how})

    def __call__(self, *words: object, hours: float = 0, **how: Any) -> Done:
        return self.start(*words, hours=hours, **how).wait()

    def subscribe(self, *urls: str, hours: float = 0) -> None:
        done = self("feeds", "add", "--no-check", *urls, hours=hours)
        assert done.code == 0, done.err

    def poll(self, *words: object, hours: float = 0) -> dict[str, Any]:
        """The account of a poll that ends well: of `words`, or of all feeds that are due."""
        done = self("run", "--json", *(words or ["--feeds"]), hours=hours)
        assert done.code == 0, done.err
        account: dict[str, Any] = json.loads(done.out)
        parts = ("new", "revised", "unchanged", "rejected")
        assert account["read"] == sum(account[part] for part in parts)
        return account

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(connect(self.store, read_only=True)) as db:
            return db.execute(sql, list(values)).fetchall()
