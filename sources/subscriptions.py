"""What a subscription consists of, checked and in one form, wherever it was stated."""

from __future__ import annotations

import re
from collections.abc import Iterable

from records import Feed
from sources.text import clean, one_line
from sources.urls import LONGEST, canonical_url

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_PSEUDO = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.I)
_LOCAL = re.compile(r"(?:localhost|\[[0-9a-f:.]+\]|\d+\.\d+\.\d+\.\d+)(?=[:/?]|$)", re.I)
_SEPARATOR = re.compile(r"(?<!\\)((?:\\\\)*)/")
_FRAGMENT = re.compile(r"#.*", re.S)
_NO_XML = re.compile("[\ufffe\uffff]")
_PASSWORD = re.compile(r"(?<=://)([^/?#@:]*):[^/?#@]*@")


class BadSubscription(ValueError):
    """Why something cannot be subscribed to, in words for a person."""


def subscription(
    url: str, outlet: str | None = None, folder: str | None = None, declared_in: str = "store"
) -> Feed:
    """A feed as subscribed to. BadSubscription where `url` is no http(s) address.

    Names are one line without control characters; an empty one, or one that only repeats the
    address, is none. The address is kept as stated, save its fragment, which is never sent.
    """
    url = feed_address(url)
    return Feed(url, _name(outlet, url), folder_of(folder_names(folder)), declared_in)


def feed_address(stated: str) -> str:
    """An address to ask: what is stated, without blanks and fragment, `feed:` read as http."""
    address = _PSEUDO.sub("", clean(stated)[0].strip())
    if address.startswith("//"):
        address = ("http:" if stated.strip().lower().startswith("feed:") else "https:") + address
    address = _FRAGMENT.sub("", address).replace(" ", "%20")
    if len(address) > LONGEST:
        raise BadSubscription(f"{address[:60]}… is longer than {LONGEST:,} characters")
    if canonical_url(address) is None or not address.isprintable():
        raise BadSubscription(f"{shown(stated)[:200]!r} is no address: write https://HOST/PATH")
    return address


def typed_address(typed: str) -> str:
    """The same for what a person types: https:// is understood, http:// for this machine."""
    typed = typed.strip()
    if typed and not _SCHEME.match(typed) and not typed.startswith("//"):
        typed = ("http://" if _LOCAL.match(typed) else "https://") + typed
    return feed_address(typed)


def shown(address: str) -> str:
    """An address for the eyes of others: the password in it, if any, as ***."""
    return _PASSWORD.sub(r"\1:***@", address)


def tidy(name: str) -> str:
    """A name on one line, without control characters and without what XML cannot hold."""
    return one_line(_NO_XML.sub("\ufffd", clean(name)[0]))


def folder_names(folder: str | None) -> list[str]:
    """The names of the folders in folders that "a/b" stands for; "\\/" is a slash in a name."""
    parts = _SEPARATOR.sub("\\1\n", tidy(folder or "")).split("\n")
    names = (re.sub(r"\\(.)", r"\1", part).strip() for part in parts)
    return [name for name in names if name]


def folder_of(names: Iterable[str]) -> str | None:
    """The other way round; None for no folder at all."""
    return "/".join(name.replace("\\", "\\\\").replace("/", "\\/") for name in names) or None


def _name(stated: str | None, url: str) -> str | None:
    name = tidy(stated or "")
    return name if name and name != url else None
