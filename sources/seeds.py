"""Seed files: one article as plain text, with the habits of wire copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from records import Article, Reject, Section
from sources.dateline import published, read_dateline, read_source_line
from sources.dates import Stated, parse_date
from sources.decode import decode
from sources.identity import identified
from sources.reasons import reject
from sources.text import one_line

_DATE = re.compile(r"\s*date\s+(\d{4}-\d\d-\d\d)(?!\d)[ \t]*\n?")
_TITLE_WORDS, _TITLE_LENGTH = 20, 150
_STOPS = (".", "。", "।", "…", ",", ";", ":")
_CLOSERS = "\"'”’»)]"


def read_seed(section: Section, data: bytes) -> Iterator[Article | Reject]:
    """The one article of a seed file, after notes on what was lost; or one reject.

    The text stays as received, dateline and source line included, save the date prefix and a
    title line. A bare day is published_at at 00:00 UTC with the precision "day".
    """
    text, notes = decode(data)
    for note in notes:
        yield reject(section, note.reason, note.detail, "", text, kept=True)
    if not text.strip():
        yield reject(section, "empty", "the file holds nothing but white space")
        return
    stated: Stated | None = None
    if prefix := _DATE.match(text):
        if (stated := parse_date(prefix[1])) is None:
            detail = f"the date prefix {prefix[1]} is no day a publication can have; left out"
            yield reject(section, "bad_date", detail, "line 1", prefix[0], kept=True)
        text = text[prefix.end() :]
    title, text = split_title(text.strip())
    if not title and not text:
        yield reject(section, "no_content", "the file holds a date and nothing else")
        return
    dateline = read_dateline(text)
    outlet, agency = read_source_line("\n" + text)
    when = published(stated, "text", dateline)
    article = Article(
        source=section.source,
        article_id="",
        document_id=0,
        seen_at=section.seen_at,
        outlet=section.outlet or outlet,
        agency=dateline.agency or agency,
        place=dateline.place,
        title=title,
        text=text or None,
        published_at=when.at,
        published_precision=when.precision,
        published_from=when.origin,
    )
    yield identified(article, uri=file_uri(section.source))


def file_uri(source: str) -> str:
    """The address of a local file, for identity; what is no path stands for itself."""
    return Path(source).as_uri() if source.startswith("/") else source


def split_title(text: str) -> tuple[str | None, str]:
    """The first line as a title, where it is one, and the rest.

    It is one where it is short (20 words, 150 characters), does not end like a sentence, and
    stands alone: before a blank line, before a much longer line, or with nothing after it.
    """
    first, _, rest = text.partition("\n")
    title = one_line(first)
    if not title or len(title) > _TITLE_LENGTH or len(title.split()) > _TITLE_WORDS:
        return None, text
    if title.rstrip(_CLOSERS).endswith(_STOPS) or any(read_dateline(title)):
        return None, text
    follower = rest.partition("\n")[0].strip()
    if follower and len(follower) < max(2 * len(title), 80):
        return None, text
    if read_source_line("\n" + title) != (None, None):
        return None, text
    return title, rest.strip()
