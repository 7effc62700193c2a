"""Every odd feed, polled through weeks by the installed command: what the store says of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.commands import Commands
from tests.live.contents import ROWS
from tests.live.server import Behaviour, Request, Server
from tests.monitor import Monitor, hours
from tests.support import not_unique

LATER = {"an edited title": 1}  # revisions after the first
GAPS = {"nothing that was there before": (0.0, 18.0)}
TROUBLE = ("failed", "blocked")
# An entry with neither link nor GUID is known by what it says, whichever feed says it: one
# headline in four encodings, and two letters twice.
SHARED = 3 + 2

STATES = f"SELECT url, error, status, {hours('next_at')} FROM feeds"
FETCHES = """
SELECT url, list(outcome ORDER BY requested_at), sum(requests)::INTEGER
FROM fetches GROUP BY url
"""
ARTICLES = """
SELECT feed, count(*), sum(revisions - 1)::INTEGER
FROM (SELECT DISTINCT feed, article_id FROM sightings) JOIN articles USING (article_id)
GROUP BY feed
"""
COMPLETE = f"""
SELECT feed, gaps, {hours("gap_from")}, {hours("gap_to")}, failures FROM completeness
"""
REJECTS = "SELECT source, list(DISTINCT stage) FROM rejects WHERE NOT kept GROUP BY source"


class Found(NamedTuple):
    """What all polls left, by the names of ROWS."""

    accounts: list[dict[str, Any]]
    states: dict[str, Any]
    fetches: dict[str, Any]
    articles: dict[str, Any]
    complete: dict[str, Any]
    rejects: dict[str, Any]
    asked: dict[str, int]
    doubled: list[str]


def own(serve: Behaviour, number: int) -> Behaviour:
    """The same, with links to a site that no other row has."""
    site = b"n%03d.example" % number

    def served(request: Request) -> bytes:
        found = serve(request)
        assert isinstance(found, bytes)
        return found.replace(b"news.example", site)

    return served


@pytest.fixture(scope="module")
def found(newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory) -> Found:
    paths = {f"/{n}": own(row.serve, n) for n, row in enumerate(ROWS.values())}
    with Server(paths) as server:
        names = {server.url(path, name): name for path, name in zip(paths, ROWS, strict=True)}
        monitor = Monitor(newsbeam, tmp_path_factory.mktemp("polled"))
        monitor.subscribe(*names)
        accounts = []
        for at in sorted({at for row in ROWS.values() for at in row.hours}):
            urls = [url for url, name in names.items() if at in ROWS[name].hours]
            accounts.append(monitor.poll("--no-pages", *urls, hours=at))

        def by_name(sql: str) -> dict[str, Any]:
            return {names[url]: tuple(row) for url, *row in monitor.ask(sql)}

        return Found(
            accounts,
            by_name(STATES),
            by_name(FETCHES),
            by_name(ARTICLES),
            by_name(COMPLETE),
            by_name(REJECTS),
            {name: len(server.targets(server.host(name))) for name in ROWS},
            not_unique(monitor.store),
        )


@pytest.mark.parametrize("name", ROWS)
def test_a_feed_that_is(name: str, found: Found) -> None:
    row = ROWS[name]
    error, status, due = found.states[name]
    assert (error, status) == (row.error, row.status)
    wait = due - row.hours[-1]
    assert row.due[0] - 1e-6 <= wait <= row.due[1] + 0.01
    requests = row.requests or len(row.hours)
    assert found.fetches[name] == (list(row.outcomes), requests)
    assert found.asked[name] == requests
    assert found.articles.get(name, (0, 0)) == (row.articles, LATER.get(name, 0))
    failed = any(outcome in TROUBLE for outcome in row.outcomes)
    assert found.complete[name] == (name in GAPS, *GAPS.get(name, (None, None)), failed)
    assert (name in found.rejects) == failed


def test_every_item_is_accounted(found: Found) -> None:
    total = {
        name: sum(account[name] for account in found.accounts)
        for name in ("new", "revised", "rejected")
    }
    assert total == {
        "new": sum(row.articles for row in ROWS.values()) - SHARED,
        "revised": sum(LATER.values()),
        "rejected": sum(out in TROUBLE for row in ROWS.values() for out in row.outcomes),
    }
    assert found.doubled == []
