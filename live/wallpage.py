"""A page as the rules of live/walls.py look at it; what costs time is worked out when asked for."""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape

from live.walllines import Line, read_lines
from live.wallspeech import address
from sources.text import count_words, one_line

LARGEST = 1_000_000  # characters of a source that are looked at,
SPOKEN = 30_000  # and of what it says, where phrases are looked for: walls are shorter
BUTTONS = 200  # that are read; walls have a handful
TEASED = 60  # words that may be all an offer
AROUND = 500  # characters behind the end of an article in which an offer is about it
BLOCK = 6  # lines of an offer
BEGINNING = 30  # characters that a line of an article is found again by
SENTENCE = 12  # words that tell something, ended or not,
CAPTION = 5  # and with a full stop; fewer are a button,
ENTRY = 3  # unless there are several

_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.I)
_ARTICLE = re.compile(
    r"<article\b|og:type[\"']\s+content\s*=\s*[\"']?article|[\"'/]\w{0,20}(?:Article|Posting)[\"']",
    re.I,
)
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.I)
_LINK = re.compile(r"<a\s[^<>]{0,2000}?href", re.I)
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
_STOP = re.compile(r"[.!?।॥؟۔։።။។](?:\s|$)|[。！？]|[:»”\"')\]]\s*$")
_QUOTED = re.compile(
    r"[“„][^“”„\n]{1,500}[“”]|«[^«»\n]{1,500}»|»[^«»\n]{1,500}«|「[^「」\n]{1,300}」"
    r"|\"[^\"\n]{1,500}\""
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s\])\"'»”]*$")


def words(text: str) -> int:
    """How many words a text has; in scripts without spaces two characters are one."""
    return count_words(text) - sum(1 for _ in _UNSPACED.finditer(text)) // 2


def is_cut(line: str) -> bool:
    """Whether a line of an article says that it breaks off; many whole ones lack a full stop."""
    return _CUT.search(line) is not None


def is_sentence(line: str, shortest: int = CAPTION) -> bool:
    """Whether a line is a sentence, or as long as one that is not ended."""
    count = words(line)
    return count >= SENTENCE or count >= shortest and _STOP.search(line) is not None


def says_something(text: str) -> bool:
    """Whether there are sentences in a text, and not only what menus and buttons say."""
    said = (words(line) for line in text.split("\n") if is_sentence(line, ENTRY))
    return sum(said) >= SENTENCE


def unquoted(text: str) -> str:
    """A text without what others say in it: news quotes people, walls quote nobody."""
    return _QUOTED.sub(" ", text)


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
    def lines(self) -> list[Line]:
        """The lines that are shown; those of the article on a page that cannot be made out."""
        told = (line.strip() for line in self.text.split("\n"))
        return read_lines(self.source) or [Line(each, 0, "", (), False) for each in told if each]

    @cached_property
    def shown(self) -> str:
        """What a reader would see, a line a block: a sentence never goes on in the next."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def says(self) -> str:
        return self.shown[:SPOKEN]

    @cached_property
    def kept(self) -> list[Line]:
        """The lines without those that stand beside an article: menus, comments, letters, the foot.

        What the article itself is in is not beside it, whatever it is called.
        """
        begins = {line.strip()[:BEGINNING] for line in self.text.split("\n") if words(line) > 4}
        inside = {
            at for line in self.lines if line.text[:BEGINNING] in begins for at in line.beside
        }
        return [line for line in self.lines if inside.issuperset(line.beside)] or self.lines

    @cached_property
    def found(self) -> list[Line]:
        """The sentences of what was taken for the article, as they stand on the page."""
        text = one_line(self.text[:SPOKEN])
        return [
            line
            for line in self.kept
            if is_sentence(line.text)
            and (line.text[:BEGINNING] in text or line.text[-BEGINNING:] in text)
        ]

    @cached_property
    def said(self) -> int:
        """How many words they have."""
        return sum(words(line.text) for line in self.found)

    @cached_property
    def told(self) -> list[Line]:
        """Those of them that an article tells: said to nobody, in elements like the first's."""
        found = [line for line in self.found if not line.is_heading]
        told = [line for line in found if line.kind == found[0].kind and not self.speaks(line.text)]
        return told if sum(words(line.text) for line in told) >= SENTENCE else []

    @cached_property
    def is_cut(self) -> bool:
        """Whether the article breaks off."""
        end = self.told[-1:] or self.found[:1]
        return bool(end) and is_cut(end[0].text)

    @cached_property
    def offers(self) -> list[list[str]]:
        """The boxes behind the article that may be an offer to read on, each with its lines; all
        boxes where no article is told, if little was found."""
        if not self.told and self.said > TEASED:
            return []
        start = self.kept.index(self.told[-1]) + 1 if self.told else 0
        boxes: list[list[str]] = []
        length, last = 0, -1
        for line in self.kept[start:]:
            length += len(line.text)
            if length > (AROUND if self.told else SPOKEN):
                break
            if line.box != last or len(boxes[-1]) == BLOCK:
                boxes.append([])
            boxes[-1].append(line.text)
            last = line.box
        return boxes

    @cached_property
    def subject(self) -> str:
        """What a page is about: the sentences that were found where its markup says that it has
        an article, and else all that it says."""
        if self.is_marked and self.found:
            return unquoted("\n".join(line.text for line in self.found))
        return self.says

    @cached_property
    def words(self) -> int:
        """How many words there are but for those beside."""
        return sum(words(line.text) for line in self.kept)

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
        if not self.is_marked or not self.told or is_cut(self.told[0].text):
            return False
        return sum(self.speaks(line.text) for line in self.found) <= len(self.told)

    def speaks(self, line: str) -> bool:
        """Whether something on this page is said to whoever reads it."""
        return self._address.search(unquoted(line)) is not None

    @cached_property
    def _address(self) -> re.Pattern[str]:
        return address(f"{self.text[:SPOKEN]}\n{self.says}")

    @cached_property
    def refreshed(self) -> str | None:
        """The address that a page goes to by itself."""
        found = _REFRESH.search(self.source)
        return unescape(found[1]) if found else None
