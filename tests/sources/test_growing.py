"""Folders that grow, tick by tick: what is read when, and what is remembered."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from records import Section
from sources.control import LEFT, Control, ControlFile, read_until, write_control, write_until
from sources.growing import LIMITS, Limits, _Listing
from sources.plan import discard
from sources.read import read_section
from sources.ticks import Tick

SECOND = 1_000_000
WINDOW = 10 * SECOND
OLD = 1_700_000_000


class State:
    """Beam's state of one key."""

    def __init__(self) -> None:
        self.value: Any = None
        self.writes = 0

    def read(self) -> Any:
        return self.value

    def write(self, value: Any) -> None:
        self.value = value
        self.writes += 1


class Follower:
    """A folder that is followed by one worker, whose state outlives it."""

    def __init__(self, tmp_path: Path, limits: Limits = LIMITS) -> None:
        self.folder = tmp_path / "in"
        self.folder.mkdir(exist_ok=True)
        self.state = State()
        self._control = tmp_path / "control.json"
        self._limits = limits
        self.tell()
        self.restart()

    def tell(self, **changes: Any) -> None:
        write_control(str(self._control), Control(**changes))

    def restart(self) -> None:
        given = (str(self.folder),), str(self._control), WINDOW, self._limits
        self._listing = _Listing(*given)
        self._listing.setup()

    def sections(self, at: float | None = None) -> list[Section]:
        now = time.time() if at is None else at
        tick = Tick(round(now * SECOND), SECOND)
        return list(self._listing.process((0, tick), self.state))

    def names(self, at: float | None = None) -> list[str]:
        return [Path(section.source).name for section in self.sections(at)]

    def write(self, name: str, lines: int = 1, changed: float = OLD) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        articles = [
            {"url": f"https://x.example/{name}/{n}", "title": f"T {n}"} for n in range(lines)
        ]
        text = "".join(json.dumps(each) + "\n" for each in articles).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        os.utime(path, (changed, changed))
        return path


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    return Follower(tmp_path)


def test_each_file_is_read_once_the_oldest_first(follower: Follower) -> None:
    follower.write("b.jsonl", changed=OLD)
    follower.write("deep/a.jsonl", changed=OLD + 1)
    assert follower.names() == ["b.jsonl", "a.jsonl"]
    assert follower.names() == []
    follower.write("c.jsonl")
    assert follower.names() == ["c.jsonl"]


def test_what_was_read_is_remembered_by_the_state_not_the_worker(follower: Follower) -> None:
    follower.write("a.jsonl")
    assert follower.names() == ["a.jsonl"]
    writes = follower.state.writes
    follower.restart()
    assert follower.names() == []
    assert follower.state.writes == writes, "nothing new is nothing to write"


def test_a_file_that_changed_is_read_again_and_one_that_went_is_forgotten(
    follower: Follower,
) -> None:
    path = follower.write("a.jsonl")
    assert follower.names() == ["a.jsonl"]
    follower.write("a.jsonl", lines=2, changed=OLD + 5)
    assert follower.names() == ["a.jsonl"]
    path.unlink()
    follower.sections()
    assert len(follower.state.value.read) == 0


def test_a_file_that_is_being_written_waits_until_it_is_left_alone(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    follower.write("a.jsonl", changed=now - 0.2)
    assert follower.names(now) == []
    assert follower.names(now + 1) == ["a.jsonl"]
    follower.write("late.jsonl", changed=now + 1.75)
    with monkeypatch.context() as later:
        later.setattr("time.time_ns", lambda: round((now + 1.8) * 1e9))
        assert follower.names(now + 0.2) == [], "a tick that is late does not make it older"
    (follower.folder / "late.jsonl").unlink()
    follower.write("ahead.jsonl", changed=now + 3600)
    assert follower.names(now + 1) == ["ahead.jsonl"], "a clock that is wrong tells nothing"


def test_hidden_files_wait_and_a_link_to_nothing_is_told(follower: Follower) -> None:
    follower.write(".a.jsonl.part")
    (follower.folder / "link").symlink_to("nowhere")
    [section] = follower.sections(time.time() + 2)
    assert section.trouble.startswith("missing: a link to nothing")


def test_ticks_that_are_over_and_a_stop_read_nothing(follower: Follower) -> None:
    follower.write("a.jsonl")
    assert follower.names(time.time() - 3) == []
    follower.tell(stop=True)
    assert follower.names() == []
    follower.tell()
    assert follower.names() == ["a.jsonl"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_backlog_comes_in_portions_and_waits_for_what_is_stored(
    tmp_path: Path, name: str, restarts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    follower = Follower(tmp_path, Limits(articles=1_000, bytes=2**30))
    follower.write(name, lines=11_000)
    window = WINDOW // SECOND
    start = time.time() // window * window + window
    read = []
    for number in range(12):
        at = start + number * window
        sections = follower.sections(at)
        for section in sections:
            read += read_section(section)
            discard(section)
        assert len(sections) <= 1
        if restarts:
            follower.restart()
        if number > 2:  # from then on each window is stored when the next one is open
            follower.tell(stored_until=round(at * SECOND))
        elif number == 2:
            assert len(read) == 4_000, "two windows' worth is on its way"
    assert len(read) == 11_000
    assert len({row.article_id for row in read}) == 11_000  # type: ignore[union-attr]
    assert len(follower.state.value.read) == 1


def test_a_control_file_that_nobody_writes_any_more_says_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "control.json")
    file = ControlFile(path)
    assert file.now().stop, "there is none"
    write_control(path, Control(stored_until=1))
    assert file.now() == Control(stored_until=1)
    clock = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: clock + LEFT + 1)
    assert file.now().stop
    write_control(path, Control(stored_until=1))
    assert not file.now().stop, "somebody is there again"


def test_how_far_the_graph_is(tmp_path: Path) -> None:
    path = str(tmp_path / "until")
    assert read_until(path) == 0
    write_until(path, 17)
    assert read_until(path) == 17
