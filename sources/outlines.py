"""Subscriptions as OPML, both ways: feeds with the folders they are in and their outlets' names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from records import Feed
from sources.markup import declares_entities, depth, sprawls
from sources.opml import DEEPEST
from sources.subscriptions import BadSubscription, folder_names, folder_of, subscription, tidy

LARGEST = 16 * 2**20  # bytes; lists of 50,000 feeds have 10 MB

_REFERENCE = re.compile(rb"&(?:(#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);|(\w+);)?")


class BadOutlines(ValueError):
    """Why a document is no list of feeds that could be taken, in words for a person."""


class Outlines(NamedTuple):
    """What a list of feeds holds."""

    feeds: list[Feed]  # each address once, at its first place
    repeated: int  # further places of the same addresses
    refused: list[str]  # why an outline with an address is not among the feeds: a sentence each


def read_outlines(data: bytes) -> Outlines:
    """The feeds of an OPML document. BadOutlines where it is none or is not to be trusted.

    Nothing is fetched and no entity is expanded but those of HTML and XML. Bare "&" in addresses,
    which many programs export, are taken for what they mean. Anything else that is not well
    formed refuses the whole: half a list would look like a whole one.
    """
    feeds: dict[str, Feed] = {}
    repeated, refused = 0, []
    for outline, folder in _outlines(_parsed(data)):
        stated = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        name = stated.get("text") or stated.get("title")
        try:
            feed = subscription(stated["xmlurl"], name, folder)
        except BadSubscription as error:
            refused.append(f"{tidy(name or 'without a name')}: {error}")
            continue
        repeated += feed.url in feeds
        feeds.setdefault(feed.url, feed)
    return Outlines(list(feeds.values()), repeated, refused)


def write_outlines(feeds: Iterable[Feed]) -> bytes:
    """An OPML 2.0 document of feeds, sorted by folder and name.

    Reading it gives the same addresses, outlets and folders again. A feed without a name of its
    own has its address for a text, and the feed's own title beside it.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "newsbeam subscriptions"
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in sorted(feeds, key=_place):
        path = tuple(folder_names(feed.folder))
        for length in range(1, len(path) + 1):
            if path[:length] not in folders:
                parent, name = folders[path[: length - 1]], path[length - 1]
                folders[path[:length]] = etree.SubElement(parent, "outline", text=tidy(name))
        outline = etree.SubElement(folders[path], "outline", type="rss")
        stated = {
            "text": feed.outlet or feed.url,
            "title": feed.outlet or feed.title or feed.url,
            "xmlUrl": feed.url,
            "htmlUrl": feed.site,
        }
        for attribute, value in stated.items():
            if value:
                outline.set(attribute, tidy(value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _place(feed: Feed) -> tuple[list[str], str, str]:
    return folder_names(feed.folder), (feed.outlet or feed.title or feed.url).casefold(), feed.url


def _parsed(data: bytes) -> etree._Element:
    if len(data) > LARGEST:
        raise BadOutlines(f"it has more than {LARGEST // 2**20} MB; lists of feeds are smaller")
    if declares_entities(data):
        raise BadOutlines("it declares entities of its own, which no list of feeds needs")
    if depth(data) > DEEPEST:
        raise BadOutlines(f"its elements nest more than {DEEPEST} deep")
    if sprawls(data):
        raise BadOutlines("one of its elements has thousands of attributes")
    if b"\0" not in data[:64]:  # UTF-16 is left alone
        data = _REFERENCE.sub(_reference, data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadOutlines(f"it is not well formed: {error.args[0]}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise BadOutlines(f"it is no OPML: its first element is <{etree.QName(root).localname}>")
    return root


def _reference(found: re.Match[bytes]) -> bytes:
    """A reference that XML knows, for one that HTML knows, or for an "&" that is none."""
    if found[1]:
        return found[0]
    character = html5.get(f"{found[2].decode('ascii', 'replace')};") if found[2] else None
    if character is None:
        return b"&amp;" + found[0][1:]
    return "".join(f"&#{ord(each)};" for each in character).encode()


def _outlines(root: etree._Element) -> Iterable[tuple[etree._Element, str | None]]:
    """Every outline with an address, in its order, and the folder it is in."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        if not isinstance(element.tag, str):
            continue  # a comment
        attributes = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        if etree.QName(element).localname.lower() == "outline":
            if attributes.get("xmlurl", "").strip():
                yield element, folder_of(folders)
            else:
                stated = attributes.get("text") or attributes.get("title") or ""
                name = tidy(stated)
                folders = (*folders, name) if name else folders
        waiting.extend((child, folders) for child in reversed(element))
