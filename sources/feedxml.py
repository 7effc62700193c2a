"""Feeds in XML, made fit for the parser: their encoding, and what is too much for it."""

from __future__ import annotations

import codecs
import io
import re
from typing import Any

import feedparser

from sources.decode import Note, decode, encoding_of

LONGEST_HEAD = 8_192  # bytes before the first element: a licence, a stylesheet, a DOCTYPE

_ENCODING = re.compile(rb"\s*<\?xml[^<>]{1,99}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})[\"']")
_DECLARATION = re.compile(r"<\?xml[^<>]*>")
_ELEMENT = re.compile(rb"<\w")
_INSTRUCTION = re.compile(rb"<\?[^>]*>")
_EXTENSIONS = re.compile(
    rb"</?(?:(?:media|itunes|podcast|psc|georss|gml|cc|creativeCommons):[^<>]*|width\s*|height\s*)>"
)
# Characters beyond 65,535 that were written as the two halves that UTF-16 makes of them.
_SURROGATES = re.compile(
    rb"(?:&#(?:[xX][dD][89a-fA-F][0-9a-fA-F]{2}|5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));)+"
)
_UNIT = re.compile(r"&#([xX]?[0-9a-fA-F]+);")


def as_utf8(data: bytes, charset: str | None) -> tuple[bytes, tuple[Note, ...]]:
    """XML in UTF-8, as it is where it says so itself, with notes on guesses and losses."""
    stated = _ENCODING.match(data)
    inside = stated[1].decode("ascii") if stated else None
    known = encoding_of(data, charset, inside)
    plain = (known == "utf-8" or known is None and data.isascii()) and b"\0" not in data
    if plain and (inside is None or inside.lower() in ("utf-8", "us-ascii")):
        return data, ()
    text, notes = decode(data, known)
    return _DECLARATION.sub("", text, count=1).encode(), notes


def parsed(data: bytes) -> Any:
    """What feedparser makes of a feed; without its extensions, where they are too much for it."""
    data = _SURROGATES.sub(_paired, _begun(data))
    options = {"sanitize_html": False, "resolve_relative_uris": False}
    try:  # a stream: feedparser takes text and bytes for an address or a path first
        return feedparser.parse(io.BytesIO(data), **options)
    except Exception:
        plain = _EXTENSIONS.sub(b"", data)
        if plain == data:
            raise
        return feedparser.parse(io.BytesIO(plain), **options)


def _begun(data: bytes) -> bytes:
    """The same without instructions before its first element; where that comes late, from there.

    It is in UTF-8 whatever they say, and feedparser looks for them and for declarations in the
    square of the length.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    first = _ELEMENT.search(data)
    start = first.start() if first else len(data)
    head = _INSTRUCTION.sub(b"", data[:start]) if start <= LONGEST_HEAD else b""
    return head + data[start:]


def _paired(found: re.Match[bytes]) -> bytes:
    """The character that two references to halves of it mean; half of one is none."""
    text = found[0].decode("ascii")
    units = [int(each[1:], 16) if each[0] in "xX" else int(each) for each in _UNIT.findall(text)]
    whole = b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
    return "".join(f"&#{ord(character)};" for character in whole).encode()
