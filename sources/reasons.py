"""Every reason for which something read is rejected, or kept with a note."""

from __future__ import annotations

import re
from typing import NamedTuple

from records import Reject, Section

EXCERPT_LENGTH = 200


class Reason(NamedTuple):
    """At which stage a reason arises and what it tells a person."""

    stage: str  # fetch, read, parse
    meaning: str


REASONS: dict[str, Reason] = {
    "missing": Reason("read", "The path is not there, or no longer there."),
    "unreadable": Reason("read", "The file could not be opened or read."),
    "not_a_file": Reason("read", "A socket, a pipe or a device, found in a folder."),
    "binary": Reason("read", "The content is not text."),
    "unsupported": Reason("read", "A kind of file that is not read: its name or content says so."),
    "truncated": Reason(
        "read", "A compressed file or archive ends early; the part before is kept."
    ),
    "corrupt": Reason("read", "A compressed file or archive is damaged; the part before is kept."),
    "encrypted": Reason("read", "An archive member is protected by a password."),
    "too_large": Reason("read", "A line, file or archive member exceeds the size limit."),
    "empty": Reason("read", "The file holds nothing but white space."),
    "changed_while_read": Reason("read", "The file changed while it was read; run again."),
    "not_fetched": Reason(
        "read", "A list met in a folder names a feed on the network; nobody is asked for it."
    ),
    "outside": Reason("read", "A list names a local file outside the list's own folder."),
    "bad_address": Reason("fetch", "No http(s) address, or a redirect that leads to none."),
    "private_address": Reason(
        "fetch", "An address inside a private network that a server named; see --allow-private."
    ),
    "dns": Reason("fetch", "The host's name could not be resolved."),
    "unreachable": Reason("fetch", "No connection to the host."),
    "tls": Reason("fetch", "No secure connection: the certificate is not trusted, for example."),
    "proxy": Reason("fetch", "The proxy that the environment names did not let it through."),
    "timeout": Reason("fetch", "No connection, no byte or no whole answer in time."),
    "no_answer": Reason("fetch", "The server closed the connection before it answered."),
    "bad_http": Reason("fetch", "What the server sent is no HTTP."),
    "incomplete": Reason("fetch", "The answer is longer or shorter than it says; it is not used."),
    "body_too_large": Reason("fetch", "The answer exceeds the size limit, as it came or unpacked."),
    "bad_coding": Reason("fetch", "A Content-Encoding that is unknown, or not what it says."),
    "redirect_loop": Reason("fetch", "A redirect led back to an address that redirected before."),
    "too_many_redirects": Reason("fetch", "More redirects than are followed."),
    "http_error": Reason("fetch", "The server answered with an error."),
    "gone": Reason("fetch", "The server says that it is gone for good (410)."),
    "rate_limited": Reason("fetch", "The server says that it is asked too often (429)."),
    "host_waiting": Reason("fetch", "Not asked: the host wants to be left alone for now."),
    "robots": Reason("fetch", "Not asked: the site's robots.txt asks not to."),
    "robots_unread": Reason("fetch", "Not asked: the site's robots.txt could not be read."),
    "challenge": Reason("fetch", "A page that wants to know whether a person or a program asks."),
    "consent": Reason("fetch", "A page that asks for consent to cookies before it shows anything."),
    "login": Reason("fetch", "A page that asks for a name and a password."),
    "paywall": Reason("fetch", "Only the beginning of an article; the rest is for subscribers."),
    "region": Reason("fetch", "Not shown in the country from which it was asked for."),
    "no_better": Reason("fetch", "The page has less text than its entry in the feed."),
    "too_slow": Reason("fetch", "Finding the text of the page took longer than 10 seconds."),
    "unforeseen": Reason("fetch", "The request failed in a way nobody foresaw: please report it."),
    "not_modified_unasked": Reason(
        "fetch", "The server says that nothing changed, though it was asked for everything."
    ),
    "bytes_replaced": Reason("parse", "Bytes that are no text were replaced by U+FFFD."),
    "encoding_guessed": Reason("parse", "Not UTF-8 and nothing declared: the encoding is a guess."),
    "control_characters": Reason("parse", "Control characters or lone surrogates were taken out."),
    "bad_json": Reason("parse", "Not JSON."),
    "not_an_object": Reason("parse", "JSON, but not an object that could be an article."),
    "nested": Reason("parse", "Nested deeper than any article is."),
    "bad_field": Reason("parse", "A field has a type or form that says nothing; it is left out."),
    "bad_date": Reason("parse", "A date that is none, or none a publication can have; left out."),
    "bad_url": Reason("parse", "An address that is no http(s) URL or is too long to be one."),
    "no_content": Reason("parse", "Neither a title nor a text."),
    "no_text": Reason("parse", "A page on which no article text was found."),
    "not_a_feed": Reason("parse", "Neither RSS nor Atom nor JSON Feed."),
    "not_a_list": Reason("parse", "Not a readable list of feeds (OPML)."),
    "malformed": Reason("parse", "Not well formed; what could be read was kept."),
    "entities": Reason(
        "parse", "The document declares entities of its own, which are not expanded."
    ),
    "unexpected": Reason("parse", "The parser failed in a way nobody foresaw: please report it."),
}

_BREAKS = re.compile(r"[\s\x00-\x20]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def reject(
    section: Section,
    reason: str,
    detail: str,
    position: str = "",
    excerpt: str | bytes = "",
    kept: bool = False,
) -> Reject:
    """One row of the account about `section`; `reason` is a key of REASONS."""
    return Reject(
        stage=REASONS[reason].stage,
        reason=reason,
        detail=printable(detail),
        source=section.source,
        position=printable(position),
        excerpt=printable(excerpt),
        seen_at=section.seen_at,
        kept=kept,
    )


def printable(text: str | bytes) -> str:
    """At most 200 characters on one line, control characters replaced."""
    if isinstance(text, bytes):
        text = text[: EXCERPT_LENGTH * 4].decode("utf-8", "replace")
    text = _BREAKS.sub(" ", text[: EXCERPT_LENGTH * 4]).strip()
    return _UNPRINTABLE.sub("\ufffd", text)[:EXCERPT_LENGTH]
