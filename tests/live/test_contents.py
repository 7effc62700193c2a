"""Every odd feed, over real sockets and days of simulated time: what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from live.fetch import Job, Settings, fetch_all
from live.poll import Polled, poll
from live.response import body_of, read_response
from records import Article, Feed
from tests.live.clock import Simulated
from tests.live.contents import HOUR, ROWS, START
from tests.live.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server({f"/{number}": row.serve for number, row in enumerate(ROWS.values())}) as found:
        yield found


def asked(feed: Feed, hours: float, folder: Path) -> Polled:
    """One poll over the network, at that time."""
    job = Job(str(folder), START + round(hours * HOUR), feeds=(feed,), settings=Settings())
    (sidecar,) = fetch_all(job, Simulated())
    response = read_response(sidecar)
    assert response.feed == feed
    return poll(feed, response, body_of(response), response.at)


@pytest.mark.parametrize("name", ROWS)
def test_a_feed_may_be(name: str, server: Server, tmp_path: Path) -> None:
    row = ROWS[name]
    feed = Feed(server.url(f"/{list(ROWS).index(name)}", name))
    outcomes, requests, ids = [], 0, set()
    for number, hours in enumerate(row.hours):
        polled = asked(feed, hours, tmp_path / str(number))
        feed = polled.feed
        outcomes.append(polled.fetch.outcome)
        requests += polled.fetch.requests
        ids |= {item.article_id for item in polled.items if isinstance(item, Article)}
    assert (tuple(outcomes), len(ids), feed.error) == (row.outcomes, row.articles, row.error)
    assert (requests, feed.status) == (row.requests or len(row.hours), row.status)
    wait = (feed.next_at - START) / HOUR - row.hours[-1]
    assert row.due[0] - 1e-6 <= wait <= row.due[1] + 0.01


def test_there_are_forty_and_more() -> None:
    assert len(ROWS) >= 40
