"""The kinds of records that polls leave beside articles, as columns of shards."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa

from records import Feed, Fetch, Host, Page

FEEDS, FETCHES, PAGES, HOSTS = "feeds", "fetches", "pages", "hosts"
RECORDS: dict[str, Any] = {FEEDS: Feed, FETCHES: Fetch, PAGES: Page, HOSTS: Host}

_TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    tuple[str, ...]: pa.list_(pa.string()),
}


def fields(kind: str) -> list[tuple[str, pa.DataType]]:
    """The columns of a kind, in the order of its record: a field of the record is one of these."""
    return [(name, _TYPES[_stated(hint)]) for name, hint in get_type_hints(RECORDS[kind]).items()]


def record(kind: str, row: dict[str, Any]) -> Any:
    """The record that a row was made from."""
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return RECORDS[kind](**{**row, **lists})


def _stated(hint: Any) -> Any:
    """A type without its "or None"."""
    if get_origin(hint) is UnionType:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint
