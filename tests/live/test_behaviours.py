"""Every misbehaving server, over real sockets, and the response that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from live.fetch import Job, Settings, fetch_all
from live.response import Response, body_of, read_response
from records import Feed
from tests.live.behaviours import ROWS
from tests.live.clock import Simulated, Watched
from tests.live.server import Server

# So that what never ends is over soon. The gaps between requests take no time at all.
IMPATIENT = Settings(read=0.2, total=0.4)


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Response]]:
    """The response to each row; those that run into a limit are asked with short ones."""
    folder = tmp_path_factory.mktemp("responses")
    paths = {f"/{number}": row.serve for number, row in enumerate(ROWS.values())}
    with Server(paths) as server:
        urls = {server.url(path, name): name for path, name in zip(paths, ROWS, strict=True)}
        read = []
        for slow in (True, False):
            feeds = [
                Feed(url) for url, name in urls.items() if slow == (ROWS[name].error == "timeout")
            ]
            settings = IMPATIENT if slow else Settings()
            job = Job(str(folder), 0, feeds=tuple(feeds), settings=settings)
            clock = Simulated()
            sidecars = fetch_all(job, clock, Watched(clock, settings))
            read += [read_response(path) for path in sidecars]
        yield {urls[response.url]: response for response in read}


@pytest.mark.parametrize("name", ROWS)
def test_a_server_may_answer_with(name: str, responses: dict[str, Response]) -> None:
    row, response = ROWS[name], responses[name]
    told = (response.error, response.status, response.requests, body_of(response))
    assert told == (row.error, row.status, row.requests, row.body), response.detail
    assert (response.detail is None) == (response.error is None)


def test_there_is_one_response_to_each(responses: dict[str, Response]) -> None:
    assert len(responses) == len(ROWS) >= 40


def test_a_response_leaves_no_file_but_its_own(responses: dict[str, Response]) -> None:
    body = next(Path(each.body) for each in responses.values() if each.body)
    kept = sum(2 if each.body else 1 for each in responses.values())
    assert len(list(body.parent.iterdir())) == kept
