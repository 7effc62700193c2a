"""Every misbehaving server, subscribed to and polled by the installed command, today and tomorrow.

For each: what is stored, what is accounted, when the next request is due, how many were made.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.commands import Commands
from tests.live.behaviours import ROWS
from tests.live.server import Server
from tests.monitor import Monitor, hours
from tests.support import not_unique

# What the poll makes of an answer that was none of a feed.
REASONS = {
    "an empty answer": "empty",
    "no content": "empty",
    "nothing, said to be gzip": "empty",
    "not modified, though nothing was asked with": "not_modified_unasked",
    "not modified, with a body": "not_modified_unasked",
}
HOURS = (0, 24)

STATES = f"""
SELECT url, error, failures, status, etag IS NULL AND body_hash IS NULL AS knows_nothing,
    polled_at = answered_at AS answered, {hours("next_at")} AS due
FROM feeds
"""
FETCHES = """
SELECT url, list((outcome, status, error, requests, entries) ORDER BY requested_at)
FROM fetches GROUP BY url
"""
ARTICLES = """
SELECT feed, list(title) FROM articles JOIN sightings USING (article_id) GROUP BY feed
"""
REJECTS = f"""
SELECT source, list((stage, reason, {hours("first_seen_at")}, {hours("last_seen_at")}))
FROM rejects GROUP BY source
"""


class Found(NamedTuple):
    """What two polls left; everything but the accounts by the names of ROWS."""

    accounts: list[dict[str, int]]  # of each poll, all feeds together
    states: dict[str, list[tuple[Any, ...]]]  # after each poll
    fetches: dict[str, list[tuple[Any, ...]]]
    articles: dict[str, list[str]]
    rejects: dict[str, list[tuple[Any, ...]]]
    asked: dict[str, int]  # requests that the server got
    asked_again: int  # requests when nothing is due
    doubled: list[str]


@pytest.fixture(scope="module")
def found(newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """All rows polled twice, two stores at once: those that run into a limit have short limits
    and a store of their own, so that the others are not held to these on a busy machine."""
    paths = {f"/{number}": row.serve for number, row in enumerate(ROWS.values())}
    with Server(paths) as server:
        names = {server.url(path, name): name for path, name in zip(paths, ROWS, strict=True)}
        limits: dict[Monitor, list[object]] = {}
        for slow in (False, True):
            monitor = Monitor(newsbeam, tmp_path_factory.mktemp("polled"))
            limits[monitor] = ["--timeout", 0.5] if slow else []
            mine = [url for url, name in names.items() if (ROWS[name].error == "timeout") is slow]
            monitor.subscribe(*mine)

        def poll(hours: float) -> None:
            running = [
                monitor.start("run", "--feeds", *limit, hours=hours)
                for monitor, limit in limits.items()
            ]
            assert [each.wait().code for each in running] == [0, 0]

        def by_name(sql: str) -> dict[str, Any]:
            return {
                names[url]: row[0] if len(row) == 1 else tuple(row)
                for monitor in limits
                for url, *row in monitor.ask(sql)
            }

        states: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ROWS}
        accounts = []
        for at in HOURS:
            poll(at)
            for name, state in by_name(STATES).items():
                states[name].append(state)
            account = [
                monitor.ask(
                    "SELECT read, new, revised, unchanged, rejected FROM runs "
                    "ORDER BY started_at DESC LIMIT 1"
                )[0]
                for monitor in limits
            ]
            fields = ("read", "new", "revised", "unchanged", "rejected")
            accounts.append(
                {name: sum(row[place] for row in account) for place, name in enumerate(fields)}
            )
        made = len(server.asked)
        poll(HOURS[-1])
        return Found(
            accounts,
            states,
            by_name(FETCHES),
            by_name(ARTICLES),
            by_name(REJECTS),
            {name: len(server.targets(server.host(name))) for name in ROWS},
            len(server.asked) - made,
            [table for monitor in limits for table in not_unique(monitor.store)],
        )


def reason(name: str) -> str | None:
    return REASONS.get(name, ROWS[name].error)


@pytest.mark.parametrize("name", ROWS)
def test_a_server_that_answers_with(name: str, found: Found) -> None:
    row, why = ROWS[name], reason(name)
    (*first, due), (*second, due_again) = found.states[name]
    if why is None:
        assert first == second == [None, 0, "active", False, True]
        outcomes = [("new", row.status, None, row.requests, 1)]
        outcomes.append(("unchanged", row.status, None, row.requests, 1))
        assert found.articles[name] == ["Ferry is late"]
        assert name not in found.rejects
        # One undated entry: a day's. Then none for a day, of the week that is looked back on.
        waits = (6, 6 * 2.718281828 ** (1 / 7))
    else:
        status = "gone" if why == "gone" else "active"
        assert first == [why, 1, "active", True, None]
        assert second == [why, 2, status, True, None]
        outcome = "blocked" if why == "challenge" else "failed"
        outcomes = [(outcome, row.status, why, row.requests, None)] * 2
        assert name not in found.articles
        [(_, *told)] = found.rejects[name]
        assert told == [why, *HOURS]
        waits = (23, 23) if why == "gone" else (1, 2)
    assert found.fetches[name] == outcomes
    assert found.asked[name] == 2 * row.requests
    for at, wait, hours_due in zip(HOURS, waits, (due, due_again), strict=True):
        assert 0.9 * wait <= hours_due - at <= 1.1 * wait


def test_every_item_is_accounted(found: Found) -> None:
    failing = sum(reason(name) is not None for name in ROWS)
    good = len(ROWS) - failing
    none = {"new": 0, "revised": 0, "unchanged": 0, "rejected": failing}
    assert found.accounts == [
        none | {"read": failing + good, "new": good},
        none | {"read": failing},  # equal bodies are not read again
    ]
    assert found.doubled == []


def test_what_is_not_due_is_not_asked(found: Found) -> None:
    assert found.asked_again == 0
