"""A page as the rules of live/walls.py look at it; what costs time is worked out when asked for."""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape

from live.wallspeech import address
from sources.markup import to_text
from sources.text import count_words, one_line

LARGEST = 1_000_000  # characters of a source that are looked at,
SPOKEN = 30_000  # and of what it says, where phrases are looked for: walls are shorter
BUTTONS = 200  # that are read; walls have a handful
SENTENCE = 12  # words that tell something; fewer are a caption or a button

_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.I)
_ARTICLE = re.compile(
    r"<article\b|og:type[\"']\s+content\s*=\s*[\"']?article|(?:News|Blog)?(?:Article|Posting)[\"']",
    re.I,
)
_BREAK = re.compile(r"\s*\n\s*")
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.I)
_LINK = re.compile(r"<a\s[^<>]{0,2000}?href", re.I)
_FRAME = re.compile(
    r"<(/?)(?:aside|nav|footer|header|dialog)\b(?![^<>]{0,300}?(?:pa[iy]|subscri|regist|premium))"
    r"[^<>]{0,2000}>",
    re.I,
)
_BUTTON = re.compile(
    r"<(?:button|a|\w{1,9}\s[^<>]{0,500}?role\s*=\s*[\"']?button)\b[^<>]{0,2000}>"
    r"\s*(?:<span[^<>]{0,500}>\s*)?([^<]{1,60})"
    r"|<input\s[^<>]{0,500}?value\s*=\s*[\"']([^\"'<>]{1,60})",
    re.I,
)
_REFRESH = re.compile(
    r"<meta\s[^<>]{0,200}?http-equiv\s*=\s*[\"']?refresh[^<>]{0,200}?"
    r"content\s*=\s*[\"']?\s*\d{1,4}[^<>]{0,20}?url\s*=\s*[\"']?([^\"'<>\s]{1,500})",
    re.I,
)
# Characters that are words by themselves to count_words; a word of theirs has about two.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ENDED = re.compile(r"[.!?。！？।؟:»”\"')\]]\s*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s\])\"'»”]*$")


def words(text: str) -> int:
    """How many words a text has; in scripts without spaces two characters are one."""
    return count_words(text) - sum(1 for _ in _UNSPACED.finditer(text)) // 2


def is_cut(line: str) -> bool:
    """Whether a line of an article breaks off where its sentence does not end."""
    return _CUT.search(line) is not None or (
        words(line) >= SENTENCE and _ENDED.search(line) is None
    )


class WallPage:
    """A page, and what was taken for its article."""

    def __init__(self, html: str, text: str | None) -> None:
        self.source = html[:LARGEST]
        self.text = text or ""
        self.length = words(self.text)

    @cached_property
    def lower(self) -> str:
        return self.source.lower()

    @cached_property
    def title(self) -> str:
        found = _TITLE.search(self.source)
        return one_line(unescape(found[1])) if found else ""

    @cached_property
    def shown(self) -> str:
        """What a reader would see, a line a block: a sentence never goes on in the next."""
        return _BREAK.sub("\n", to_text(self.source))

    @cached_property
    def says(self) -> str:
        return self.shown[:SPOKEN]

    @cached_property
    def main(self) -> str:
        """The same without what stands beside an article: menus, asides, the foot."""
        kept, depth, at = [], 0, 0
        for tag in _FRAME.finditer(self.source):
            if depth == 0:
                kept.append(self.source[at : tag.start()])
            depth = max(depth + (-1 if tag[1] else 1), 0)
            at = tag.end()
        if depth == 0:
            kept.append(self.source[at:])
        return _BREAK.sub("\n", to_text("\n".join(kept)))

    @cached_property
    def words(self) -> int:
        return words(self.shown)

    @cached_property
    def links(self) -> int:
        return sum(1 for _ in _LINK.finditer(self.source))

    @cached_property
    def buttons(self) -> str:
        """What can be clicked on, a line each."""
        found = []
        for each in _BUTTON.finditer(self.source):
            found.append(one_line(unescape(each[1] or each[2] or "")))
            if len(found) >= BUTTONS:
                break
        return "\n".join(found)

    @cached_property
    def is_form(self) -> bool:
        return _PASSWORD.search(self.source) is not None

    @cached_property
    def is_marked(self) -> bool:
        """Whether its markup says that there is an article."""
        return _ARTICLE.search(self.source) is not None

    @cached_property
    def is_told(self) -> bool:
        """Whether there is an article, however short: marked as one, beginning with a whole
        sentence that is not said to the reader, and half of it like that."""
        lines = [line for line in self.text[:SPOKEN].split("\n") if words(line) >= SENTENCE]
        spoken = [self.speaks(line) for line in lines]
        whole = bool(lines) and not spoken[0] and not is_cut(lines[0])
        return self.is_marked and whole and 2 * sum(spoken) <= len(spoken)

    def speaks(self, line: str) -> bool:
        """Whether something on this page is said to whoever reads it."""
        return self._address.search(line) is not None

    @cached_property
    def _address(self) -> re.Pattern[str]:
        return address(f"{self.text[:SPOKEN]}\n{self.says}")

    @cached_property
    def refreshed(self) -> str | None:
        """The address that a page goes to by itself."""
        found = _REFRESH.search(self.source)
        return unescape(found[1]) if found else None
