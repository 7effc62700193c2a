"""Pages that stand in the way of an article: paywalls, consent walls, bot challenges, logins.

Three kinds of sign: what only a wall has (a header, a vendor's mark, the address it led to, what
schema.org says), what a wall says, and how: it speaks to the reader, and sells or asks for
something. All count only where there is little to read, since articles carry the same vendors'
scripts, banners and offers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from live import wallmarks as marks
from live import wallspeech as speech
from live.wallpage import SENTENCE, SPOKEN, WallPage, is_cut, words
from sources.text import one_line

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
SELLING = 220  # characters of a line that sells, in unforeseen words
SOLD = 80  # words of an article on a page with a seller's scripts, where such a line is an offer

_FREE = re.compile(
    r"isAccessibleForFree[\"']?\s*(?::|content\s*=)\s*[\"']?\s*(?:(false|no\b|0)|true|yes\b|1)",
    re.I,
)
_LOCKED = re.compile(r"article:content_tier[\"']\s+content\s*=\s*[\"']?locked", re.I)


class Wall(NamedTuple):
    """What stands in the way: one of KINDS, and the sign it was known by."""

    kind: str
    detail: str


def wall_of(
    headers: Mapping[str, str],
    asked: str,
    final: str | None,
    html: str,
    text: str | None,
    expected: bool = False,
    status: int | None = None,
) -> Wall | None:
    """The wall that a page is, or None. `text` is what was taken for its article, if anything.

    `expected` tells that an article was to be there, so that a lone sentence is a wall; a `status`
    of refusal, that some headers count. Pure and linear in the length of the page, of which a
    million characters are looked at.
    """
    page = WallPage(html, text)
    return (
        _by_headers(headers, status)
        or _challenge(page)
        or _moved(page, asked, final)
        or _consent(page)
        or _region(page)
        or _paywall(page)
        or _login(page)
        or (_nothing(page) if expected else None)
    )


def _by_headers(headers: Mapping[str, str], status: int | None) -> Wall | None:
    known = [*marks.HEADERS.items()]
    if status in marks.REFUSALS:
        known += marks.REFUSED_HEADERS
    for name, value in known:
        if name in headers and headers[name].strip().lower().startswith(value):
            return Wall("challenge", f"header {name}")
    return None


def _challenge(page: WallPage) -> Wall | None:
    if page.length > SHORT or page.words > SMALL:
        return None
    for vendor, signs in marks.CHALLENGES.items():
        if any(sign in page.lower for sign in signs):
            return Wall("challenge", f"a challenge by {vendor}")
    captcha = any(sign in page.lower for sign in marks.CAPTCHAS)
    if page.is_told or page.is_form and not captcha:
        return None
    if (found := marks.CHALLENGE_WORDS.search(page.title)) is not None:
        return Wall("challenge", f'titled "{page.title[:80]}"')
    found = marks.CHALLENGE_WORDS.search(page.says)
    if found is None and page.words <= TINY and page.links <= 10:
        found = marks.CHALLENGE_STEMS.search(page.title + "\n" + page.says)
    if found is not None and (captcha or page.links <= LINKS):
        return Wall("challenge", f'says "{one_line(found[0])}"')
    if captcha and page.links <= 5 and not page.is_form:
        return Wall("challenge", "nothing but a captcha")
    return None


def _moved(page: WallPage, asked: str, final: str | None) -> Wall | None:
    """Where a redirect led to an address that exists for something else than articles."""
    if page.words <= FEW and page.refreshed is not None:
        final = _joined(final or asked, page.refreshed)
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


def _consent(page: WallPage) -> Wall | None:
    """A text of consent with a button to give it, and little else to go to."""
    if page.links > LINKS or page.is_told:
        return None
    if page.words <= SMALL and page.length <= SHORT and marks.CONSENT_BUTTONS.search(page.buttons):
        named = _agreed(page.says)
        vendor = any(sign in page.lower for sign in marks.CONSENT_VENDORS)
        if len(named) >= (1 if vendor else 2 if page.speaks(page.says) else 3):
            return Wall("consent", f'asks for agreement, speaks of "{named[0]}"')
    if not (marks.CONSENT_BUTTONS.search(page.says) or marks.CONSENT_BUTTONS.search(page.title)):
        return None
    for text in (page.says, page.text[:SPOKEN]):
        found = [one_line(each[0]) for each in marks.CONSENT_WORDS.finditer(text)]
        if len(found) >= 3 and sum(map(len, found)) >= DENSE * len(text):
            return Wall("consent", f'speaks of "{found[0]}" and "{found[1]}"')
    return None


def _agreed(text: str) -> list[str]:
    """What a text names of that which people are asked to agree to, each thing once."""
    found = (topic.search(text) for topic in speech.CONSENT_TOPICS)
    return [one_line(each[0]) for each in found if each is not None]


def _region(page: WallPage) -> Wall | None:
    if (
        page.length <= SHORT
        and page.words <= SMALL
        and not page.is_told
        and (found := marks.REGION_WORDS.search(page.says)) is not None
    ):
        return Wall("region", f'says "{one_line(found[0])}"')
    return None


def _paywall(page: WallPage) -> Wall | None:
    if page.length > 2 * TEASER:
        return None
    stated = {bool(each[1]) for each in _FREE.finditer(page.source)}  # of the page, of its parts
    locked = True in stated or _LOCKED.search(page.source) is not None
    if locked and page.length <= STATED:
        return Wall("paywall", "states that it is not free, and shows little")
    if page.length <= (2 * TEASER if locked else TEASER):
        end = _end_of_article(page)
        found = marks.PAYWALL_WORDS.search(end)
        if found is not None:
            return Wall("paywall", f'says "{one_line(found[0])}"')
        offer = next(filter(_is_offer, end.split("\n")), None)
        if offer is None and (locked or not stated):
            offer = _selling(page)
        if offer is not None:
            return Wall("paywall", f'says "{one_line(offer)[:80]}"')
    return None


def _selling(page: WallPage) -> str | None:
    """A line behind the beginning of an article that sells something to the reader.

    Free articles have such lines behind them, too. So the article has to break off there, or to
    be as short as a teaser on a page that a seller of articles has a hand in.
    """
    text = page.text.split("\n")
    last = text[-1].strip()
    at = page.main.rfind(last[-30:]) if last else -1
    following = page.main[at + len(last[-30:]) : at + AROUND].split("\n") if at >= 0 else []
    sold = page.length <= SOLD and (
        any(sign in page.lower for sign in marks.SELLERS) or marks.PAID_ELEMENTS.search(page.source)
    )
    prose: str | None = None
    for line in [*text[-4:], *following]:
        if prose is not None and _sells(page, line) and (sold or is_cut(prose)):
            return line
        if words(line) >= SENTENCE:
            prose = line
    return None


def _sells(page: WallPage, line: str) -> bool:
    """Whether a line offers something to whoever reads it: for money, or for belonging."""
    if len(line) > SELLING or marks.NO_OFFER.search(line) or not page.speaks(line):
        return False
    if len(_agreed(line)) > 1:  # it asks for something else
        return False
    return any(
        found.search(line)
        for found in (speech.PRICE, speech.BELONGS, speech.PLANS, marks.PAY_STEMS)
    )


def _is_offer(line: str) -> bool:
    """Whether a line of a page sells the rest of an article, in whatever words."""
    if len(line) > LINE or marks.NO_OFFER.search(line):
        return False
    sells = marks.PAID_LINES.search(line) or (
        marks.READ_STEMS.search(line) and marks.PAY_STEMS.search(line)
    )
    return bool(sells) and len(_agreed(line)) < 2


def _end_of_article(page: WallPage) -> str:
    """The end of what was found and what follows it on the page; all of a page with nothing on it.

    Offers to subscribe are all over free pages, too; a paid article breaks off at one.
    """
    if page.length <= SHORT // 2:
        return page.main[:SPOKEN]
    last = page.text.rstrip().rpartition("\n")[2]
    at = page.main.rfind(last[-30:])
    return page.text[-AROUND:] + "\n" + (page.main[at : at + AROUND] if at >= 0 else "")


def _login(page: WallPage) -> Wall | None:
    if page.length > SHORT or not page.is_form or page.words > SMALL or page.is_told:
        return None
    asked = marks.LOGIN_WORDS.search(page.says) or marks.LOGIN_WORDS.search(page.source[:SPOKEN])
    if asked or page.length <= FEW:
        return Wall("login", "a form that asks for a password")
    return None


def _nothing(page: WallPage) -> Wall | None:
    """A sentence where an article was to be: whoever says so little keeps somebody out."""
    if page.length > FEW or not 0 < page.words <= FEW or page.links > 5:
        return None
    if page.is_marked or marks.NOT_FOUND.search(f"{page.title}\n{page.says}"):
        return None
    return Wall("challenge", f'nothing but "{one_line(page.says)[:80]}"')


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return base


def _parts(url: str) -> tuple[str, str]:
    """Host without "www." and path, in lower case."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return "", ""
    return (parts.hostname or "").removeprefix("www."), parts.path
