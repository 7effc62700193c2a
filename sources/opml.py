"""OPML: lists of feeds. Local ones are read here, those on the network are asked elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from lxml import etree

from records import Article, Reject, Section
from sources.markup import declares_entities, depth
from sources.reasons import reject
from sources.text import clean, one_line

DEEPEST = 200  # folders inside folders


def read_list(
    section: Section,
    data: bytes,
    read: Callable[[Section], Iterator[Article | Reject]],
) -> Iterator[Article | Reject]:
    """Every feed that a list names: what `read` finds in a local one, a reject for others,
    unless those are being asked.

    Local are only files inside the list's own folder, links resolved; such a file is read as a
    feed, never as another list. Entities are not expanded and nothing is fetched.
    """
    if declares_entities(data):
        yield reject(section, "entities", "a list declares no entities", "", data[:800])
        return
    if depth(data) > DEEPEST:
        detail = f"elements nested more than {DEEPEST} deep"
        yield reject(section, "nested", detail, "", data[:800])
        return
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        yield reject(section, "not_a_list", "no OPML document", "", data[:800])
        return
    if len(parser.error_log):
        detail = f"kept what could be read: {parser.error_log[0].message}"
        yield reject(section, "malformed", detail, "", data[:800], kept=True)
    for outline in root.iter("{*}outline"):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        address = clean(attributes.get("xmlurl", ""))[0].strip()
        if address:
            name = one_line(clean(attributes.get("text") or attributes.get("title") or "")[0])
            yield from _feed(section, address, name or None, read)


def _feed(
    section: Section,
    address: str,
    name: str | None,
    read: Callable[[Section], Iterator[Article | Reject]],
) -> Iterator[Article | Reject]:
    if address.lower().startswith(("http://", "https://", "feed:", "//")):
        if not section.asked:
            detail = (
                "a list in a folder asks nobody: `newsbeam run LIST` or `newsbeam feeds import`"
            )
            yield reject(section, "not_fetched", detail, address, name or "")
        return
    path = _inside(section.source, address)
    if path is None:
        detail = "only files in the list's own folder are read"
        yield reject(section, "outside", detail, address, name or "")
    elif not os.path.isfile(path):
        yield reject(section, "missing", "the list names a file that is not there", address)
    else:
        seen_at = os.stat(path).st_mtime_ns // 1000
        yield from read(Section(path, path, "feed", seen_at, mtime=seen_at, outlet=name))


def _inside(source: str, address: str) -> str | None:
    """The real path of `address` beside the list, or None where it leads out of its folder."""
    if "\0" in address or ":" in address.partition("/")[0] or not source.startswith("/"):
        return None
    folder = os.path.realpath(os.path.dirname(source))
    path = os.path.realpath(os.path.join(folder, unquote(address)))
    return path if path.startswith(folder.rstrip("/") + "/") else None
