"""A feed that is polled, one request for something, and a page that waits to be fetched.

All times are microseconds since 1970-01-01 00:00 UTC.
"""

from __future__ import annotations

from typing import NamedTuple


class Feed(NamedTuple):
    """One feed: what was subscribed to, what to ask with next time, and how it is doing."""

    # the subscription: written by people's commands, never by a poll
    url: str  # as subscribed to: its name for ever
    outlet: str | None = None  # what its articles' outlet is called; None: the feed's own title
    folder: str | None = None  # where the subscriber files it, "a/b" for folders in folders
    declared_in: str = "store"  # store, the path of a feeds file, or "run" for a URL given once
    status: str = "active"  # active, gone (the server retired it with 410), removed
    added_at: int = 0
    # what to ask with
    fetch_url: str | None = None  # where it has moved to, confirmed; None: still at url
    moved_to: str | None = None  # a permanent redirect not yet confirmed,
    moved_times: int = 0  # and how many polls in a row have met it,
    moved_at: int | None = None  # since when
    etag: str | None = None  # as received, byte for byte (latin-1)
    last_modified: str | None = None
    body_hash: str | None = None  # of the last body that was read, 32 hex digits
    # when
    next_at: int = 0  # not to be asked before
    interval: float = 0.0  # seconds, as last worked out; 0: never polled
    ttl: float = 0.0  # seconds, how seldom the feed's own text asks to be asked; 0: says nothing
    polled_at: int | None = None  # last asked
    answered_at: int | None = None  # last answered with a feed, or with "not modified"
    changed_at: int | None = None  # last met an entry that was not in the answer before
    # how it is doing
    failures: int = 0  # polls in a row without a usable answer
    error: str | None = None  # why the last poll failed: a key of REASONS
    detail: str | None = None  # the same for a person
    title: str | None = None  # as the feed calls itself
    site: str | None = None  # its home page
    entries: int | None = None  # in the last body
    newest_at: int | None = None  # latest plausible publication met so far
    recent: str = ""  # which entries the last body had: 16 hex digits each, newest first
    entries_per_day: float | None = None  # new ones, smoothed over about a week
    gaps: int = 0  # polls at which nothing of the body before was left: something was missed
    gap_at: int | None = None  # when the last of these was noticed


class Fetch(NamedTuple):
    """One thing that was asked for over the network, with all its redirects: a row of `fetches`."""

    kind: str  # feed, page, robots
    url: str  # what was asked for: the feed's url, the page's address
    feed: str | None  # the feed that it is, or that listed the page
    requested_at: int
    outcome: str  # new, unchanged, not_modified, failed, refused (not asked), blocked (a wall)
    final_url: str | None = None
    status: int | None = None  # HTTP status of the last answer; None: there was none
    requests: int = 0  # made, redirects and retries included
    bytes: int = 0  # received, as they came over the wire
    seconds: float = 0.0
    entries: int | None = None  # in the body
    error: str | None = None  # a key of REASONS
    detail: str | None = None
    next_at: int | None = None  # when it is due again
    gap_from: int | None = None  # what may have been missed was published after this,
    gap_to: int | None = None  # and before this


class Page(NamedTuple):
    """The page behind an entry that came as a summary: a row of the queue."""

    article_id: str
    url: str
    feed: str | None = None
    status: str = "waiting"  # waiting, done, failed (given up), blocked (a wall), refused (robots)
    queued_at: int = 0
    attempts: int = 0
    next_at: int = 0  # not to be asked before
    error: str | None = None  # a key of REASONS
    detail: str | None = None
    # what the entry said, for where the page does not
    outlet: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    published_at: int | None = None
    published_precision: str | None = None
    published_from: str = "none"
    declared_language: str | None = None
    words: int = 0  # of the text that the entry brought


class Host(NamedTuple):
    """What is known of a server that pages are fetched from."""

    origin: str  # scheme://host[:port]
    robots: str | None = None  # text of robots.txt; "" where there is none; None: never asked
    robots_at: int | None = None
    not_before: int = 0  # it asked to be left alone until then (429, 503 with Retry-After)
