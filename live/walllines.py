"""What a page shows, line by line, and which lines stand beside an article.

Sites name the parts of their pages in much the same words all over the world: those names, the
elements of HTML and its roles tell a comment box or a foot from an article in any language.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

NESTED = 200  # elements within each other that are kept apart
ATTRIBUTES = 2_000  # characters of a tag that are looked at

# Possessive: what is not closed is looked at once.
_TOKEN = re.compile(r"<!--(?:-?>)?|-->|</?([a-zA-Z][a-zA-Z0-9:]*+)[^<>]*+>|<[!?][^<>]*+>")
_SILENT = frozenset(["script", "style", "template", "noscript", "iframe", "svg", "title"])
_BREAKS = frozenset(
    "address br button dd dl dt figcaption h1 h2 h3 h4 h5 h6 hr li p pre tr".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BOXES = frozenset(
    """
    article aside blockquote details dialog div figure footer form header main nav ol section
    table td th ul
    """.split()
)
_BESIDE = frozenset(["aside", "nav", "footer", "header", "dialog"])
_NAMES = re.compile(
    r"\s(?:class|id)\s*=\s*[\"'][^\"'<>]{0,500}?(?<![a-z])(?:comments?|disqus|respond|newsletters?|"
    r"related|recommend\w*|most-?read|trending|sidebar|shar(?:e|ing)|social|breadcrumbs?|foot|footer|"
    r"nav|navbar|navigation|menu|cookies?|consent|gdpr|cmp)(?![a-z])"
    r"|\srole\s*=\s*[\"']?(?:navigation|contentinfo|banner|complementary)"
    r"|\shidden(?=[\s>/=])|\sstyle\s*=\s*[\"'][^\"'<>]{0,200}?display\s*:\s*none",
    re.I,
)
# Whatever is named for being paid for is there to be read.
_OFFER = re.compile(r"pa[iy]|subscri|regist|premium", re.I)
_CLASS = re.compile(r"\sclass\s*=\s*[\"']?([^\"'<>]{0,80})", re.I)
_SPACES = re.compile(r"\s+")


class Line(NamedTuple):
    """A line that is shown, and where."""

    text: str
    box: int  # the number of the element that it is in,
    kind: str  # and its name and class, which are the same for all paragraphs of an article
    beside: tuple[int, ...]  # the numbers of the elements around it that are beside an article
    is_heading: bool


class _Box(NamedTuple):
    name: str
    number: int
    kind: str
    beside: tuple[int, ...]


def read_lines(markup: str) -> list[Line]:
    """The lines of a page, as a browser would break them; linear whatever it is given."""
    lines: list[Line] = []
    parts: list[str] = []
    boxes = [_Box("", 0, "", ())]
    number, end, silent, comment, heading = 0, 0, "", False, False

    def broken() -> None:
        if text := _SPACES.sub(" ", "".join(parts)).strip():
            lines.append(Line(text, *boxes[-1][1:], heading))
        parts.clear()

    for token in _TOKEN.finditer(markup):
        if not silent and not comment and end < token.start():
            parts.append(unescape(markup[end : token.start()]))
        end = token.end()
        mark = token[0][:ATTRIBUTES]
        name = (token[1] or "").lower()
        closes = mark[1] == "/"
        if silent:
            silent = "" if name == silent and closes else silent
        elif comment or mark.startswith("<!--"):
            comment = not token[0].endswith("-->") and mark != "<!-->"
        elif mark == "-->":
            parts.append(mark)
        elif name in _SILENT and not closes and not token[0].endswith("/>"):
            silent = name
        elif name in _BREAKS:
            broken()
            heading = name in _HEADINGS and not closes
        elif name in _BOXES:
            broken()
            if not closes:
                number += 1
                if len(boxes) < NESTED:
                    found = _CLASS.search(mark)
                    beside = boxes[-1].beside
                    if _is_beside(name, mark):
                        beside = (*beside, number)
                    kind = f"{name} {found[1] if found else ''}"
                    boxes.append(_Box(name, number, kind, beside))
            else:
                for at in range(len(boxes) - 1, max(len(boxes) - 9, 0), -1):
                    if boxes[at].name == name:
                        del boxes[at:]
                        break
    if not silent and not comment:
        parts.append(unescape(markup[end:]))
    broken()
    return lines


def _is_beside(name: str, mark: str) -> bool:
    return (name in _BESIDE or _NAMES.search(mark) is not None) and _OFFER.search(mark) is None
