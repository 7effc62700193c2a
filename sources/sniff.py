"""Which format a file is in: by the ending of its name, then by its first bytes."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import PurePath

from sources.decode import decode, is_binary

HEAD = 4_096  # bytes that are looked at; reaches the mark of a tar file at 257

_ENDINGS = {
    ".txt": "seed",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".xml": "feed",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".opml": "opml",
    ".tar": "tar",
}
_MARKS = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_UNREAD = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf": "7-zip", b"%PDF": "PDF"}
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_COMPRESSED = {".gz": "gzip", ".tgz": "gzip", ".zst": "zstd", ".zip": "zip"}
_ROOT = re.compile(r"<([A-Za-z][A-Za-z0-9:]*)")
_ROOTS = {"rss": "feed", "feed": "feed", "rdf:rdf": "feed", "opml": "opml", "html": "page"}
FORMATS = frozenset(_ENDINGS.values()) | {mark for _, mark in _MARKS}


def sniff(name: str, head: bytes) -> str:
    """One of FORMATS for a file of that name and with these first bytes, or its trouble.

    A trouble is "reason: detail" (see sources/reasons.py). A .txt file is always a seed unless
    it is binary; a compressed or packed file is known by its mark whatever it is called.
    """
    ending = PurePath(name).suffix.lower()
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if head[257:262] == b"ustar":
        return "tar"
    for mark, unread in _UNREAD.items():
        if head.startswith(mark):
            return f"unsupported: {unread} files are not read; unpack it first"
    if not head and ending in _COMPRESSED:
        return "empty: the file holds nothing"
    if ending in _COMPRESSED:
        return f"corrupt: named {ending} but not {_COMPRESSED[ending]}"
    if is_binary(head):
        return "binary: the content is not text"
    if ending in (".jsonl", ".ndjson") and head.startswith(_WIDE):
        return "json"  # cut by bytes, its lines would break; the reader of documents splits it
    if ending in (".txt", ".jsonl", ".ndjson", ".opml", ".rss", ".atom", ".rdf"):
        return _ENDINGS[ending]
    found = _by_content(decode(head)[0].lstrip("\ufeff \t\n"))
    if found in ("opml", "feed", "page") or ending not in _ENDINGS:
        if found is None:
            shown = f"files named {ending} are not read" if ending else "a name without an ending"
            return f"unsupported: {shown}; call plain text .txt, JSON lines .jsonl"
        return found if ending != ".json" else "json"
    return _ENDINGS[ending]


def _by_content(text: str) -> str | None:
    if text.startswith(("{", "[")):
        return "jsonl" if _is_object(text.partition("\n")[0]) and "\n" in text else "json"
    if not text.startswith("<"):
        return None
    if text[:14].lower() == "<!doctype html":
        return "page"
    for root in _ROOT.finditer(text):
        return _ROOTS.get(root[1].lower(), "feed" if text.startswith("<?xml") else None)
    return None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
