"""Article pages: main text and metadata from HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

from records import Article, Reject, Section
from sources.dateline import published, read_dateline
from sources.dates import Stated, parse_date
from sources.decode import decode_page
from sources.identity import identified
from sources.markup import crowded, depth, sprawls
from sources.reasons import reject
from sources.seeds import file_uri
from sources.text import clean, one_line
from sources.urls import canonical_url, resolve

DEEPEST = 200  # elements inside elements: libxml2 and trafilatura recurse
# News pages have 200 to 3,300 tags, which take 0.03 ms each; thousands of spans or list items take
# the product of their number and the length of the page, so one of 8 MB may have 8,300 tags.
TAGS = 25_000
TAGS_BY_BYTES = 7 * 10**10
REFERENCES = 1_000_000  # "&", at less than a microsecond
PROSE = 0.1  # least share of the extracted words that is not of links and menus
_JUDGED = 5_000  # words of a text that are looked at for that
_WORD = re.compile(r"\w+")
_NO_PROSE = frozenset(
    ["button", "footer", "header", "menu", "nav", "noscript", "style", "template", "title"]
)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"\\]{8,40})"')
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[translate(@name,'DCPUBLISHATE','dcpublishate')='date']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='dc.date.issued']/@content",
    "//meta[@name='parsely-pub-date' or @name='sailthru.date']/@content",
)


def read_page(
    section: Section, data: bytes, charset: str | None = None, base: str | None = None
) -> Iterator[Article | Reject]:
    """The article on a page, after notes on what was lost; or one reject.

    `charset` is what a server stated, `base` the address that answered. The article's address is
    rel=canonical, else og:url. A headline that the text begins with is left to the
    title; a text made of links and menus is none. Time is bounded by limits on nesting, tags and
    references, checked before anything is parsed; nothing is fetched or run.
    """
    if depth(data, html=True) > DEEPEST or sprawls(data):
        detail = f"elements nested more than {DEEPEST} deep, or thousands of attributes"
        yield reject(section, "nested", detail, "", data[:800])
        return
    tags = min(TAGS, TAGS_BY_BYTES // max(len(data), 1))
    if crowded(data, tags, REFERENCES, html=True):
        detail = f"more than {tags} tags, at this length, or {REFERENCES} references"
        yield reject(section, "too_large", detail, "", data[:800])
        return
    text, notes = decode_page(data, charset)
    for note in notes:
        yield reject(section, note.reason, note.detail, "", text[:800], kept=True)
    try:
        parser = lxml.html.HTMLParser(  # extraction loses the text behind a comment
            encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True
        )
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
        facts = _facts(tree, base or section.feed)
        prose = _prose(tree)
        found: Any = trafilatura.bare_extraction(
            tree,
            url=facts["url"],
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        yield reject(section, "no_text", f"no HTML document: {error}", "", data[:800])
        return
    except Exception as error:  # a third-party parser: it raises what it meets
        detail = f"{type(error).__name__}: {error}"
        yield reject(section, "unexpected", detail, "", data[:800])
        return
    title = one_line(_text(found.title if found is not None else "")) or facts["title"]
    body = _without_title(_text(found.text), title) if found is not None else ""
    if found is None or not _is_prose(body, prose):
        detail = "no article text was found; is it a front page, or filled in by scripts?"
        yield reject(section, "no_text", detail, "", facts["title"] or data[:800])
        return
    dateline = read_dateline(body)
    stated = _stated(facts["dates"])
    if stated is None and dateline.stated is None:
        stated = parse_date(_text(found.date))  # as found in the address and elsewhere
    when = published(stated, "page", dateline)
    summary = one_line(_text(found.description))
    yield identified(
        Article(
            section.source,
            "",
            0,
            section.seen_at,
            feed=section.feed,
            url=facts["url"],
            outlet=section.outlet or one_line(_text(found.sitename)) or None,
            agency=dateline.agency,
            place=dateline.place,
            title=title or None,
            text=body,
            text_from="page",
            summary=summary if summary and summary != one_line(body) else None,
            authors=_list(found.author),
            keywords=_list(found.tags),
            published_at=when.at,
            published_precision=when.precision,
            published_from=when.origin,
            declared_language=facts["language"],
        ),
        uri=file_uri(section.source),
    )


def _facts(tree: Any, base: str | None) -> dict[str, Any]:
    """What the head of a page states, read before extraction takes the tree apart."""
    links = tree.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    links += tree.xpath("//meta[@property='og:url']/@content")
    home = next(iter(tree.xpath("//base/@href")), base)
    resolved = (resolve(home, _text(link)) for link in links)
    dates = [_text(value) for path in _DATES for value in tree.xpath(path)[:3]]
    for script in tree.xpath("//script[@type='application/ld+json']/text()")[:20]:
        dates[:0] = _JSON_LD_DATE.findall(str(script))[:1]
    language = next(iter(tree.xpath("/html/@lang")), None)
    title = next(iter(tree.xpath("//title/text()")), "")
    return {
        "url": next((link for link in resolved if canonical_url(link)), None),
        "dates": dates,
        "language": _text(language) or None,
        "title": one_line(_text(title)),
    }


def _stated(stated: list[str]) -> Stated | None:
    """The first stated date with a time, else the first stated day."""
    dates = [date for date in map(parse_date, stated) if date is not None]
    exact = (date for date in dates if date.precision == "second")
    return next(exact, None) or next(iter(dates), None)


def _prose(tree: Any) -> list[str]:
    """The pieces of text outside links, menus and the frame of a page, JSON-LD's among them."""
    pieces: list[str] = []
    level = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            level += _is_no_prose(element)
            piece = element.text
        else:
            level -= _is_no_prose(element)
            piece = element.tail
        if piece and not level:
            pieces.append(piece)
    return pieces


def _is_no_prose(element: Any) -> bool:
    if element.tag == "a":
        return "href" in element.attrib
    if element.tag == "script":
        return element.get("type") != "application/ld+json"
    return element.tag in _NO_PROSE


def _is_prose(body: str, prose: list[str]) -> bool:
    """Whether enough words of a text stand outside links and menus; stops where that is sure."""
    words = islice((found[0] for found in _WORD.finditer(body)), _JUDGED)
    waiting = Counter(words)
    missing = PROSE * waiting.total()
    if not waiting:
        return False
    for piece in prose:
        for found in _WORD.finditer(piece):
            if waiting.get(found[0], 0) > 0:
                waiting[found[0]] -= 1
                missing -= 1
                if missing <= 0:
                    return True
    return False


def _without_title(body: str, title: str) -> str:
    """A text without a first line that only repeats the title."""
    first, _, rest = body.partition("\n")
    return rest.strip() if one_line(first).casefold() == one_line(title).casefold() else body


def _list(value: Any) -> tuple[str, ...]:
    items = value.split(";") if isinstance(value, str) else value or ()
    names = (one_line(_text(item)) for each in items for item in str(each).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _text(value: Any) -> str:
    return clean(str(value))[0].strip() if value else ""
