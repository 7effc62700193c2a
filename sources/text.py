"""What is done to every received string: newlines made one kind, what is no text replaced."""

from __future__ import annotations

import re

# C0 controls but tab and newline. C1, bidirectional marks and the rest stay as received.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# Thai, Lao, Burmese, Khmer, Kana and Han stand alone; the marks of Indic scripts belong to words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[\\w\u0300-\u036f\u0900-\u0dff])+")


def clean(text: str) -> tuple[str, bool]:
    """`text` with newlines as \\n, spaces for C0 control characters, U+FFFD for lone surrogates.

    The second value says whether anything but newlines had to change. Linear; what comes out
    can always be encoded as UTF-8, and cleaning it again changes nothing.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _CONTROLS.sub(" ", text)
    try:
        cleaned.encode("utf-8")
    except UnicodeEncodeError:
        cleaned = _SURROGATES.sub("\ufffd", cleaned)
    return cleaned, cleaned != text


def one_line(text: str) -> str:
    """`text` on one line: every run of white space is one space, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def count_words(text: str) -> int:
    """How many words a text has; every character of a script without spaces is one."""
    return sum(1 for _ in _WORD.finditer(text))
