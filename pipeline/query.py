"""Read-only SQL on the store, in the formats people and programs ask for."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import duckdb

from sinks import store as stores

MOST_ROWS_OF_A_TABLE = 1000  # a table is for eyes; every other format has all rows
_WIDEST_CELL = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class QueryError(Exception):
    """SQL that DuckDB refuses, with its reason."""


@contextlib.contextmanager
def reading(store: Path, wait: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store for reading, once no commit is in the way. StoreError where that cannot be."""
    if not store.exists():
        raise stores.StoreError(f"there is no store at {store}: make one with `newsbeam run PATH`")
    with contextlib.closing(stores.connect(store, read_only=True, wait=wait)) as db:
        stores.check_version(stores.schema_version(db, store), store)
        yield db


def query(store: Path, sql: str, format: str, output: Path | None, wait: float) -> None:
    """Run SQL and write what its last statement gives. QueryError for what DuckDB refuses."""
    with reading(store, wait) as db:
        try:
            relation = _last(db, sql)
            if relation is None:
                return
            if format == "parquet":
                if output is None:
                    raise QueryError("parquet needs a file: -o FILE")
                relation.write_parquet(str(output))
                return
            with _writing(output) as file:
                _FORMATS[format](relation, file)
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


def _last(db: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation | None:
    statements = db.extract_statements(sql)
    if not statements:
        raise QueryError("there is no SQL to run")
    for statement in statements[:-1]:
        db.execute(statement)
    return db.sql(statements[-1])


@contextlib.contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(part, output)
    finally:
        part.unlink(missing_ok=True)


def _rows(relation: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while rows := relation.fetchmany(10_000):
        yield from rows


def printable(value: Any, width: int | None = None) -> str:
    """A value on one line, safe for a terminal: control and direction characters replaced."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = _CONTROL.sub("\ufffd", str(value).replace("\r\n", "\n").replace("\n", " "))
    text = text.replace("\t", " ")
    return text if width is None or len(text) <= width else text[: width - 1] + "…"


def _table(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    from rich.cells import cell_len  # Chinese characters are two columns wide

    names = relation.columns
    rows = relation.fetchmany(MOST_ROWS_OF_A_TABLE + 1)
    numeric = [str(kind) in _NUMBERS for kind in relation.types]
    cells = [
        [printable(value, _WIDEST_CELL) for value in row] for row in rows[:MOST_ROWS_OF_A_TABLE]
    ]
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]

    def line(values: list[str]) -> str:
        padded = (
            " " * (width - cell_len(value)) + value
            if right
            else value + " " * (width - cell_len(value))
            for value, width, right in zip(values, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip()

    print(line(names), file=file)
    print("  ".join("─" * width for width in widths), file=file)
    for row in cells:
        print(line(row), file=file)
    if len(rows) > MOST_ROWS_OF_A_TABLE:
        print(
            f"… only the first {MOST_ROWS_OF_A_TABLE} rows; --format csv gives them all",
            file=sys.stderr,
        )


_NUMBERS = {"BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "UBIGINT", "UINTEGER", "SMALLINT", "FLOAT"}


def _csv(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(relation.columns)
    for row in _rows(relation):
        writer.writerow(
            json.dumps(value, ensure_ascii=False, default=str)
            if isinstance(value, list | dict)
            else value
            for value in row
        )


def _jsonl(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    for row in _rows(relation):
        print(_object(relation.columns, row), file=file)


def _json(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    separator = "[\n"
    for row in _rows(relation):
        print(separator + _object(relation.columns, row), end="", file=file)
        separator = ",\n"
    print("[]" if separator == "[\n" else "\n]", file=file)


def _object(names: list[str], row: tuple[Any, ...]) -> str:
    def plain(value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=plain)


def _markdown(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    def line(values: list[str]) -> str:
        return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"

    print(line(list(relation.columns)), file=file)
    print(line(["---"] * len(relation.columns)), file=file)
    for row in _rows(relation):
        print(line([printable(value) for value in row]), file=file)


_FORMATS: dict[str, Callable[[duckdb.DuckDBPyRelation, TextIO], None]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
}
FORMATS = [*_FORMATS, "parquet"]
