"""Scripts that are written without spaces between words: each of their characters is a word."""

from __future__ import annotations

import re

# Han, Hiragana, Katakana, Thai, Lao, Burmese, Khmer: Unicode blocks, as ranges of code points.
UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x19E0, 0x19FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_UNSPACED = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED_BLOCKS)
UNSPACED = re.compile(f"[{_UNSPACED}]")
# One word where such characters and others stand together: for folded texts, which have no signs.
WORD = re.compile(f"[{_UNSPACED}]|[^ {_UNSPACED}]+")

_BELOW = bytes(range(0xE0))  # the first bytes of all these characters are 0xE0 or above


def has_unspaced(folded: bytes) -> bool:
    """Whether a text in UTF-8 has a character of such a script; quick where it has none."""
    if folded.isascii() or not folded.translate(None, _BELOW):
        return False
    return UNSPACED.search(folded.decode("utf-8", "surrogatepass")) is not None
