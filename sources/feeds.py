"""RSS 0.9x/1.0/2.0, Atom and RDF feeds: one article an entry."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import feedparser

from records import Article, Reject, Section
from sources.dateline import published, read_dateline
from sources.dates import Stated, parse_date
from sources.identity import identified
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
from sources.urls import LONGEST, canonical_url, resolve

DEEPEST = 500  # elements inside elements; feeds have a dozen
TAGS = 300_000  # outside CDATA: some 10,000 entries; each takes 15 to 35 microseconds
REFERENCES = 1_000_000  # "&" outside CDATA, at about a microsecond
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def read_feed(section: Section, data: bytes) -> Iterator[Article | Reject]:
    """Every entry of a feed as an article or a reject; a feed of no entries gives nothing.

    What is not well formed is kept as far as it can be read, with a note. Documents that
    declare entities, nest deeper than 500 elements or exceed the limits above are rejected before
    they are parsed: the worst takes some ten seconds, news feeds milliseconds.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        yield from read_document(section, data)
        return
    if declares_entities(data):
        yield reject(section, "entities", "a feed declares no entities", "", data[:800])
        return
    if crowded(data, TAGS, REFERENCES):
        detail = f"more than {TAGS} tags or {REFERENCES} references; split the feed"
        yield reject(section, "too_large", detail, "", data[:800])
        return
    if depth(data) > DEEPEST or sprawls(data):
        detail = f"elements nested more than {DEEPEST} deep, or thousands of attributes"
        yield reject(section, "nested", detail, "", data[:800])
        return
    try:  # a stream: feedparser takes text and bytes for an address or a path first
        parsed = feedparser.parse(
            io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a third-party parser: it raises what it meets
        detail = f"{type(error).__name__}: {error}"
        yield reject(section, "unexpected", detail, "", data[:800])
        return
    if not parsed.get("version") and not parsed.entries:
        detail = "neither RSS nor Atom nor JSON Feed; check what the address returns"
        yield reject(section, "not_a_feed", detail, "", data[:800])
        return
    trouble = parsed.get("bozo_exception")
    if trouble is not None and not isinstance(trouble, _HARMLESS):
        detail = f"kept what could be read: {trouble}"
        yield reject(section, "malformed", detail, "", data[:800], kept=True)
    for number, entry in enumerate(parsed.entries, 1):
        yield from _entry(section, parsed.feed, entry, f"entry {number}")


def _entry(section: Section, feed: Any, entry: Any, position: str) -> Iterator[Article | Reject]:
    title = plain_title(_text(entry.get("title")))
    body, full = _body(entry)
    summary = _plain(_text(entry.get("summary")))
    if not title and not body:
        detail = "an entry with neither a title nor a text"
        yield reject(section, "no_content", detail, position, str(entry.get("link", "")))
        return
    home = _text(feed.get("link")) or section.feed
    url: str | None = resolve(home, _text(entry.get("feedburner_origlink") or entry.get("link")))
    if url and canonical_url(url) is None:
        what = f"longer than {LONGEST} characters" if len(url) > LONGEST else "no http(s) address"
        yield reject(section, "bad_url", f"link: {what}; left out", position, url, kept=True)
        url = None
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
        guid=_text(entry.get("id")) or None,
        url=url or None,
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
