"""The part of a text that is somebody's language: what a detector should look at.

Addresses, handles, markup, code and symbols say nothing about the language around them and
much that is wrong: `https://example.com/read-more` is English to every detector. Long texts are
read in excerpts, so that 20,000 words cost what 300 do.
"""

from __future__ import annotations

import re

_PARTS = 8  # excerpts of a long text: enough that two languages share them as they share the text

# Neither what CLD2 refuses (control characters, lone surrogates, noncharacters) nor what py3langid,
# who reads bytes, would take for letters (arrows to dingbats, emoji and all of their plane).
_NOT_TEXT = re.compile(
    "[^\t\n -~\xa0-\u218f\u2c00-\ud7ff\ue000-\ufdcf\ufdf0-\ufe0e\ufe10-\ufffd\U00020000-\U0002fffd]"
)
# Long texts are searched for markup, addresses or code only where one of these occurs.
_OF_MARKUP = ("<", "&")
_OF_ADDRESSES = ("://", "www.", "@", "#", "_", "\\", "=", "{", "|")
_OF_CODE = ("=", "{", "()", '("', "('", ";\n")
_SHORT = 300  # below this the whole search costs less than it could mislead
# ASCII that no mark begins with, but for "www.", and nothing that is no text.
_BEGINNINGS = {mark[0] for mark in (*_OF_MARKUP, *_OF_ADDRESSES, *_OF_CODE)} - {"w"}
_PLAIN = bytes(c for c in range(128) if chr(c) not in _BEGINNINGS and not _NOT_TEXT.match(chr(c)))

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>]*=[^<>]*)?\s?/?>|<![^<>]*>|&#?[A-Za-z0-9]{2,8};"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]+"
    r"|(?<![!-~])[!\"$-;?A-\[\]a-z]*[#<=>@\\^_`{|}~][!-~]*"  # e-mail, @handle, #tag, a_name
    r"|(?<![!-~])[A-Za-z0-9-]+(?:\.[A-Za-z]{2,})+(?:[/:?][!-~]*)?(?![!-~])"  # a bare domain
    r"|(?<![!-~])/[!-~]+"  # a path
)
_CODE_MARK = re.compile(
    r"[{}\\]|;\s*$|; |[-=!<>+*|&:]=|[-=]>|::|&&|\+\+|\|\||//|['\"]:"
    r"|\w\((?![aeos]{1,2}\))|['\"]\)|\s[=+<>]\s|^\s*(?:#\w|\$ |>>> )"  # not a word(s), autor(es)
)
_WORDS_A_CODE_MARK = 3  # prose has a dozen words and more for each, code hardly two


def _suspect(text: str, marks: tuple[str, ...]) -> bool:
    # To look for one character costs a twentieth of looking for two.
    return len(text) < _SHORT or any(mark[0] in text and mark in text for mark in marks)


def _is_plain(text: str) -> bool:
    """Whether a long text in ASCII has nothing that anything below could begin with."""
    return (
        len(text) >= _SHORT
        and text.isascii()
        and not text.encode().translate(None, _PLAIN)
        and "www." not in text
    )


def _is_code(line: str) -> bool:
    return len(_CODE_MARK.findall(line)) * _WORDS_A_CODE_MARK >= max(len(line.split()), 1)


def excerpt(text: str, size: int) -> str:
    """The text itself, or `size` characters of it taken from evenly spaced places."""
    if len(text) <= size:
        return text
    step, length = len(text) / _PARTS, size // _PARTS
    starts = [int((part + 0.5) * step) - length // 2 for part in range(_PARTS)]
    return "\n".join([text[start : start + length] for start in starts])


def prose(text: str) -> str:
    """The text without control characters, symbols, addresses, handles, markup and code.

    A text of which half the lines are code is code. The outcome can be written as UTF-8.
    """
    if _is_plain(text):
        return text
    text = _NOT_TEXT.sub(" ", text)
    if _suspect(text, _OF_MARKUP):
        text = _MARKUP.sub(" ", text)
    if _suspect(text, _OF_CODE):
        lines = [line for line in _FENCED.sub(" ", text).split("\n") if line.strip()]
        kept = [line for line in lines if not _is_code(line)]
        text = "\n".join(kept) if 2 * len(kept) > len(lines) else ""
    if _suspect(text, _OF_ADDRESSES):
        text = _ADDRESS.sub(" ", text)
    return text
