"""Feeds without an end, tick by tick: who is asked when, before and after the store has it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apache_beam.pvalue import TaggedOutput

from live.job import Settings
from live.streaming import _Poll
from records import Article, Feed, Fetch, Page
from sources.control import Control, write_control
from sources.ticks import Tick
from tests.live.contents import START, rss
from tests.live.server import Request, Server, answer
from tests.sources.test_growing import State

SECOND = 1_000_000
PAGE = (
    "<html><head><title>Harbour bridge opens</title></head><body><article>"
    + "<p>The new bridge over the harbour opened on Monday after four years of work.</p>" * 8
    + "</article></body></html>"
)


def site(request: Request) -> bytes:
    if request.path.startswith("/page"):
        return answer(200, PAGE.encode(), "Content-Type: text/html")
    if request.path == "/robots.txt":
        return answer(404, b"")
    return answer(200, rss(0, -6, name=request.path[1:]))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(dict.fromkeys(["/a", "/b", "/page", "/robots.txt"], site)) as found:
        yield found


class Following:
    """Feeds that are followed, and what the one who commits says of them."""

    def __init__(self, tmp_path: Path, server: Server, groups: int = 1) -> None:
        self.server = server
        self.states = [State() for _ in range(groups)]
        self._control = str(tmp_path / "control.json")
        self.at = START
        self._settings = Settings(host_gap=0, allow_private=("127.0.0.0/8",))
        self.feeds = tuple(Feed(server.url(path)) for path in ("/a", "/b"))
        self.tell(feeds=self.feeds)

    def tell(self, **changes: Any) -> None:
        changes.setdefault("stored_until", time.time_ns() // 1000)
        write_control(self._control, Control(**changes))

    def tick(self, at: float = 0) -> dict[type, list[Any]]:
        """What a tick brought, by its kind."""
        found: dict[type, list[Any]] = {}
        tick = Tick(round((time.time() + at) * SECOND), SECOND)
        poll = _Poll(self._control, self._settings, 60 * SECOND, len(self.states), self.at)
        poll.setup()
        for group, state in enumerate(self.states):
            for record in poll.process((group, tick), state):
                value = record.value if isinstance(record, TaggedOutput) else record
                found.setdefault(type(value), []).append(value)
        return found


def test_a_feed_is_asked_when_due_also_before_the_store_knows(
    tmp_path: Path, server: Server
) -> None:
    following = Following(tmp_path, server)
    found = following.tick()
    assert len(found[Article]) == 4
    assert {fetch.outcome for fetch in found[Fetch]} == {"new"}
    assert following.tick() == {}, "what was asked is known though the store does not have it"
    assert len(server.asked) == 2
    following.tell(feeds=tuple(found[Feed]))
    assert following.tick() == {}
    assert following.states[0].value.feeds == {}, "the store has it: it is forgotten here"


def test_the_stores_word_counts_where_it_is_later_or_the_state_is_lost(
    tmp_path: Path, server: Server
) -> None:
    following = Following(tmp_path, server)
    following.tick()
    again = tuple(feed._replace(polled_at=START + 1, outlet="Ours") for feed in following.feeds)
    following.tell(feeds=again)
    assert {article.outlet for article in following.tick()[Article]} == {"Ours"}
    following.states[0] = State()
    assert len(following.tick()[Article]) == 4


def test_each_group_asks_its_own_hosts(tmp_path: Path, server: Server) -> None:
    following = Following(tmp_path, server, groups=3)
    assert len(following.tick()[Fetch]) == 2
    assert len(server.asked) == 2
    assert (
        sum(state.value is not None and bool(state.value.feeds) for state in following.states) == 1
    )


def test_a_page_is_asked_for_once_until_the_store_says_how_it_went(
    tmp_path: Path, server: Server
) -> None:
    following = Following(tmp_path, server)
    page = Page("id", server.url("/page"), feed=server.url("/a"), queued_at=START)
    following.tell(pages=(page,))
    found = following.tick()
    assert [article.title for article in found[Article]] == ["Harbour bridge opens"]
    assert [each.status for each in found[Page]] == ["done"]
    assert following.tick() == {}
    following.tell(pages=(page._replace(queued_at=START + 1),))
    assert len(following.tick()[Page]) == 1, "its entry has changed since"
    following.tell()
    following.tick()
    assert following.states[0].value.pages == {}


def test_ticks_that_are_over_and_a_stop_ask_nobody(tmp_path: Path, server: Server) -> None:
    following = Following(tmp_path, server)
    assert following.tick(at=-5) == {}
    following.tell(stop=True, feeds=following.feeds)
    assert following.tick() == {}
    assert server.asked == []


def test_nobody_is_asked_while_the_store_is_far_behind(tmp_path: Path, server: Server) -> None:
    following = Following(tmp_path, server)
    following.tell(feeds=following.feeds, stored_until=time.time_ns() // 1000 - 61 * SECOND)
    assert following.tick() == {}
    following.tell(feeds=following.feeds)
    assert len(following.tick()[Article]) == 4


def test_offline_nobody_is_put_off(tmp_path: Path, server: Server) -> None:
    following = Following(tmp_path, server)
    gone = tuple(Feed(f"http://127.0.0.1:9/{name}") for name in "abc")
    following.tell(feeds=gone)
    assert following.tick() == {}
    assert following.states[0].value.feeds == {}
    following.tell(feeds=following.feeds)
    assert following.tick() == {}, "it is tried again a minute later"
    following.at += 61 * SECOND
    assert len(following.tick()[Article]) == 4
