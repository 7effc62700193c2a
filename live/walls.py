"""Pages that stand in the way of an article: paywalls, consent walls, bot challenges, logins.

Two kinds of sign: what only a wall has (a header, a vendor's mark, the address it led to, what
schema.org says), and what a wall says. Both count only where there is little to read, since
articles carry the same vendors' scripts, banners and offers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from live import wallmarks as marks
from sources.markup import to_text
from sources.text import count_words, one_line

KINDS = frozenset(["challenge", "consent", "login", "region", "paywall"])  # keys of REASONS
SMALL = 250  # words: more is a page with something on it; a challenge has some 20 to 150
TINY = 80  # words: so few are no news page, and a robot or a denial named in them is what it says
FEW = 40  # words: with a handful of links and no mark of an article, they are none
SHORT = 120  # words of an article: a shorter one is a teaser, or no article
STATED = 100  # words of an article that states to be paid: it is shown no further
TEASER = 300  # words that are shown of a paid article at most
LINE = 160  # characters of a line that is an offer, and not prose
AROUND = 500  # characters before and behind an article's end in which an offer is about it
LINKS = 30  # a news page has hundreds, a wall a few
DENSE = 0.05  # share of a text's characters that speaks of consent
LARGEST = 1_000_000  # characters of a source that are looked at,
SPOKEN = 30_000  # and of what it says, where phrases are looked for: walls are shorter

_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.I)
_ARTICLE = re.compile(
    r"<article\b|og:type[\"']\s+content\s*=\s*[\"']?article|(?:News|Blog)?(?:Article|Posting)[\"']",
    re.I,
)
_BREAK = re.compile(r"\s*\n\s*")
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.I)
_LINK = re.compile(r"<a\s[^<>]{0,2000}?href", re.I)
_FREE = re.compile(
    r"isAccessibleForFree[\"']?\s*(?::|content\s*=)\s*[\"']?\s*(?:false|no\b|0)", re.I
)
_LOCKED = re.compile(r"article:content_tier[\"']\s+content\s*=\s*[\"']?locked", re.I)


class Wall(NamedTuple):
    """What stands in the way: one of KINDS, and the sign it was known by."""

    kind: str
    detail: str


class _Page:
    """A page with what is asked of it; what costs time is worked out when it is asked for."""

    def __init__(self, html: str, text: str | None) -> None:
        self.source = html[:LARGEST]
        self.text = text or ""
        self.length = count_words(self.text)

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
    def words(self) -> int:
        return count_words(self.shown)

    @cached_property
    def links(self) -> int:
        return sum(1 for _ in _LINK.finditer(self.source))

    @cached_property
    def is_form(self) -> bool:
        return _PASSWORD.search(self.source) is not None


def wall_of(
    headers: Mapping[str, str],
    asked: str,
    final: str | None,
    html: str,
    text: str | None,
    expected: bool = False,
) -> Wall | None:
    """The wall that a page is, or None. `text` is what was taken for its article, if anything.

    `expected` tells that an article was to be there, so that a lone sentence is a wall. Pure and
    linear in the length of the page, of which a million characters are looked at.
    """
    page = _Page(html, text)
    return (
        _by_headers(headers)
        or _challenge(page)
        or _moved(page, asked, final)
        or _consent(page)
        or _region(page)
        or _paywall(page)
        or _login(page)
        or (_nothing(page) if expected else None)
    )


def _by_headers(headers: Mapping[str, str]) -> Wall | None:
    for name, value in marks.HEADERS.items():
        if name in headers and headers[name].strip().lower().startswith(value):
            return Wall("challenge", f"header {name}")
    return None


def _challenge(page: _Page) -> Wall | None:
    if page.length > SHORT or page.words > SMALL:
        return None
    for vendor, signs in marks.CHALLENGES.items():
        if any(sign in page.lower for sign in signs):
            return Wall("challenge", f"a challenge by {vendor}")
    if (found := marks.CHALLENGE_WORDS.search(page.title)) is not None:
        return Wall("challenge", f'titled "{page.title[:80]}"')
    found = marks.CHALLENGE_WORDS.search(page.says)
    if found is None and page.words <= TINY and page.links <= 10:
        found = marks.CHALLENGE_STEMS.search(page.title + "\n" + page.says)
    captcha = any(sign in page.lower for sign in marks.CAPTCHAS)
    if found is not None and (captcha or page.links <= LINKS):
        return Wall("challenge", f'says "{one_line(found[0])}"')
    if captcha and page.links <= 5 and not page.is_form:
        return Wall("challenge", "nothing but a captcha")
    return None


def _moved(page: _Page, asked: str, final: str | None) -> Wall | None:
    """Where a redirect led to an address that exists for something else than articles."""
    before, after = _parts(asked), _parts(final or asked)
    if before == after:
        return None
    (_, path), (host, to) = before, after
    if marks.CONSENT_HOSTS.search(host) and not marks.CONSENT_HOSTS.search(before[0]):
        return Wall("consent", f"redirected to {host}")
    for kind, paths in (("consent", marks.CONSENT_PATHS), ("paywall", marks.PAYWALL_PATHS)):
        if page.length <= TEASER and paths.search(to) and not paths.search(path):
            return Wall(kind, f"redirected to {host}{to}"[:150])
    login = marks.LOGIN_PATHS.search(to) and not marks.LOGIN_PATHS.search(path)
    if page.length <= TEASER and (login or marks.LOGIN_HOSTS.search(host) and host != before[0]):
        return Wall("login", f"redirected to {host}{to}"[:150])
    return None


def _consent(page: _Page) -> Wall | None:
    """A text of consent with a button to give it, and little else to go to."""
    if page.links > LINKS or not (
        marks.CONSENT_BUTTONS.search(page.says) or marks.CONSENT_BUTTONS.search(page.title)
    ):
        return None
    for text in (page.says, page.text[:SPOKEN]):
        found = [one_line(each[0]) for each in marks.CONSENT_WORDS.finditer(text)]
        if len(found) >= 3 and sum(map(len, found)) >= DENSE * len(text):
            return Wall("consent", f'speaks of "{found[0]}" and "{found[1]}"')
    return None


def _region(page: _Page) -> Wall | None:
    if (
        page.length <= SHORT
        and page.words <= SMALL
        and (found := marks.REGION_WORDS.search(page.says)) is not None
    ):
        return Wall("region", f'says "{one_line(found[0])}"')
    return None


def _paywall(page: _Page) -> Wall | None:
    if page.length > 2 * TEASER:
        return None
    locked = _FREE.search(page.source) or _LOCKED.search(page.source)
    if locked and page.length <= STATED:
        return Wall("paywall", "states that it is not free, and shows little")
    if page.length <= (2 * TEASER if locked else TEASER):
        end = _end_of_article(page)
        found = marks.PAYWALL_WORDS.search(end)
        if found is not None:
            return Wall("paywall", f'says "{one_line(found[0])}"')
        offer = next(filter(_is_offer, end.split("\n")), None)
        if offer is not None:
            return Wall("paywall", f'says "{one_line(offer)[:80]}"')
    return None


def _is_offer(line: str) -> bool:
    """Whether a line of a page sells the rest of an article, in whatever words."""
    if len(line) > LINE or marks.NO_OFFER.search(line):
        return False
    if marks.PAID_LINES.search(line):
        return True
    return bool(marks.READ_STEMS.search(line) and marks.PAY_STEMS.search(line))


def _end_of_article(page: _Page) -> str:
    """The end of what was found and what follows it on the page; all of a page with nothing on it.

    Offers to subscribe are all over free pages, too; a paid article breaks off at one.
    """
    if page.length <= SHORT // 2:
        return page.says
    last = page.text.rstrip().rpartition("\n")[2]
    at = page.shown.rfind(last[-30:])
    return page.text[-AROUND:] + "\n" + (page.shown[at : at + AROUND] if at >= 0 else "")


def _login(page: _Page) -> Wall | None:
    if page.length > SHORT or not page.is_form or page.words > SMALL:
        return None
    if marks.LOGIN_WORDS.search(page.says) or marks.LOGIN_WORDS.search(page.source[:SPOKEN]):
        return Wall("login", "a form that asks for a password")
    return None


def _nothing(page: _Page) -> Wall | None:
    """A sentence where an article was to be: whoever says so little keeps somebody out."""
    if page.length > FEW or not 0 < page.words <= FEW or page.links > 5:
        return None
    if _ARTICLE.search(page.source) or marks.NOT_FOUND.search(f"{page.title}\n{page.says}"):
        return None
    return Wall("challenge", f'nothing but "{one_line(page.says)[:80]}"')


def _parts(url: str) -> tuple[str, str]:
    """Host without "www." and path, in lower case."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return "", ""
    return (parts.hostname or "").removeprefix("www."), parts.path
