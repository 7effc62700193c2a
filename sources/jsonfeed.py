"""JSON Feed: the fields of JSON lines inside a feed that names itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from records import Article, Reject, Section
from sources.fields import read_object
from sources.identity import identified
from sources.reasons import reject
from sources.text import clean, one_line
from sources.urls import canonical_url, is_root, resolve


def is_json_feed(whole: Any) -> bool:
    """Whether a JSON document says that it is a JSON Feed."""
    version = whole.get("version") if isinstance(whole, dict) else None
    return isinstance(version, str) and "jsonfeed.org/version/" in version


def read_json_feed(section: Section, feed: dict[str, Any]) -> Iterator[Article | Reject]:
    """Every item of a JSON Feed as an article or a reject; a feed of no items gives nothing."""
    items = feed.get("items")
    if not isinstance(items, list):
        yield reject(section, "bad_field", "items has to be a list", "", repr(feed)[:400])
        return
    outlet = section.outlet or _text(feed.get("title"))
    home = _text(feed.get("home_page_url")) or _text(feed.get("feed_url"))
    address = section.feed or _address(feed.get("feed_url")) or section.source
    guids = Counter(str(item.get("id")) for item in items if isinstance(item, dict))
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            detail = "an item has to be an object"
            yield reject(section, "not_an_object", detail, f"entry {number}", repr(item)[:400])
            continue
        link = _text(item.get("url")) or _text(item.get("external_url"))
        row = {**item, "url": resolve(home, link) if link else None, "outlet": outlet}
        canonical = canonical_url(row["url"])
        if guids[str(item.get("id"))] > 1 and (canonical is None or is_root(canonical)):
            row["id"] = None  # what several items have identifies none
        full = bool(item.get("content_html") or item.get("content_text"))
        for found in read_object(section, row, f"entry {number}", origin="feed"):
            if isinstance(found, Article):
                found = found._replace(
                    feed=address,
                    text_from="feed_full" if full else "feed_summary",
                    declared_language=found.declared_language or _text(feed.get("language")),
                )
                found = identified(found)
            yield found


def _address(value: Any) -> str | None:
    text = _text(value)
    return text if canonical_url(text) else None


def _text(value: Any) -> str | None:
    return one_line(clean(value)[0]) or None if isinstance(value, str) else None
