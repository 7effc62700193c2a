"""One address for one page: the canonical form that identity rests on.

Folded as certain: http and https, `www.`, default ports, letter case of scheme and host,
fragments, tracking parameters, index files, a trailing slash, percent-encoding of what needs
none, AMP and telephone forms of a known shape. Kept as it may choose a page: every other
parameter in its order, letter case of the path, other ports (then with their scheme), doubled
slashes, and fragments that are routes (`#!…`, `#/…`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin

import idna

from sources.tracking import (
    INDEX_FILES,
    MOBILE_HOSTS,
    MOBILE_INFIX,
    NAMES,
    PAIRS,
    PREFIXES,
    REGISTRIES,
)

LONGEST = 8_192  # characters; servers refuse longer ones, and so do we

_PARTS = re.compile(r"(https?)://([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE)
_NOISE = re.compile(r"[\t\r\n]+")  # browsers pass over these inside an address
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~%!$&'()*+,;=:@/?#\[\]]")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SESSION = re.compile(r";jsessionid=[^/;?]*", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}


def canonical_url(url: str | None) -> str | None:
    """The canonical form of an http(s) address, or None for what is none.

    Pure, total and idempotent; never merges pages known to differ. Addresses longer than 8,192
    characters, without a host, or of another scheme (javascript:, data:, file:) are none.
    """
    if not url or len(url) > LONGEST:
        return None
    url = _NOISE.sub("", url.strip())
    if url.startswith("//"):
        url = "https:" + url
    for _ in range(4):  # an AMP cache may wrap another; each turn makes the address shorter
        if (parts := _PARTS.fullmatch(url)) is None:
            return None
        scheme, authority, path, query, fragment = parts.groups("")
        if (host := _host(authority.rpartition("@")[2], scheme := scheme.lower())) is None:
            return None
        if (inner := _cached(host, path)) is None:
            break
        url = f"{inner}?{query}" if query else inner
    else:
        return None
    if ":" not in host.rpartition("]")[2]:
        scheme = "https"
    path = _path(path)
    query = _query(query) if query else ""
    fragment = "#" + _escaped(fragment) if fragment.startswith(("!", "/")) else ""
    canonical = f"{scheme}://{host}{path or '/'}{query}{fragment}"
    return canonical if len(canonical) <= LONGEST else None


def is_root(canonical: str) -> bool:
    """Whether a canonical URL is only the site's front page, which identifies no article."""
    return canonical.endswith("/") and canonical.count("/") == 3


def resolve(base: str | None, link: str) -> str:
    """`link` as an absolute address where `base` allows it; never raises."""
    try:
        return urljoin(base, link.strip()) if base else link.strip()
    except ValueError:
        return link.strip()


@lru_cache(4_096)  # a site has many articles
def _host(authority: str, scheme: str) -> str | None:
    """Host and port in one form; None where it is no host."""
    if authority.startswith("["):
        host, bracket, rest = authority.lower().partition("]")
        if not bracket or not re.fullmatch(r"\[[0-9a-f:.]+", host):
            return None
        host, port = host + "]", rest[1:]
        if rest and rest[0] != ":":
            return None
    else:
        host, _, port = authority.partition(":")
        host = host.lower()
        if not host.isascii() or "%" in host:
            try:
                host = idna.encode(host, uts46=True).decode("ascii")
            except (UnicodeError, ValueError, IndexError):
                return None
        host = host.rstrip(".")
        if not _HOST.fullmatch(host):
            return None
        host = _desktop(host)
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    return host if not port or port == _PORTS[scheme] else f"{host}:{port}"


def _desktop(host: str) -> str:
    """Without `www.`, and without what marks a form for telephones or AMP."""
    for _ in range(host.count(".")):
        first, _, rest = host.partition(".")
        if host in MOBILE_HOSTS or first in ("www", "m", "amp") and _is_site(rest):
            host = rest
        else:
            break
    while ".m." in host and host.endswith(MOBILE_INFIX):
        host = host.replace(".m.", ".")
    return host


def _is_site(host: str) -> bool:
    labels = host.split(".")
    if len(labels) == 2 and len(labels[1]) == 2:
        return labels[0] not in REGISTRIES
    return len(labels) >= 2 and not host.replace(".", "").isdigit()


def _cached(host: str, path: str) -> str | None:
    """The address inside an address of an AMP cache."""
    marker = ""
    if host == "google.com" and path.startswith("/amp/"):
        marker = path[5:]
    elif host.endswith(".cdn.ampproject.org") and path[:3] in ("/c/", "/v/", "/i/"):
        marker = path[3:]
    if not marker:
        return None
    scheme, rest = ("https", marker[2:]) if marker.startswith("s/") else ("http", marker)
    return f"{scheme}://{rest}" if "." in rest.partition("/")[0] else None


def _path(path: str) -> str:
    path = _escaped(path)
    if ";" in path:
        path = _SESSION.sub("", path)
    if "/." in path:
        path = _without_dots(path)
    while True:
        shorter = path.rstrip("/")
        head, _, last = shorter.rpartition("/")
        if last.lower() in INDEX_FILES or last == "amp" and _is_slug(head.rpartition("/")[2]):
            path = head
        elif last.endswith(".amp.html") and _is_slug(last[: -len(".amp.html")]):
            path = head + "/" + last[: -len(".amp.html")] + ".html"
        elif last.endswith(".amp") and _is_slug(last[: -len(".amp")]):
            path = shorter[: -len(".amp")]
        else:
            return shorter


def _is_slug(segment: str) -> bool:
    """Whether a path segment names an article: only then is a following "amp" a form of it."""
    return "-" in segment[1:-1] or any(character.isdigit() for character in segment)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    kept = []
    while "&amp;" in query:  # copied out of HTML
        query = query.replace("&amp;", "&")
    for part in query.split("&"):
        name, _, value = part.partition("=")
        name = name.lower()
        if not part or name in NAMES or name.startswith(PREFIXES):
            continue
        if (name, value.lower()) not in PAIRS:
            kept.append(_escaped(part))
    return "?" + "&".join(kept) if kept else ""


def _escaped(part: str) -> str:
    """Escapes in upper case, none where none is needed, all where one is."""
    if "%" in part:
        part = _STRAY.sub("%25", part)
        part = _ESCAPE.sub(_unescape, part)
    return _UNSAFE.sub(_escape, part)


def _unescape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _escape(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))
