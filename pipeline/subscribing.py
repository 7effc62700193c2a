"""Subscriptions changed: each change is one short transaction, so that nobody else has to wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from live.addresses import is_literal, is_public, parse_address
from live.failure import Failed
from pipeline import clock
from pipeline.facts import MATCHER, prepare_store
from pipeline.query import printable, reading
from records import Feed
from sinks import feeds as stored
from sinks.writer import Writer
from sources.feeds_file import read_feeds_file, write_feeds_file
from sources.outlines import read_outlines, write_outlines
from sources.subscriptions import BadSubscription, shown, typed_address
from sources.urls import canonical_url

MOST_NAMED = 10  # outlines that were not taken, spelled out


class NotRemoved(LookupError):
    """Why a feed cannot be unsubscribed from, in words for a person."""


def subscribed(store: Path, wait: float) -> dict[str, Feed]:
    """Every feed that is subscribed to, by address; the store is only read."""
    with reading(store, wait) as db:
        return {feed.url: feed for feed in stored.feeds(db) if feed.declared_in != "run"}


def subscribe(store: Path, wanted: Sequence[Feed], wait: float) -> Iterator[str]:
    """Add feeds; yields what there is to say, a sentence each, once they are stored."""
    now = clock.now()
    writer = Writer(store, MATCHER, wait)
    said = prepare_store(writer)
    before = {feed.url: feed for feed in writer.feeds() if _active(feed)}
    writer.subscribe([feed._replace(added_at=now, next_at=now) for feed in wanted])
    yield from said
    for feed in wanted:
        name = printable(feed.outlet or feed.title or "", 80)
        place = f", filed in {printable(feed.folder)}" if feed.folder else ""
        what = "was there already" if feed.url in before else "added"
        yield f"{what}: {shown(feed.url)}{f' ({name})' if name else ''}{place}"
        old = before.get(feed.url)
        if old is not None and old.declared_in != "store":
            yield f"note: it is declared in {old.declared_in}, and what that says counts"
        if twin := _twin(feed.url, before):
            yield f"note: {shown(twin)} is subscribed to as well, and looks like the same feed"
    if not before:
        yield "next: `newsbeam run --feeds` polls it, `newsbeam schedule` does so regularly"


def _active(feed: Feed) -> bool:
    return feed.status == "active" and feed.declared_in != "run"


def _twin(url: str, known: dict[str, Feed]) -> str | None:
    """Another address that is known and differs in nothing that chooses a page."""
    if url in known:
        return None
    canonical = canonical_url(url)
    return next((other for other in sorted(known) if canonical_url(other) == canonical), None)


def unsubscribe(
    store: Path, urls: Sequence[str], known: dict[str, Feed], wait: float
) -> Iterator[str]:
    """Remove feeds that are `known` to be there, all of them or none; yields what there is to say
    once that is stored.

    NotRemoved for a feed that is not there, with the nearest that is, and for one that a feeds
    file declares, which would only bring it back.
    """
    found = []
    for url in urls:
        feed = known.get(_address(url, known))
        if feed is None:
            near = get_close_matches(url, known, 1, 0.7)
            hint = f"; did you mean {shown(near[0])}?" if near else ""
            raise NotRemoved(f"{shown(url)} is not subscribed to{hint}")
        if feed.declared_in != "store":
            raise NotRemoved(
                f"{shown(feed.url)} is declared in {feed.declared_in}: remove it there"
            )
        found.append(feed.url)
    removed = Writer(store, MATCHER, wait).unsubscribe(found)
    yield from (f"removed: {shown(url)}" for url in removed)


def _address(typed: str, known: dict[str, Feed]) -> str:
    """The subscribed address that was meant: as typed, or else the one it can only be."""
    if typed in known:
        return typed
    try:
        address = typed_address(typed)
    except BadSubscription:
        return typed
    if address in known:
        return address
    twins = [url for url in known if canonical_url(url) == canonical_url(address)]
    return twins[0] if len(twins) == 1 else typed


def take(file: Path, store: Path, wait: float) -> Iterator[str]:
    """Subscribe to what a file lists; yields what there is to say once that is stored.

    FeedsFileError or BadOutlines where the file is not to be taken: then nothing is done.
    """
    now = clock.now()
    if file.suffix.lower() == ".toml":
        declared = read_feeds_file(file, now)
        writer = Writer(store, MATCHER, wait)
        yield from prepare_store(writer)
        added, changed, removed = writer.declare(declared[0].declared_in, declared)
        yield (
            f"{file} declares {counted(len(declared))}: "
            f"{added:,} added, {changed:,} changed, {removed:,} removed"
        )
        return
    outlines = read_outlines(file.read_bytes())
    if outlines.feeds:
        writer = Writer(store, MATCHER, wait)
        yield from prepare_store(writer)
        wanted = [feed._replace(added_at=now, next_at=now) for feed in outlines.feeds]
        added, there = writer.subscribe(wanted)
    else:
        added = there = 0
    yield f"{file} lists {counted(len(outlines.feeds))}: {added:,} added, {there:,} there already"
    if inside := [feed.url for feed in outlines.feeds if _is_private(feed.url)]:
        yield (
            f"inside a private network: {counted(len(inside))}, such as {shown(inside[0])}; "
            "remove what you do not know"
        )
    if outlines.repeated:
        yield f"listed again in other folders, where the first counts: {outlines.repeated:,}"
    for sentence in outlines.refused[:MOST_NAMED]:
        yield f"not taken: {printable(sentence, 200)}"
    if len(outlines.refused) > MOST_NAMED:
        yield f"and {len(outlines.refused) - MOST_NAMED:,} more that have no address"


def counted(number: int) -> str:
    """So many feeds, in words."""
    return f"{number:,} feed{'s' * (number != 1)}"


def _is_private(url: str) -> bool:
    """Whether an address leads by itself into a private network, as no list of others should."""
    try:
        host = parse_address(url).host
    except Failed:
        return False
    return host == "localhost" or is_literal(host) and not is_public(host)


def given(feeds: Sequence[Feed], as_toml: bool) -> bytes:
    """Subscriptions as a file: OPML, or a feeds file."""
    return write_feeds_file(feeds).encode() if as_toml else write_outlines(feeds)
