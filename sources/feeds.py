"""RSS 0.9x/1.0/2.0, Atom and RDF feeds: one article an entry."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import feedparser

from records import Article, Reject, Section
from sources.dateline import published, read_dateline
from sources.dates import Stated, parse_date
from sources.decode import decode, encoding_of
from sources.feedxml import as_utf8, parsed
from sources.identity import identified
from sources.jsonfeed import is_json_feed, read_json_feed
from sources.jsonl import read_document
from sources.markup import (
    crowded,
    declares_entities,
    depth,
    looks_like_markup,
    sprawls,
    to_text,
    unescaped,
)
from sources.reasons import reject
from sources.text import clean, one_line
from sources.urls import LONGEST, canonical_url, is_root, resolve

DEEPEST = 500  # elements inside elements; feeds have a dozen
TAGS = 300_000  # outside CDATA: some 10,000 entries; each takes 15 to 35 microseconds
REFERENCES = 1_000_000  # "&" outside CDATA, at about a microsecond
_END = re.compile(rb"</\s*(?:rss|feed|rdf:RDF|channel)\s*>", re.I)
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_PERIODS |= {"yearly": 31_536_000}
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


class FeedHead(NamedTuple):
    """What a feed says of itself."""

    title: str | None = None
    site: str | None = None  # its home page
    ttl: float = 0.0  # seconds: how seldom it asks to be asked (ttl, sy:updatePeriod); 0: nothing
    whole: bool = True  # False: the text ends before its root element does


class FeedDocument(NamedTuple):
    """A feed that was read; `head` of None means that it is none, and `rows` say why."""

    head: FeedHead | None
    rows: list[Article | Reject]


def read_feed(section: Section, data: bytes) -> Iterator[Article | Reject]:
    """Every entry of a feed as an article or a reject; a feed of no entries gives nothing."""
    if _is_json(data):
        yield from read_document(section, data)
    else:
        yield from read_whole_feed(section, data).rows


def read_whole_feed(
    section: Section, data: bytes, charset: str | None = None, base: str | None = None
) -> FeedDocument:
    """A feed with what it says of itself, and its entries as articles and rejects in their order.

    `charset` is what a server stated, `base` the address that answered. What is not well formed
    is kept as far as it can be read, with a note. Documents that declare entities, nest deeper
    than 500 elements or exceed the limits above are rejected before they are parsed: the worst
    takes some ten seconds, news feeds milliseconds.
    """
    if _is_json(data):
        return _json(section, data, charset)
    data, notes = as_utf8(data, charset)
    rows: list[Article | Reject] = [
        reject(section, note.reason, note.detail, "", data[:800], kept=True) for note in notes
    ]
    if (limit := _too_much(data)) is not None:
        return FeedDocument(None, [*rows, reject(section, *limit, "", data[:800])])
    try:
        found = parsed(data)
    except Exception as error:  # a third-party parser: it raises what it meets
        detail = f"{type(error).__name__}: {error}"
        return FeedDocument(None, [*rows, reject(section, "unexpected", detail, "", data[:800])])
    if not found.get("version") and not found.entries:
        detail = "neither RSS nor Atom nor JSON Feed; check what the address returns"
        return FeedDocument(None, [*rows, reject(section, "not_a_feed", detail, "", data[:800])])
    trouble = found.get("bozo_exception")
    if trouble is not None and not isinstance(trouble, _HARMLESS):
        detail = f"kept what could be read: {trouble}"
        rows.append(reject(section, "malformed", detail, "", data[:800], kept=True))
    home = resolve(base or section.feed, _text(found.feed.get("link"))) or None
    repeated = _repeated(_text(entry.get("id")) for entry in found.entries)
    for number, entry in enumerate(found.entries, 1):
        rows += _entry(section, found.feed, entry, f"entry {number}", home, repeated)
    head = FeedHead(
        plain_title(_text(found.feed.get("title"))) or None,
        home,
        _ttl(found.feed),
        trouble is None or _END.search(data[-2_000:]) is not None,
    )
    return FeedDocument(head, rows)


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def _json(section: Section, data: bytes, charset: str | None) -> FeedDocument:
    text, notes = decode(data, encoding_of(data, charset, None))
    rows: list[Article | Reject] = [
        reject(section, note.reason, note.detail, "", text, kept=True) for note in notes
    ]
    try:
        feed = json.JSONDecoder(strict=False).decode(text.strip())
    except (ValueError, RecursionError) as error:
        return FeedDocument(None, [*rows, reject(section, "bad_json", str(error), "", text)])
    if not is_json_feed(feed) or not isinstance(feed.get("items"), list):
        detail = "JSON, but not a JSON Feed; check what the address returns"
        return FeedDocument(None, [*rows, reject(section, "not_a_feed", detail, "", text)])
    rows += read_json_feed(section, feed)
    title, site = (_text(feed.get(name)) for name in ("title", "home_page_url"))
    return FeedDocument(FeedHead(one_line(title) or None, site or None), rows)


def _too_much(data: bytes) -> tuple[str, str] | None:
    """The reason and detail for which a document is not parsed."""
    if declares_entities(data):
        return "entities", "a feed declares no entities"
    if crowded(data, TAGS, REFERENCES):
        return "too_large", f"more than {TAGS} tags or {REFERENCES} references; split the feed"
    if depth(data) > DEEPEST or sprawls(data):
        return "nested", f"elements nested more than {DEEPEST} deep, or thousands of attributes"
    return None


def _ttl(feed: Any) -> float:
    """Seconds between updates as a feed's own text states them; 0 where it does not."""
    ttl, often = _text(feed.get("ttl")), _text(feed.get("sy_updatefrequency"))
    period = _PERIODS.get(_text(feed.get("sy_updateperiod")).lower(), 0)
    times = int(often) if often.isascii() and often.isdigit() and len(often) < 6 else 1
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 9 else 0
    return max(minutes * 60.0, period / max(times, 1))


def _repeated(guids: Iterable[str]) -> frozenset[str]:
    """GUIDs that more than one entry of a document has: they identify nothing."""
    return frozenset(guid for guid, times in Counter(guids).items() if times > 1)


def _entry(
    section: Section,
    feed: Any,
    entry: Any,
    position: str,
    home: str | None,
    repeated: frozenset[str],
) -> Iterator[Article | Reject]:
    title = plain_title(_text(entry.get("title")))
    body, full = _body(entry)
    summary = _plain(_text(entry.get("summary")))
    if not title and not body:
        detail = "an entry with neither a title nor a text"
        yield reject(section, "no_content", detail, position, str(entry.get("link", "")))
        return
    guid = _text(entry.get("id")) or None
    link = _text(entry.get("feedburner_origlink") or entry.get("link"))
    if link == guid and canonical_url(link) is None:
        link = ""  # RSS takes a GUID for a link unless told otherwise; many are mere numbers
    url: str | None = resolve(home, link) if link else None
    if url and canonical_url(url) is None:
        what = f"longer than {LONGEST} characters" if len(url) > LONGEST else "no http(s) address"
        yield reject(section, "bad_url", f"link: {what}; left out", position, url, kept=True)
        url = None
    canonical = canonical_url(url)
    if guid in repeated and (canonical is None or is_root(canonical)):
        guid = None
    stated = _published(entry)
    told = _text(entry.get("published") or entry.get("updated"))
    if stated is None and told:
        detail = f"no date a publication can have: {told[:60]}; left out"
        yield reject(section, "bad_date", detail, position, told, kept=True)
    dateline = read_dateline(body)
    when = published(stated, "feed", dateline)
    article = Article(
        section.source,
        "",
        0,
        section.seen_at,
        feed=section.feed or _self_link(feed) or section.source,
        guid=guid,
        url=url,
        canonical_url=canonical,
        outlet=section.outlet or plain_title(_text(feed.get("title"))) or None,
        agency=dateline.agency,
        place=dateline.place,
        title=title or None,
        text=body or None,
        text_from="feed_full" if full else "feed_summary",
        summary=summary if summary != body and summary else None,
        authors=_names(entry.get("authors"), "name") or _names([entry], "author"),
        keywords=_names(entry.get("tags"), "term"),
        published_at=when.at,
        published_precision=when.precision,
        published_from=when.origin,
        declared_language=_language(feed, entry),
    )
    yield identified(article)


def plain_title(title: str) -> str:
    """One line without markup or entities; a "<" that is no markup stays."""
    return one_line(to_text(title) if looks_like_markup(title) else unescaped(title))


def _body(entry: Any) -> tuple[str, bool]:
    """The longest text an entry has, and whether it is its content, not its summary."""
    contents = [_plain(_text(each.get("value"))) for each in entry.get("content") or ()]
    content = max(contents, key=len, default="")
    summary = _plain(_text(entry.get("summary")))
    return (content, True) if content and len(content) >= len(summary) else (summary, False)


def _published(entry: Any) -> Stated | None:
    """As stated; where no parser here reads it, as feedparser does (Korean, Greek, Hungarian)."""
    for name in ("published", "created", "updated"):
        if stated := parse_date(_text(entry.get(name))):
            return stated
        if (fields := entry.get(f"{name}_parsed")) is not None:
            year, month, day_, hour, minute, second = fields[:6]
            iso = f"{year:04}-{month:02}-{day_:02}T{hour:02}:{minute:02}:{min(second, 59):02}Z"
            if stated := parse_date(iso):
                return stated
    return None


def _self_link(feed: Any) -> str | None:
    links = feed.get("links") or ()
    found = (_text(link.get("href")) for link in links if link.get("rel") == "self")
    return next((link for link in found if canonical_url(link)), None)


def _language(feed: Any, entry: Any) -> str | None:
    details = (*(entry.get("content") or ()), entry.get("summary_detail"), {"language": None})
    own = next((_text(each.get("language")) for each in details if each), "")
    return own or _text(feed.get("language")) or None


def _names(items: Any, key: str) -> tuple[str, ...]:
    names = (one_line(unescaped(_text(item.get(key)))) for item in items or () if item)
    return tuple(dict.fromkeys(name for name in names if name))


def _plain(markup: str) -> str:
    return to_text(markup) if "<" in markup or "&" in markup else markup.strip()


def _text(value: Any) -> str:
    return clean(value)[0].strip() if isinstance(value, str) else ""
