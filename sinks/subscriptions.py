"""Subscriptions as people change them: by command, or in a file that declares them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from records import Feed
from sinks import polled_kinds, shards
from sinks.feeds import SUBSCRIPTION, column, feeds, records, stored
from sinks.staging import run_script
from sinks.store import transaction

_PUT = f"""
UPDATE feeds SET {", ".join(f"{column(name)} = {stored(name, 'g.')}" for name in Feed._fields)}
FROM given g WHERE feeds.url = g.url;

INSERT INTO feeds BY NAME
SELECT {", ".join(f"{stored(name)} AS {column(name)}" for name in Feed._fields)}
FROM given ANTI JOIN feeds USING (url);
"""


def subscribe(db: duckdb.DuckDBPyConnection, wanted: Sequence[Feed]) -> tuple[int, int]:
    """Subscribe to feeds; returns how many were added, and how many were there already.

    One that was removed, retired or only read once is taken up again and counts as added: it
    keeps what to ask with, and is due when `wanted` says. One that is there takes the outlet and
    the folder that are given.
    """
    with transaction(db):
        known = {feed.url: feed for feed in records(db)}
        added, there_already = [], []
        for url, feed in _by_url(wanted).items():
            old = known.get(url)
            if old is None or old.status != "active" or old.declared_in == "run":
                added.append(_taken_up(old, feed))
            else:
                outlet, folder = feed.outlet or old.outlet, feed.folder or old.folder
                there_already.append(old._replace(outlet=outlet, folder=folder))
        _put(db, [*added, *(feed for feed in there_already if feed != known[feed.url])])
    return len(added), len(wanted) - len(added)


def unsubscribe(db: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> list[str]:
    """Remove subscriptions; returns those that were there. Their articles stay, and their state."""
    with transaction(db):
        wanted = set(urls)
        found = [feed for feed in feeds(db) if feed.url in wanted and feed.declared_in != "run"]
        _put(db, [feed._replace(status="removed") for feed in found])
    return [feed.url for feed in found]


def declare(
    db: duckdb.DuckDBPyConnection, path: str, wanted: Sequence[Feed]
) -> tuple[int, int, int]:
    """Hold the subscriptions to what the feeds file at `path` says: how many it added, changed
    and removed.

    What it names is the file's from then on, outlet and folder as it says; what it named before
    and does not any more is removed. A feed that its server retired stays so.
    """
    with transaction(db):
        known = {feed.url: feed for feed in records(db)}
        named = _by_url(feed._replace(declared_in=path) for feed in wanted)
        added, changed = [], []
        for url, feed in named.items():
            old = known.get(url)
            if old is None or old.status == "removed" or old.declared_in == "run":
                added.append(_taken_up(old, feed))
                continue
            held = old._replace(outlet=feed.outlet, folder=feed.folder, declared_in=path)
            if held != old:
                changed.append(held)
        removed = [
            feed._replace(status="removed")
            for feed in known.values()
            if feed.declared_in == path and feed.status != "removed" and feed.url not in named
        ]
        _put(db, [*added, *changed, *removed])
    return len(added), len(changed), len(removed)


def _taken_up(old: Feed | None, feed: Feed) -> Feed:
    """A subscription as it is made: with what is known of the feed from before."""
    if old is None:
        return feed
    subscription = {name: getattr(feed, name) for name in SUBSCRIPTION}
    return old._replace(**subscription, next_at=feed.next_at, failures=0, error=None, detail=None)


def _by_url(wanted: Iterable[Feed]) -> dict[str, Feed]:
    """The first of each url."""
    first: dict[str, Feed] = {}
    for feed in wanted:
        first.setdefault(feed.url, feed)
    return first


def _put(db: duckdb.DuckDBPyConnection, rows: Sequence[Feed]) -> None:
    if rows:
        db.register("given", shards.table(polled_kinds.FEEDS, rows))
        run_script(db, _PUT, {})
        db.unregister("given")
