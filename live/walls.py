"""Pages that stand in the way of an article: paywalls, consent walls, bot challenges, logins.

Three kinds of sign: what only a wall has (a header, a vendor's mark, the address it led to, what
schema.org says), what a wall says, and how: it speaks to the reader, and sells or asks for
something. All count only where there is little to read, and offers only right behind it, since
articles carry the same vendors' scripts, banners and offers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from live import wallmarks as marks
from live import wallspeech as speech
from live.wallpage import SENTENCE, SPOKEN, WallPage, unquoted, words
from sources.text import one_line

KINDS = frozenset(["challenge", "consent", "login", "region", "paywall"])  # keys of REASONS
SMALL = 250  # words: more is a page with something on it; a challenge has some 20 to 150
TINY = 80  # words: so few are no news page, and a robot or a denial named in them is what it says
FEW = 40  # words: with a handful of links and no mark of an article, they are none
SHORT = 120  # words of an article: a shorter one is a teaser, or no article
STATED = 100  # words of an article that states to be paid: it is shown no further
TEASER = 300  # words that are shown of a paid article at most
LINE = 160  # characters of a line that is an offer, and not prose
LINKS = 30  # a news page has hundreds, a wall a few
DENSE = 0.05  # share of a text's characters that speaks of consent
SELLING = 220  # characters of a line that sells, in unforeseen words,
OFFER = 400  # and of all of an offer

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
        or _login(page)
        or _paywall(page)
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
    bare = captcha or page.links <= LINKS
    if bare and marks.CHALLENGE_WORDS.search(unquoted(page.title)) is not None:
        return Wall("challenge", f'titled "{page.title[:80]}"')
    found = marks.CHALLENGE_WORDS.search(page.subject)
    if found is None and page.words <= TINY and page.links <= 10:
        found = marks.CHALLENGE_STEMS.search(page.title + "\n" + page.subject)
    if bare and found is not None:
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
        named = _agreed(page.subject)
        vendor = any(sign in page.lower for sign in marks.CONSENT_VENDORS)
        if len(named) >= (1 if vendor else 2 if page.speaks(page.subject) else 3):
            return Wall("consent", f'asks for agreement, speaks of "{named[0]}"')
    if not (marks.CONSENT_BUTTONS.search(page.says) or marks.CONSENT_BUTTONS.search(page.title)):
        return None
    for text in (page.subject, page.text[:SPOKEN]):
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
        and (found := marks.REGION_WORDS.search(page.subject)) is not None
    ):
        return Wall("region", f'says "{one_line(found[0])}"')
    return None


def _paywall(page: WallPage) -> Wall | None:
    """The beginning of an article and an offer to read on."""
    if page.length > 2 * TEASER:
        return None
    stated = {bool(each[1]) for each in _FREE.finditer(page.source)}  # of the page, of its parts
    locked = True in stated or _LOCKED.search(page.source) is not None
    if locked and page.length <= STATED:
        return Wall("paywall", "states that it is not free, and shows little")
    if page.length > (2 * TEASER if locked else TEASER):
        return None
    if stated and not locked and page.told:
        return None
    for lines in page.offers:
        if (offer := _offered(page, lines)) is not None:
            return Wall("paywall", f'says "{one_line(offer)[:80]}"')
    return None


def _offered(page: WallPage, lines: list[str]) -> str | None:
    """The line of some that sells the rest of an article; the first, where together they do.

    They do where they are said to somebody, speak of reading on, and name what that takes; behind
    an article that breaks off, or where there is none, two of these are enough.
    """
    lines = [unquoted(line) for line in lines]
    short = [line for line in lines if _length(line) <= SELLING]
    sold = [line for line in short if not marks.NO_OFFER.search(line)]
    if (alone := next(filter(_is_offer, sold), None)) is not None:
        return alone
    text = "\n".join(sold)
    long = len(short) < len(lines) or _length(text) > OFFER
    if not sold or long or len(_agreed(text)) > 1:
        return None
    cut = page.is_cut or page.said < SENTENCE
    takes = [speech.PRICE, speech.BELONGS, speech.PLANS, speech.ACCOUNT, marks.PAY_STEMS]
    if cut or not page.told:  # free articles have offers of apps behind them
        takes.append(speech.APP)
    reads = marks.READ_STEMS.search(text) is not None
    goes_on = speech.GO_ON.search(text) is not None
    spoken = page.speaks(text) or speech.ASKS.search(text) is not None or reads and goes_on
    signs = spoken + (reads or goes_on) + any(each.search(text) for each in takes)
    return sold[0] if signs >= (2 if cut else 3) else None


def _length(text: str) -> int:
    """Characters, or as many as its words would have in a script with spaces."""
    return max(len(text), 6 * words(text))


def _is_offer(line: str) -> bool:
    """Whether a line of a page sells the rest of an article, in whatever words."""
    if len(line) > LINE:
        return False
    on = marks.READ_STEMS.search(line) or speech.ONLY.search(line)
    sells = marks.PAID_LINES.search(line) or on and marks.PAY_STEMS.search(line)
    return bool(sells) and len(_agreed(line)) < 2


def _login(page: WallPage) -> Wall | None:
    if page.length > SHORT or not page.is_form or page.words > SMALL or page.is_told:
        return None
    asked = marks.LOGIN_WORDS.search(page.subject) is not None
    if not asked and not (page.is_marked and page.found):
        asked = page.length <= FEW or marks.LOGIN_WORDS.search(page.source[:SPOKEN]) is not None
    return Wall("login", "a form that asks for a password") if asked else None


def _nothing(page: WallPage) -> Wall | None:
    """A sentence where an article was to be: whoever says so little keeps somebody out, with
    nothing else on the page, or by saying it to the reader."""
    bare = page.words <= FEW and page.links <= 5
    if page.said > FEW or not page.words or not (bare or page.found and not page.told):
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
