"""Article pages: main text and metadata from HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

from records import Article, Reject, Section
from sources.dateline import read_dateline
from sources.dates import Stated, parse_date
from sources.decode import decode
from sources.identity import identified
from sources.markup import depth, sprawls
from sources.reasons import reject
from sources.seeds import file_uri
from sources.text import clean, one_line
from sources.urls import canonical_url, resolve

DEEPEST = 200  # elements inside elements: libxml2 and trafilatura recurse
ELEMENTS = 60_000  # tags of one page; extraction takes about 0.1 ms for each
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:-]{3,30})", re.I)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"\\]{8,40})"')
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[translate(@name,'DCPUBLISHATE','dcpublishate')='date']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='dc.date.issued']/@content",
    "//meta[@name='parsely-pub-date' or @name='sailthru.date']/@content",
)


def read_page(section: Section, data: bytes) -> Iterator[Article | Reject]:
    """The article on a page, after notes on what was lost; or one reject.

    Its address is rel=canonical, else og:url. Time is bounded by limits on nesting and on the
    number of tags, checked before anything is parsed; nothing is fetched or run.
    """
    if depth(data, html=True) > DEEPEST or sprawls(data):
        detail = f"elements nested more than {DEEPEST} deep, or thousands of attributes"
        yield reject(section, "nested", detail, "", data[:800])
        return
    if data.count(b"<") > 2 * ELEMENTS:
        detail = f"more than {ELEMENTS} elements"
        yield reject(section, "too_large", detail, "", data[:800])
        return
    declared = _CHARSET.search(data[:4096])
    text, notes = decode(data, declared[1].decode("ascii") if declared else None)
    for note in notes:
        yield reject(section, note.reason, note.detail, "", text[:800], kept=True)
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
        facts = _facts(tree, section.feed)
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
    body = _text(found.text) if found is not None else ""
    if found is None or not body:
        detail = "no article text was found; is it a front page, or filled in by scripts?"
        yield reject(section, "no_text", detail, "", facts["title"] or data[:800])
        return
    stated = _published(facts["dates"], _text(found.date))
    dateline = read_dateline(body)
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
            title=one_line(_text(found.title)) or facts["title"] or None,
            text=body,
            text_from="page",
            summary=one_line(_text(found.description)) or None,
            authors=_list(found.author),
            keywords=_list(found.tags),
            published_at=stated.at if stated else None,
            published_precision=stated.precision if stated else None,
            published_from="page" if stated else "none",
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


def _published(stated: list[str], guessed: str) -> Stated | None:
    """The first stated date with a time, else the first stated day, else what was found."""
    dates = [date for date in map(parse_date, stated) if date is not None]
    exact = (date for date in dates if date.precision == "second")
    return next(exact, None) or next(iter(dates), None) or parse_date(guessed)


def _list(value: Any) -> tuple[str, ...]:
    items = value.split(";") if isinstance(value, str) else value or ()
    names = (one_line(_text(item)) for each in items for item in str(each).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _text(value: Any) -> str:
    return clean(str(value))[0].strip() if value else ""
