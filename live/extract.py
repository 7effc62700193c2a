"""A page that answered to the article on it, or to what it is instead.

Imports what reads pages, which takes half a second: only the process of live/extracting.py does.
"""

from __future__ import annotations

from typing import NamedTuple

from live.answers import Trouble, charset
from live.response import Response
from live.wallpage import says_something
from live.walls import wall_of
from records import Article, Page, Reject, Section
from sources.dateline import read_dateline
from sources.decode import decode_page, is_binary
from sources.identity import document_id
from sources.pages import read_page
from sources.text import count_words
from sources.urls import canonical_url, is_root

_UNREAD = ("image/", "video/", "audio/", "application/pdf", "application/zip", "font/")


class Extracted(NamedTuple):
    """The article of a page, or the trouble with it; and notes on what was lost."""

    article: Article | None
    trouble: Trouble | None = None
    notes: tuple[Reject, ...] = ()


def extract(page: Page, response: Response, body: bytes) -> Extracted:
    """What is on a page, whatever it sends; time is bounded by what is checked before parsing."""
    kind = response.headers.get("content-type", "").strip().lower()
    if kind.startswith(_UNREAD) or body.startswith(b"%PDF") or is_binary(body[:4_096]):
        return Extracted(None, Trouble("unsupported", f"no web page: {kind or 'not text'}"))
    section = Section(page.url, "", "page", response.at, feed=page.feed)
    said = charset(response.headers)
    found: Article | None = None
    notes: list[Reject] = []
    trouble: Trouble | None = None
    for row in read_page(section, body, said, response.final_url or page.url):
        if isinstance(row, Article):
            found = row
        elif row.kept:
            notes.append(row)
        else:
            trouble = Trouble(row.reason, row.detail)
    source = decode_page(body, said)[0]
    text = found.text if found is not None else None
    wall = wall_of(response.headers, page.url, response.final_url, source, text, expected=True)
    if wall is not None:
        return Extracted(None, Trouble(wall.kind, wall.detail))
    if found is None:
        return Extracted(None, trouble or Trouble("no_text", "no article text was found"))
    if (words := count_words(found.text or "")) < page.words:
        detail = f"{words} words on the page, {page.words} in the feed"
        return Extracted(None, Trouble("no_better", detail))
    if not says_something(found.text or ""):
        return Extracted(None, Trouble("no_text", "menus and buttons, but no sentences"))
    return Extracted(_article(page, response, found), None, tuple(notes))


def _article(page: Page, response: Response, found: Article) -> Article:
    """The entry's article with the page's text: what the entry said of it goes first."""
    canonical = canonical_url(page.url)
    dateline = read_dateline(found.text or "")
    exact = page.published_at is not None and (
        page.published_precision == "second" or found.published_precision != "second"
    )
    dated = page if exact else found
    article = found._replace(
        article_id=page.article_id,
        fetched_at=response.at,
        url=page.url,
        canonical_url=canonical,
        alias=_other(found.canonical_url, canonical),
        redirect=_other(canonical_url(response.final_url), canonical),
        outlet=page.outlet or found.outlet,
        agency=dateline.agency,
        place=dateline.place,
        title=page.title or found.title,
        summary=page.summary or found.summary,
        authors=page.authors or found.authors,
        keywords=page.keywords or found.keywords,
        published_at=dated.published_at,
        published_precision=dated.published_precision,
        published_from=dated.published_from,
        declared_language=found.declared_language or page.declared_language,
    )
    return article._replace(document_id=document_id(article, page.article_id))


def _other(address: str | None, canonical: str | None) -> str | None:
    """An address that an article has besides its own; the front of a site is nobody's."""
    return address if address and address != canonical and not is_root(address) else None
