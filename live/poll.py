"""What one answer means for a feed: its items, its state, and when it is asked next.

Pure: no clock, no network, no store. The rules are in docs/architecture.md, "How a poll decides".
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from live import schedule
from live.answers import Trouble, charset, phrase, trouble
from live.discover import feeds_offered
from live.moves import moved
from live.response import Response
from live.walls import KINDS, wall_of
from records import Article, Feed, Fetch, Reject, Section
from sources.feeds import FeedHead, read_whole_feed
from sources.reasons import reject
from sources.urls import canonical_url

DAY = 86_400_000_000  # microseconds
FUTURE = DAY  # how far ahead a date is still taken for a clock that is wrong
LOST = 3  # failures in a row after which an address that a feed moved to is given up
SILENT = (1.5, 7.0, 14.0)  # days, entries, days: see _is_silent


class Polled(NamedTuple):
    """What came of one poll; `reasons` are sentences that say why the next one is then."""

    feed: Feed
    fetch: Fetch
    items: tuple[Article | Reject, ...]
    reasons: tuple[str, ...]


class _Body(NamedTuple):
    """The entries of a body: what each is, which text it has, and the dates to go by."""

    ids: tuple[str, ...]  # 8 hex digits each
    keys: tuple[str, ...]  # the same with 8 more, for everything the entry says
    dates: tuple[int | None, ...]  # None also for a date in the future


def poll(feed: Feed, response: Response, body: bytes | None, now: int) -> Polled:
    """What `response` to a request for `feed` brought; `now` is when its items are seen.

    Validators and body hash advance only with a body that was read as a feed to its end. Never
    raises for what a server sends.
    """
    if (found := trouble(response)) is not None:
        return _failed(feed, response, _wall(feed, response, body) or found)
    if response.status == 304:
        if response.conditional:
            return _unmodified(feed, response)
        detail = "answered 304 Not Modified though it was asked without ETag and Last-Modified"
        return _failed(feed, response, Trouble("not_modified_unasked", detail))
    if not body or body.isspace():
        return _failed(feed, response, Trouble("empty", "answered without a body"))
    digest = blake2b(body, digest_size=16).hexdigest()
    if digest == feed.body_hash:
        return _same(_validated(feed, response, digest), response)
    section = Section(feed.url, "", "feed", now, outlet=feed.outlet, feed=feed.url)
    head, rows = read_whole_feed(section, body, charset(response.headers), response.final_url)
    if head is None:
        last = next(row for row in rows if isinstance(row, Reject) and not row.kept)
        return _failed(feed, response, _instead(feed, response, body, last))
    return _read(feed, response, digest, head, rows)


def _read(
    feed: Feed, response: Response, digest: str, head: FeedHead, rows: list[Article | Reject]
) -> Polled:
    """A body that was read as a feed."""
    at = response.at
    items = tuple(row._replace(fetched_at=at) if isinstance(row, Article) else row for row in rows)
    body = _body(items, at)
    entries = sum(isinstance(item, Article) or not item.kept for item in items)
    before = [feed.recent[start : start + 16] for start in range(0, len(feed.recent), 16)]
    known = {key[:8] for key in before}
    fresh = [date for id_, date in zip(body.ids, body.dates, strict=True) if id_ not in known]
    gap = _gap(feed, known, body, at)
    dates = [date for date in body.dates if date is not None]
    whole = head.whole and bool(body.keys)
    left = [] if whole else [key for key in before if key[:8] not in body.ids]
    state = _validated(feed, response, digest) if head.whole else feed
    state = state._replace(
        ttl=head.ttl,
        title=head.title or feed.title,
        site=head.site if canonical_url(head.site) else feed.site,
        entries=entries,
        changed_at=at if fresh else feed.changed_at,
        newest_at=max(
            [*dates, *([feed.newest_at] if feed.newest_at is not None else ())], default=None
        ),
        recent="".join([*body.keys, *left]),
        entries_per_day=_rate(feed, fresh, dates, entries, gap is not None, at),
        gaps=feed.gaps + (gap is not None),
        gap_at=at if gap is not None else feed.gap_at,
    )
    outcome = "unchanged" if set(body.keys) <= set(before) else "new"
    return _answered(state, response, outcome, entries, items, gap)


def _same(feed: Feed, response: Response) -> Polled:
    """The body that was read before, byte for byte: it is not read again."""
    return _answered(_quiet(feed, response.at), response, "unchanged", feed.entries)


def _unmodified(feed: Feed, response: Response) -> Polled:
    """A feed that says it has not changed; after a long silence it is asked for its text again.

    Servers have been met that say so for ever once they have given out a validator.
    """
    state = _quiet(feed, response.at)
    if _is_silent(state, response.at):
        state = state._replace(etag=None, last_modified=None)
    return _answered(state, response, "not_modified", None)


def _quiet(feed: Feed, at: int) -> Feed:
    """A feed in which nothing came since it last answered."""
    return feed._replace(entries_per_day=_rate(feed, [], [], 0, False, at))


def _answered(
    feed: Feed,
    response: Response,
    outcome: str,
    entries: int | None,
    items: tuple[Article | Reject, ...] = (),
    gap: tuple[int, int] | None = None,
) -> Polled:
    at = response.at
    missed = feed.gap_at is not None and at - feed.gap_at < 7 * DAY
    per_day, fresh = feed.entries_per_day or 0.0, schedule.freshness(response.headers)
    pace = schedule.pace(per_day, feed.entries or 0, feed.ttl, fresh, missed)
    due = schedule.spread(feed.url, at, pace.interval, pace.floor)
    feed, sentences = moved(feed, response)
    feed = feed._replace(
        status="active" if feed.status == "gone" else feed.status,
        next_at=due,
        interval=pace.interval,
        polled_at=at,
        answered_at=at,
        failures=0,
        error=None,
        detail=None,
    )
    fetch = _fetch(feed, response, outcome)._replace(entries=entries)
    if gap is not None:
        fetch = fetch._replace(gap_from=gap[0], gap_to=gap[1])
    return Polled(feed, fetch, items, (*pace.reasons, *sentences))


def _failed(feed: Feed, response: Response, found: Trouble) -> Polled:
    """No usable answer: what was known stays, and the feed is tried again later and later."""
    at, url = response.at, feed.url
    if found.reason == "host_waiting":  # it was the host that failed, not this feed
        due = schedule.spread(url, at, feed.interval or schedule.FIRST, schedule.SHORTEST)
        due = schedule.no_sooner(url, at, at if response.retry_at else due, response.retry_at)
        feed = feed._replace(next_at=due, polled_at=at)
        fetch = _fetch(feed, response, "refused", found)
        return Polled(feed, fetch, (), ("its host asked to be left alone until then",))
    failures = feed.failures + 1
    wait = schedule.after_failure(feed.interval, failures)
    times = "time" if failures == 1 else "times in a row"
    reasons = [f"failed {failures} {times}: tried again in {schedule.words(wait)}"]
    status = feed.status
    if found.reason == "gone":
        wait = schedule.LONGEST
        reasons = ["the server says that it is gone: asked once more in a day"]
        if feed.error == "gone" and feed.fetch_url is None:
            status = "gone"
            reasons = ["the server said twice that it is gone: it is asked no more"]
    if feed.fetch_url is not None and (found.reason == "gone" or failures >= LOST):
        feed = feed._replace(fetch_url=None, etag=None, last_modified=None)
        reasons.append("its new address fails: the one subscribed to is asked again")
    due = schedule.spread(url, at, wait, schedule.SHORTEST)
    if response.retry_at is not None and response.retry_at > at:
        due = schedule.no_sooner(url, at, due, response.retry_at)
        reasons.append("not before the server asked to be asked again")
    feed = feed._replace(
        status=status,
        next_at=due,
        polled_at=at,
        failures=failures,
        error=found.reason,
        detail=found.detail,
    )
    outcome = "blocked" if found.reason in KINDS else "failed"
    outcome = outcome if response.requests else "refused"
    section = Section(url, "", "feed", at)
    failed = reject(section, found.reason, found.detail)._replace(stage="fetch")
    return Polled(feed, _fetch(feed, response, outcome, found), (failed,), tuple(reasons))


def _wall(feed: Feed, response: Response, body: bytes | None) -> Trouble | None:
    """The wall that an answer is instead of a feed."""
    if response.status is None or response.status in (401, 402, 407, 410, 429):
        return None
    source = (body or b"").decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    source = source if source.startswith("<") else ""  # of JSON, only the headers can tell
    wall = wall_of(
        response.headers, feed.url, response.final_url, source, None, status=response.status
    )
    return Trouble(wall.kind, f"{phrase(response.status)}; {wall.detail}") if wall else None


def _instead(feed: Feed, response: Response, body: bytes, last: Reject) -> Trouble:
    """What a body is that was not read as a feed; where it is a page, which feeds it names."""
    if last.reason != "not_a_feed":
        return Trouble(last.reason, last.detail)
    if (wall := _wall(feed, response, body)) is not None:
        return wall
    if offered := feeds_offered(body, response.final_url or feed.url):
        return Trouble("not_a_feed", f"a web page, which names this feed: {offered[0].url}")
    return Trouble("not_a_feed", last.detail)


def _fetch(feed: Feed, response: Response, outcome: str, found: Trouble | None = None) -> Fetch:
    return Fetch(
        "feed",
        feed.url,
        feed.url,
        response.at,
        outcome,
        final_url=response.final_url,
        status=response.status,
        requests=response.requests,
        bytes=response.bytes,
        seconds=response.seconds,
        error=found.reason if found else None,
        detail=found.detail if found else None,
        next_at=feed.next_at if feed.status == "active" else None,
    )


def _validated(feed: Feed, response: Response, digest: str) -> Feed:
    headers = response.headers
    return feed._replace(
        etag=headers.get("etag") or None,
        last_modified=headers.get("last-modified") or None,
        body_hash=digest,
    )


def _body(items: Iterable[Article | Reject], at: int) -> _Body:
    """The articles among `items`, the latest first; those without a date in their order, last."""
    found = []
    for item in items:
        if isinstance(item, Article):
            date = item.published_at if item.published_from == "feed" else None
            if date is not None and date > at + FUTURE:
                date = None
            text = blake2b(item.document_id.to_bytes(8, "little"), digest_size=4).hexdigest()
            found.append((date, item.article_id[:8], item.article_id[:8] + text))
    found.sort(key=lambda each: -(each[0] if each[0] is not None else -1 << 62))
    dates, ids, keys = zip(*found, strict=True) if found else ((), (), ())
    return _Body(ids, keys, dates)


def _gap(feed: Feed, known: set[str], body: _Body, at: int) -> tuple[int, int] | None:
    """Between which times entries may have come and gone unseen, or None.

    That is so where nothing is left of the body before and everything that is dated is later
    than all that was met; where nothing is dated, the first alone decides.
    """
    if not known or not body.ids or not known.isdisjoint(body.ids):
        return None
    dates = [date for date in body.dates if date is not None]
    if not dates or feed.newest_at is None:
        return feed.answered_at or at, at
    return (feed.newest_at, min(dates)) if min(dates) > feed.newest_at else None


def _rate(
    feed: Feed, fresh: list[int | None], dates: list[int], entries: int, missed: bool, at: int
) -> float:
    """New entries a day. Old ones that only came back or changed their name are no news."""
    if feed.entries_per_day is None or feed.answered_at is None:
        return schedule.first_rate(dates, entries, at)
    since = feed.answered_at
    news = sum(date is None or date > since - DAY for date in fresh)
    rate = schedule.smoothed(feed.entries_per_day, news, (at - since) / 1e6)
    return max(rate, schedule.first_rate(dates, entries, at)) if missed else rate


def _is_silent(feed: Feed, at: int) -> bool:
    """Whether nothing new has come for as long as 7 entries usually take: 36 hours to 14 days."""
    least, entries, most = SILENT
    days = min(max(least, entries / max(feed.entries_per_day or 0.0, 1e-9)), most)
    return feed.changed_at is None or at - feed.changed_at > days * DAY
