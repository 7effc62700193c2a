"""Which article it is, and which document: ids from what was received, stable for ever.

Stores depend on every byte hashed here; tests/sources/test_identity.py pins exact values.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import attrgetter

from records import Article
from sources.urls import canonical_url, is_root

# In this order, after article_id and before published_at, authors and keywords. None is "-",
# text is its length, ":" and itself, so that no two lists of fields are written alike. Left
# out: source, seen_at, fetched_at, redirect (where, when and how it was met) and what is worked
# out later.
FIELDS = [
    "feed",
    "guid",
    "url",
    "alias",
    "outlet",
    "agency",
    "place",
    "title",
    "text",
    "text_from",
    "summary",
    "published_precision",
    "published_from",
    "declared_language",
]
_FIELDS = attrgetter(*FIELDS)


def identified(article: Article, uri: str | None = None) -> Article:
    """`article` with canonical_url, article_id and document_id worked out from its other fields.

    `uri` is the file's, where the file is one article. A canonical_url that is there already is
    taken for that of the url.
    """
    canonical = article.canonical_url or canonical_url(article.url)
    found = article_id(article, canonical, uri)
    return article._replace(
        canonical_url=canonical, article_id=found, document_id=document_id(article, found)
    )


def article_id(article: Article, canonical: str | None, uri: str | None) -> str:
    """32 hex digits from the first that is there: the canonical URL, unless it is only the
    site's root; feed and GUID; the file's URI; outlet and the id of a line that is of no feed;
    title and text."""
    if canonical is not None and not is_root(canonical):
        return _digest("url", canonical)
    if article.feed is not None and article.guid is not None:
        return _digest("guid", article.feed, article.guid)
    if uri is not None:
        return _digest("file", uri)
    if article.guid is not None:
        return _digest("number", article.outlet, article.guid)
    return _digest("content", article.title, article.text)


def document_id(article: Article, identity: str) -> int:
    """An unsigned 64-bit hash of everything received but the times and the source."""
    values = [identity, *_FIELDS(article), str(article.published_at)]
    values += (str(len(article.authors)), *article.authors, *article.keywords)
    return int.from_bytes(blake2b(_encoded(values), digest_size=8).digest(), "little")


def _digest(kind: str, *values: str | None) -> str:
    return blake2b(_encoded((kind, *values)), digest_size=16).hexdigest()


def _encoded(values: tuple[str | None, ...] | list[str | None]) -> bytes:
    parts = ["-" if value is None else f"{len(value)}:{value}" for value in values]
    return "".join(parts).encode("utf-8", "surrogatepass")
