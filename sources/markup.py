"""Markup to plain text in one pass, and how deep a document is nested before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_CLEARLY = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|ul|ol|h[1-6])\s*>|<br\s*/?>|<p>|<div[\s>]", re.I
)
_TOKEN = re.compile(r"<!--|-->|</?([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>|<[!?][^<>]*>")
_HIDDEN = frozenset(["script", "style", "template", "noscript", "iframe", "svg", "head"])
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_SPACES = re.compile(r"[^\S\n]+")
_BLANKS = re.compile(r" ?\n[ \n]*\n ?")

# Elements that a browser ends by itself: in HTML they never nest, so they are no depth.
_FLAT = frozenset(
    b"area base body br col colgroup dd dt embed head hr html img input li link meta option p param"
    b" source tbody td tfoot th thead tr track wbr".split()
)
_TAG = re.compile(rb"<(/?)([a-zA-Z_][^\s/<>]*)[^<>]*>")
_ATTRIBUTES = 2_000  # scripts that compare with "<" look like tags with some hundreds
_OPENING = re.compile(rb"/?[a-zA-Z][a-zA-Z0-9:-]*[\s/]")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_GAP = re.compile(rb"[\s/=]+")
_DECLARED = re.compile(rb"<!DOCTYPE[^<>\[]*\[", re.I)
_ENTITY = re.compile(rb"<!ENTITY", re.I)


def looks_like_markup(text: str) -> bool:
    """Whether `text` is clearly HTML, and not a text that only mentions "<"."""
    return "<" in text and _CLEARLY.search(text) is not None


def to_text(markup: str) -> str:
    """The text of HTML: paragraphs apart by a blank line, entities resolved, tags gone.

    Linear in the length whatever it is given; scripts, styles and comments leave nothing.
    """
    parts: list[str] = []
    end, hidden, comment = 0, "", False
    for token in _TOKEN.finditer(markup):
        if not hidden and not comment:
            parts.append(unescape(markup[end : token.start()]).replace("\n", " "))
        end = token.end()
        name, mark = (token[1] or "").lower(), token[0]
        if comment or mark == "<!--":
            comment = mark != "-->"
        elif hidden:
            hidden = "" if name == hidden and mark[1] == "/" else hidden
        elif mark == "-->":
            parts.append(mark)
        elif name in _HIDDEN and mark[1] != "/" and not mark.endswith("/>"):
            hidden = name
        elif name == "br":
            parts.append("\n")
        elif name in _BLOCKS:
            parts.append("\n\n")
    if not hidden and not comment:
        parts.append(unescape(markup[end:]).replace("\n", " "))
    text = _SPACES.sub(" ", "".join(parts))
    return _BLANKS.sub("\n\n", text).replace(" \n", "\n").replace("\n ", "\n").strip()


def unescaped(text: str) -> str:
    """`text` with character references resolved and tags left as they are."""
    return unescape(text) if "&" in text else text


def depth(data: bytes, html: bool = False) -> int:
    """An upper bound on how deep the elements of XML or HTML nest; linear, never recurses.

    What is inside CDATA does not count, what is inside comments and scripts does.
    """
    level = deepest = 0
    for outside in _outside(data):
        for found in _TAG.finditer(outside):
            if html and found[2].lower() in _FLAT:
                continue
            if found[1]:
                level = max(level - 1, 0)
            elif not found[0].endswith(b"/>"):
                level += 1
                deepest = max(deepest, level)
    return deepest


def crowded(data: bytes, tags: int, references: int, html: bool = False) -> bool:
    """Whether there are more "<" or "&" than that: time goes by these in every parser.

    What is inside CDATA, which HTML has not, does not count; comments and scripts do.
    """
    if data.count(b"<") <= tags and data.count(b"&") <= references:
        return False
    if html:
        return True
    counts = [(part.count(b"<"), part.count(b"&")) for part in _outside(data)]
    return sum(each[0] for each in counts) > tags or sum(each[1] for each in counts) > references


def sprawls(data: bytes) -> bool:
    """Whether a tag has more attributes than any honest one: parsers take n² for n of them."""
    for part in _narrow(data).split(b"<"):
        if len(part) > 2 * _ATTRIBUTES and _OPENING.match(part):
            tag = part.partition(b">")[0]
            if len(tag) > 2 * _ATTRIBUTES and len(_GAP.split(_QUOTED.sub(b" ", tag))) > _ATTRIBUTES:
                return True
    return False


def declares_entities(data: bytes) -> bool:
    """Whether a document's own DTD declares entities, the stuff of expansion bombs."""
    data = _narrow(data)
    doctype = _DECLARED.search(data)
    return doctype is not None and _ENTITY.search(data, doctype.end()) is not None


def _outside(data: bytes) -> Iterator[bytes]:
    """What is outside CDATA; a section that never ends counts as outside."""
    for number, part in enumerate(_narrow(data).split(b"<![CDATA[")):
        _, end, after = part.partition(b"]]>")
        yield after if number and end else part


def _narrow(data: bytes) -> bytes:
    """UTF-16 and UTF-32 as the ASCII they contain, which is all that markup is made of."""
    return data.replace(b"\0", b"") if b"\0" in data[:64] else data
