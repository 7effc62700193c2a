"""The feeds that a web page offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from sources.decode import decode_page
from sources.feeds import plain_title
from sources.text import clean
from sources.urls import canonical_url, resolve

MOST = 50  # feeds of one page: blogs offer a dozen, some one for every tag
LARGEST = 2_000_000  # bytes that are looked at

_TYPES = frozenset(
    """
    application/rss+xml application/atom+xml application/feed+json application/rdf+xml
    application/xml text/xml application/x.atom+xml
    """.split()
)
_TAG = re.compile(r"<(link|base|a)\s([^<>]{1,3000})>", re.I)
_ATTRIBUTE = re.compile(r"([a-zA-Z:-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_COMMENTS = re.compile(r"comment|kommentar|commento|comentario|reply|replies|/comments/", re.I)
_LIKELY = re.compile(
    r"(?:/(?:feed|rss|atom|feeds|rdf)/?|(?:rss|atom|feed|index)\.(?:xml|rdf|json)|\.(?:rss|atom))"
    r"(?:\?.*)?$",
    re.I,
)


class Offered(NamedTuple):
    """A feed that a page names."""

    url: str
    title: str | None
    type: str  # the media type stated; "" for a link in the text that looks like a feed's


def feeds_offered(data: bytes, address: str, charset: str | None = None) -> list[Offered]:
    """The feeds that a page names in its head, in their order, those of comments last.

    Where it names none: links in its text to what looks like a feed. Addresses are absolute and
    of http or https, each once, at most 50. `address` is the page's, `charset` its server's.
    """
    source = clean(decode_page(data[:LARGEST], charset)[0])[0]
    named: dict[str, Offered] = {}
    likely: dict[str, Offered] = {}
    base = address
    for tag, attributes in _tags(source):
        href = attributes.get("href", "")
        if tag == "base":
            base = resolve(address, href) if canonical_url(resolve(address, href)) else base
            continue
        url = resolve(base, re.sub(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", "", href.strip()))
        if not href or canonical_url(url) is None:
            continue
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        relations = attributes.get("rel", "").lower().split()
        if tag == "link" and kind in _TYPES and {"alternate", "feed"} & set(relations):
            title = plain_title(attributes.get("title", ""))
            named.setdefault(url, Offered(url, title or None, kind))
        elif tag == "a" and _LIKELY.search(url):
            likely.setdefault(url, Offered(url, None, ""))
    found = list((named or likely).values())
    return sorted(found, key=_is_of_comments)[:MOST]


def _tags(source: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Links, bases and anchors outside comments, with their attributes unescaped."""
    for number, part in enumerate(source.split("<!--")):
        shown = part if number == 0 else part.partition("-->")[2]
        for tag in _TAG.finditer(shown):
            attributes: dict[str, str] = {}
            for found in _ATTRIBUTE.finditer(tag[2]):
                value = found[2] or found[3] or found[4] or ""
                attributes.setdefault(found[1].lower(), unescape(value))
            yield tag[1].lower(), attributes


def _is_of_comments(feed: Offered) -> bool:
    return _COMMENTS.search(f"{feed.title or ''} {feed.url}") is not None
