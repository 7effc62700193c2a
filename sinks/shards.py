"""Records as Parquet shards: the columns that travel from the workers to the commit.

Times are int64 microseconds, ids strings, as in the records. Columns are built whole, not row
by row: at 400 words an article a shard costs its bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from records import Article, DuplicatePair, Reject, TopicMatch
from sinks import polled_kinds
from sinks.places import create, finish

ARTICLES, KNOWN, CANDIDATES, REJECTS = "articles", "known", "candidates", "rejects"
TAGS = "tags"  # of revisions that are stored and tagged again
KINDS = (ARTICLES, KNOWN, CANDIDATES, REJECTS, TAGS, *polled_kinds.RECORDS)

_TEXT_RANK = {"feed_summary": 1, "feed_full": 2, "page": 3, "file": 3}
_PRECISION_RANK = {None: 0, "day": 1, "second": 2}
_LAST_TIME = 2**62

_RECEIVED = [
    ("article_id", pa.string()),
    ("document_id", pa.uint64()),
    ("source", pa.string()),
    ("seen_at", pa.int64()),
    ("feed", pa.string()),
    ("guid", pa.string()),
    ("fetched_at", pa.int64()),
    ("url", pa.string()),
    ("canonical_url", pa.string()),
    ("alias", pa.string()),
    ("redirect", pa.string()),
    ("outlet", pa.string()),
    ("agency", pa.string()),
    ("place", pa.string()),
    ("title", pa.string()),
    ("text", pa.string()),
    ("text_from", pa.string()),
    ("summary", pa.string()),
    ("authors", pa.list_(pa.string())),
    ("keywords", pa.list_(pa.string())),
    ("published_at", pa.int64()),
    ("published_precision", pa.string()),
    ("published_from", pa.string()),
    ("declared_language", pa.string()),
]
_SIGHTED = [
    "article_id",
    "document_id",
    "source",
    "seen_at",
    "feed",
    "guid",
    "fetched_at",
    "alias",
    "redirect",
    "outlet",
]
_KNOWN = [field for field in _RECEIVED if field[0] in _SIGHTED]
_PAIR = [
    ("text_id", pa.string()),
    ("other_id", pa.string()),
    ("kind", pa.string()),
    ("similarity", pa.float64()),
    ("containment", pa.float64()),
    ("contained_id", pa.string()),
]
_REJECT = [
    ("stage", pa.string()),
    ("reason", pa.string()),
    ("detail", pa.string()),
    ("source", pa.string()),
    ("position", pa.string()),
    ("excerpt", pa.string()),
    ("seen_at", pa.int64()),
    ("kept", pa.bool_()),
]
_DETECTION = [
    ("language", pa.string()),
    ("confidence", pa.float64()),
    ("method", pa.string()),
]
_FINGERPRINT = [
    ("content_id", pa.string()),
    ("text_id", pa.string()),
    ("word_count", pa.int32()),
]
_EVIDENCE = [
    ("term", pa.string()),
    ("surface", pa.string()),
    ("field", pa.string()),
    ("start", pa.int32()),
    ("length", pa.int32()),
    ("weight", pa.float64()),
]
_MATCH = [
    ("topic", pa.string()),
    ("score", pa.float64()),
    ("ruleset", pa.string()),
    ("ruleset_version", pa.string()),
]


def precedence(article: Article) -> str:
    """Which document speaks for a content that several carry: the greatest, in string order.

    The best text, then the most precise date, then the earliest, then the fullest record, then
    the document's id. It depends on the document alone, so that the order of arrival does not
    matter; its first character is the rank of the text, 0 where there is none.
    """
    rank = _TEXT_RANK[article.text_from] if article.text else 0
    date = _PRECISION_RANK[article.published_precision]
    earliness = _LAST_TIME - article.published_at if article.published_at is not None else 0
    received = article[7:23]
    fullness = len(received) - received.count(None) - received.count(())
    return f"{rank}{date}{earliness:020d}{fullness:02d}{article.document_id:020d}"


def _columns(fields: Sequence[tuple[str, pa.DataType]], rows: Sequence[Any]) -> dict[str, pa.Array]:
    """The fields of named tuples of one kind, each as an array."""
    values = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    return {name: pa.array(values.get(name, ()), kind, from_pandas=False) for name, kind in fields}


def _list_array(lengths: list[int], values: pa.Array, missing: list[bool]) -> pa.Array:
    offsets = pa.array([0, *accumulate(lengths)], pa.int32())
    mask = pa.array(missing) if any(missing) else None
    return pa.ListArray.from_arrays(offsets, values, mask=mask)


def _struct(fields: Sequence[tuple[str, pa.DataType]], rows: Sequence[Any]) -> list[pa.Array]:
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return [pa.array(column, kind) for column, (_, kind) in zip(columns, fields, strict=False)]


def _topic_details(articles: Sequence[Article]) -> pa.Array:
    matches: list[TopicMatch] = [m for a in articles for m in a.topics or ()]
    evidence = pa.StructArray.from_arrays(
        _struct(_EVIDENCE, [e for m in matches for e in m.evidence]), [n for n, _ in _EVIDENCE]
    )
    details = pa.StructArray.from_arrays(
        [
            *_struct(_MATCH, [m[:4] for m in matches]),
            _list_array([len(m.evidence) for m in matches], evidence, []),
        ],
        [*(name for name, _ in _MATCH), "evidence"],
    )
    lengths = [len(a.topics or ()) for a in articles]
    return _list_array(lengths, details, [a.topics is None for a in articles])


def _articles_table(articles: Sequence[Article]) -> pa.Table:
    detections = [a.detection for a in articles]
    prints = [a.fingerprint for a in articles]
    if any(d is None for d in detections) or any(p is None for p in prints):
        raise ValueError("articles are stored after DetectLanguage and FingerprintArticles")
    columns = _columns(_RECEIVED, articles)
    columns["precedence"] = pa.array(list(map(precedence, articles)), pa.string())
    columns |= _columns(_DETECTION, detections) | _columns(_FINGERPRINT, prints)
    keys = b"".join(p.keys for p in prints)  # type: ignore[union-attr]
    columns["keys"] = _list_array(
        [len(p.keys) // 8 for p in prints],  # type: ignore[union-attr]
        pa.Array.from_buffers(pa.uint64(), len(keys) // 8, [None, pa.py_buffer(keys)]),
        [],
    )
    columns["topics"] = _topic_details(articles)
    return pa.table(columns)


def _known_table(articles: Sequence[Article]) -> pa.Table:
    return pa.table(_columns(_KNOWN, articles))


def _candidates_table(candidates: Sequence[tuple[str, str]]) -> pa.Table:
    names = ("text_id", "other_id")
    columns = zip(*candidates, strict=True) if candidates else ((), ())
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})


def pairs_table(pairs: Sequence[DuplicatePair]) -> pa.Table:
    """Compared pairs as an Arrow table."""
    return pa.table(_columns(_PAIR, pairs))


def _tags_table(articles: Sequence[Article]) -> pa.Table:
    columns = _columns([("article_id", pa.string())], articles)
    contents = [a.fingerprint.content_id if a.fingerprint else None for a in articles]
    columns["content_id"] = pa.array(contents, pa.string())
    columns["topics"] = _topic_details(articles)
    return pa.table(columns)


def _rejects_table(rejects: Sequence[Reject]) -> pa.Table:
    return pa.table(_columns(_REJECT, rejects))


def _columns_table(fields: Sequence[tuple[str, pa.DataType]], rows: Sequence[Any]) -> pa.Table:
    return pa.table(_columns(fields, rows))


_TABLES: dict[str, Callable[[Sequence[Any]], pa.Table]] = {
    ARTICLES: _articles_table,
    KNOWN: _known_table,
    CANDIDATES: _candidates_table,
    REJECTS: _rejects_table,
    TAGS: _tags_table,
    **{kind: partial(_columns_table, polled_kinds.fields(kind)) for kind in polled_kinds.RECORDS},
}


class Shard:
    """A shard being written, a group of rows at a time; there whole once closed, or not at all.

    On disk or, where `path` is a URL, on any file system that Beam can write to.
    """

    def __init__(self, path: str, kind: str) -> None:
        self._path = path
        self._kind = kind
        self._file = create(path)
        self._writer: pq.ParquetWriter | None = None
        self.rows = 0

    def write(self, rows: Sequence[Any]) -> None:
        """Add rows."""
        columns = table(self._kind, rows)
        if self._writer is None:
            # Plain: a shard is read once, and what packing saves on disk it costs in time.
            self._writer = pq.ParquetWriter(
                self._file,
                columns.schema,
                compression="none",
                use_dictionary=False,
                write_statistics=False,
            )
        with self._named():
            self._writer.write_table(columns)
        self.rows += len(rows)

    def close(self) -> None:
        """Put the shard in its place, on disk before its name is."""
        with self._named():
            if self._writer is not None:
                self._writer.close()
            finish(self._file, self._path)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Let an error say which file it is about: Arrow's and those of flush do not."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), self._path) from error


def mark(kind: str, row: Any) -> int:
    """64 bits of what a row says, whatever it lies among: equal sums of marks are equal rows.

    Of an article the document id stands for everything received but times and places.
    """
    said = [getattr(row, name) for name in _SIGHTED] if kind in (ARTICLES, KNOWN) else row
    digest = blake2b(f"{kind}{said!r}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest)


def write_shard(path: Path, kind: str, rows: Sequence[Any]) -> None:
    """Write one shard whole."""
    shard = Shard(str(path), kind)
    shard.write(rows)
    shard.close()


def table(kind: str, rows: Sequence[Any]) -> pa.Table:
    """The rows of one kind as an Arrow table."""
    return _TABLES[kind](rows)


def empty(kind: str) -> pa.Table:
    """No rows of one kind, with its columns."""
    return table(kind, ())


def read_shard(path: str, kind: str) -> list[Any]:
    """The rows of a shard of any kind but candidates, as they were received."""
    if kind in polled_kinds.RECORDS:
        return [polled_kinds.record(kind, row) for row in pq.read_table(path).to_pylist()]
    fields = {ARTICLES: _RECEIVED, KNOWN: _KNOWN, REJECTS: _REJECT}[kind]
    with pq.ParquetFile(path) as file:
        there = file.schema_arrow.names  # a shard of an older version may have fewer
        rows = file.read([name for name, _ in fields if name in there]).to_pylist()
    if kind == REJECTS:
        return [Reject(**row) for row in rows]
    for row in rows:
        row.update({name: tuple(row[name]) for name in ("authors", "keywords") if name in row})
    return [Article(**row) for row in rows]
