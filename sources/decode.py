"""Bytes to text, with a note wherever that was a guess or a loss."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from sources.text import clean

SAMPLE = 16_384  # enough for a detector, and bounds its time to about 0.1 s

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What servers and programs name while they mean a larger one: the WHATWG's list of labels.
_MEANT = {
    **{"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"},
}
# Python's codecs that are a document's: no UTF (those show in the bytes), no punycode or escapes.
_CHARSET = re.compile(r"ascii|big5|cp|euc|gb|hz|iso|johab|koi8|kz|mac|ptcp|shift|tis")
_META = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:-]{3,30})", re.I)
_ASCII = bytes(range(128))
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿ‘’“”–—…€«»°§£©®·¡¿ªº\xa0".encode(
        "cp1252"
    )
)
_SEQUENCES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


class Note(NamedTuple):
    """What a person should know about the way something was read: a key of REASONS, and why."""

    reason: str
    detail: str


def decode(data: bytes, declared: str | None = None) -> tuple[str, tuple[Note, ...]]:
    """The text of `data`, cleaned (see sources/text.py), and notes on guesses and losses.

    Order: byte order mark, the declared encoding, UTF-8, detection on a sample, and last UTF-8
    with U+FFFD for what cannot be read. Deterministic; never raises.
    """
    text, notes = _decode(data, declared)
    text, changed = clean(text)
    if changed:
        notes += (Note("control_characters", "control characters or lone surrogates taken out"),)
    return text, notes


def decode_page(data: bytes, server: str | None = None) -> tuple[str, tuple[Note, ...]]:
    """The source of a web page, in the encoding that its server or it itself states."""
    inside = _META.search(data[:4096])
    return decode(data, encoding_of(data, server, inside[1].decode("ascii") if inside else None))


def encoding_of(data: bytes, server: str | None, document: str | None) -> str | None:
    """The encoding to believe of those that a server and a document state, or None.

    Bytes beyond ASCII that are UTF-8 are never believed to be anything else. The server goes
    first, save where it states Latin-1 or ASCII, which servers add to whatever they send; an
    encoding that cannot be, or is not known, is passed over.
    """
    if data.startswith(tuple(mark for mark, _ in _BOMS)):
        return None
    if (wide := _wide(data[:SAMPLE])) is not None:
        return wide
    if not data.isascii():
        try:
            data.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            pass
    names = [_meant(server), _meant(document)]
    if names[0] == "cp1252":
        names.reverse()
    for name in names:
        try:
            if name is not None:
                data.decode(name)
                return name
        except ValueError:
            continue
    return None


def _meant(name: str | None) -> str | None:
    """The codec for an encoding as stated, with more in it than was meant where that is usual."""
    if not name or not name.isascii():
        return None
    try:
        known = codecs.lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(known, known) if _CHARSET.match(known) else None


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file cannot be text in any encoding read here."""
    if head.startswith(tuple(mark for mark, _ in _BOMS)) or _wide(head):
        return False
    controls = sum(head.count(bytes((code,))) for code in (*range(7), *range(14, 27)))
    return controls > max(7, len(head) // 20)  # stray zeros are noise, one in twenty a format


def _decode(data: bytes, declared: str | None) -> tuple[str, tuple[Note, ...]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lossy(data[len(mark) :], name)
    for encoding in (declared, "utf-8"):
        try:
            if encoding and encoding.isascii():
                return data.decode(encoding), ()
        except (LookupError, ValueError):  # an unknown name, or bytes that are not in it
            continue
    if wide := _wide(data[:SAMPLE]):
        return _lossy(data, wide)
    if (guess := _guess(data)) is not None:
        text, notes = _lossy(data, guess)
        return text, (Note("encoding_guessed", f"not UTF-8; read as {guess}"), *notes)
    return _lossy(data, "utf-8")


def _lossy(data: bytes, encoding: str) -> tuple[str, tuple[Note, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        detail = f"bytes that are not {encoding}, the first at {error.start}, replaced by U+FFFD"
        return data.decode(encoding, "replace"), (Note("bytes_replaced", detail),)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: mostly Latin text has a zero in nearly every second byte."""
    half = len(data) // 2
    if half < 8 or data.count(b"\0") < half // 2:
        return None
    even, odd = data[0::2].count(b"\0"), data[1::2].count(b"\0")
    if odd * 10 > half * 7 and even * 10 < half:
        return "utf-16-le"
    if even * 10 > half * 7 and odd * 10 < half:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str | None:
    """The likeliest legacy encoding; None where it is UTF-8 with a few damaged places."""
    sample = data[:SAMPLE]
    if sample.isascii():  # the trouble is further on: look there
        first = next(at for at in range(SAMPLE, len(data), SAMPLE) if not _ascii(data, at))
        sample = data[max(0, first - SAMPLE // 2) : first + SAMPLE]
    valid = sum(len(run) for run in _SEQUENCES.findall(sample))
    high = len(sample.translate(None, _ASCII))
    if valid * 2 > high:
        return None
    if high * 4 < len(sample) and _WESTERN.issuperset(sample.translate(None, _ASCII)):
        return "cp1252"  # short texts with few accents mislead detectors
    best = from_bytes(sample, chunk_size=1024).best()
    return best.encoding if best is not None else None


def _ascii(data: bytes, at: int) -> bool:
    return data[at : at + SAMPLE].isascii()
