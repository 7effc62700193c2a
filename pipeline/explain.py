"""What a poll of a feed shows, in sentences for the person who subscribes to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from live.answers import phrase
from live.moves import CONFIRMED, PERMANENT, moved
from live.schedule import words
from pipeline.asking import Asked
from pipeline.query import printable
from records import Article, Feed, Reject
from sources.reasons import REASONS
from sources.subscriptions import shown

_DECLARED = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTH = 12


def explain(asked: Asked) -> Iterator[str]:
    """Lines about one answer, its address first; safe for a terminal."""
    yield _safe(shown(asked.feed.url))
    for name, sentence in _facts(asked):
        yield f"  {name:<{_WIDTH}}{_safe(sentence)}"


def troubles(asked: Asked) -> list[str]:
    """What is wrong with an answer, a sentence each; none where all is well."""
    fetch = asked.polled.fetch
    found = []
    if fetch.error is not None:
        found.append(f"{fetch.detail or REASONS[fetch.error].meaning} ({fetch.error})")
    elif not fetch.entries:
        found.append("it has no entries")
    if fetch.gap_from is not None and fetch.gap_to is not None:
        found.append(
            f"nothing of the last poll is left: what was published from {_time(fetch.gap_from)} to "
            f"{_time(fetch.gap_to)} may have been missed"
        )
    if asked.is_feed:
        found += _notes([item for item in asked.polled.items if isinstance(item, Reject)])
    return found


def _facts(asked: Asked) -> Iterator[tuple[str, str]]:
    """Name and sentence of everything there is to say."""
    response = asked.response
    if asked.feed.added_at:
        yield "subscribed", _subscribed(asked.feed)
    yield "answered", _answered(asked)
    for number, (status, url) in enumerate(response.hops):
        yield "" if number else "redirects", f"{status} to {shown(url)}"
    if response.hops and asked.is_feed:
        yield "", _redirected(asked)
    if asked.is_feed:
        yield "validators", _validators(asked)
        yield "encoding", _encoding(asked)
        yield from _content(asked)
    for number, trouble in enumerate(troubles(asked)):
        yield "" if number else "trouble", trouble
    for number, offer in enumerate(asked.offers):
        title = f" ({offer.title})" if offer.title else ""
        yield "" if number else "offers", f"{shown(offer.url)}{title}"
    moves = moved(asked.feed, response)[1] if asked.is_feed else ()
    why = "; ".join(reason for reason in asked.polled.reasons if reason not in moves)
    if asked.is_feed:
        yield "asked", f"every {words(asked.polled.feed.interval)}, ±10 %: {why}"
    elif not asked.offers:
        yield "then", why


def _subscribed(feed: Feed) -> str:
    named = f", as {feed.outlet}" if feed.outlet else ""
    filed = f", filed in {feed.folder}" if feed.folder else ""
    moved = f"; moved for good to {shown(feed.fetch_url)}" if feed.fetch_url else ""
    gone = "; retired: its server said that it is gone" if feed.status == "gone" else ""
    return f"since {_time(feed.added_at)}{named}{filed}{moved}{gone}"


def _answered(asked: Asked) -> str:
    response = asked.response
    if response.status is None:
        return "nothing"
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    requests = f"{response.requests} request{'s' * (response.requests != 1)}"
    return (
        f"{phrase(response.status)}, {kind or 'no content type'}: {requests}, "
        f"{response.bytes / 1000:,.1f} KB, {response.seconds:.2f} s"
    )


def _redirected(asked: Asked) -> str:
    if all(status in PERMANENT for status, _ in asked.response.hops):
        return f"for good: the new address is used once {CONFIRMED} polls over a day have met it"
    return "for now: it goes on being asked at its old address"


def _validators(asked: Asked) -> str:
    feed = asked.polled.feed
    stated = [
        f"{name} {value}"
        for name, value in (("ETag", feed.etag), ("Last-Modified", feed.last_modified))
        if value
    ]
    if not stated:
        return "none: every poll loads the whole of it"
    return f"{', '.join(stated)}: where nothing is new, a short answer will do"


def _encoding(asked: Asked) -> str:
    header = asked.response.headers.get("content-type", "")
    stated = []
    if found := _CHARSET.search(header):
        stated.append(f"{found[1]} (Content-Type)")
    if declared := _DECLARED.search(asked.start):
        stated.append(f"{declared[1].decode('ascii')} (document)")
    return ", ".join(stated) or "none stated"


def _content(asked: Asked) -> Iterator[tuple[str, str]]:
    feed = asked.polled.feed
    yield "feed", f"{feed.title or '(no title)'}{f', of {feed.site}' if feed.site else ''}"
    articles = [item for item in asked.polled.items if isinstance(item, Article)]
    rejected = sum(isinstance(item, Reject) and not item.kept for item in asked.polled.items)
    texts = Counter(article.text_from if article.text else "title" for article in articles)
    kinds = [
        f"{count} with {what}"
        for kind, what in (
            ("feed_full", "their text"),
            ("feed_summary", "a summary"),
            ("title", "a title alone"),
        )
        if (count := texts[kind])
    ]
    kinds += [f"{rejected} rejected"] if rejected else []
    behind = texts["feed_summary"] + texts["title"]
    pages = "; the pages behind them are fetched for the rest" if behind else ""
    yield "entries", f"{feed.entries or 0}: {', '.join(kinds) or 'none'}{pages}"
    yield from _dates(articles, asked.response.at)


def _dates(articles: list[Article], at: int) -> Iterator[tuple[str, str]]:
    if not articles:
        return
    dates = [a.published_at for a in articles if a.published_at is not None]
    ahead = sum(date > at + 86_400_000_000 for date in dates)
    parts = [f"{_time(min(dates))} to {_time(max(dates))}"] if dates else []
    without = len(articles) - len(dates)
    parts += [f"{without} without"] if without else []
    parts += [f"{ahead} in the future, which the schedule passes over"] if ahead else []
    yield "dates", "; ".join(parts)


def _notes(rejects: list[Reject]) -> list[str]:
    """One sentence a reason: how often, what it means, and the first place."""
    first: dict[str, Reject] = {}
    for reject in rejects:
        first.setdefault(reject.reason, reject)
    counts = Counter(reject.reason for reject in rejects)
    return [
        f"{counts[reason]} × {reason}: {reject.detail}"
        + (f" ({reject.position})" if reject.position else "")
        for reason, reject in first.items()
    ]


def _time(at: int) -> str:
    return f"{_EPOCH + timedelta(microseconds=at):%Y-%m-%d %H:%M}Z"


def _safe(text: str) -> str:
    return printable(text, 300)
