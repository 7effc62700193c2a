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

from pipeline import clock
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
    try:
        now = clock.now()
    except ValueError as error:
        raise stores.StoreError(str(error)) from error
    with contextlib.closing(stores.connect(store, read_only=True, wait=wait)) as db:
        stores.check_version(stores.schema_version(db, store), store)
        db.execute(f"SET VARIABLE newsbeam_now = make_timestamptz({now})")  # feed_health asks it
        yield db


def query(store: Path, sql: str, format: str, output: Path | None, wait: float) -> None:
    """Run SQL and write what its last statement gives. QueryError for what DuckDB refuses."""
    with reading(store, wait) as db:
        try:
            statements = db.extract_statements(sql)
            if not statements:
                raise QueryError("there is no SQL to run")
            for statement in statements[:-1]:
                db.execute(statement).fetchall()
            write(db, statements[-1], format, output)
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


def write(
    db: duckdb.DuckDBPyConnection,
    sql: Any,
    format: str,
    output: Path | None,
    values: dict[str, Any] | None = None,
) -> None:
    """Write what one statement gives to a file, whole or not at all, or to standard output."""
    if format == "parquet":
        if output is None:
            raise QueryError("parquet needs a file: -o FILE")
        db.sql(sql, params=values).write_parquet(str(output))
        return
    with _writing(output) as file:
        _FORMATS[format](Answer(db.execute(sql, values)), file)


class Answer:
    """What a statement gives: names, types, and rows as they are asked for."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.columns = [str(column[0]) for column in cursor.description or ()]
        self.types = [str(column[1]) for column in cursor.description or ()]

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        """All rows, or the first `most`; held are 10,000 at a time."""
        while rows := self._cursor.fetchmany(min(most or 10_000, 10_000)):
            yield from rows
            if most is not None:
                return


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


def printable(value: Any, width: int | None = None) -> str:
    """A value on one line, safe for a terminal: control and direction characters replaced."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = _CONTROL.sub("\ufffd", str(value).replace("\r\n", "\n").replace("\n", " "))
    text = text.replace("\t", " ")
    return text if width is None or len(text) <= width else text[: width - 1] + "…"


def columns(names: list[str], cells: list[list[str]], numeric: list[bool]) -> Iterator[str]:
    """Lines of a table: columns as wide as what is in them, numbers to the right."""
    from rich.cells import cell_len  # Chinese characters are two columns wide

    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]

    def line(values: list[str]) -> str:
        padded = (
            " " * (width - cell_len(value)) + value
            if right
            else value + " " * (width - cell_len(value))
            for value, width, right in zip(values, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip()

    yield line(names)
    yield "  ".join("─" * width for width in widths)
    yield from map(line, cells)


def _table(answer: Answer, file: TextIO) -> None:
    rows = list(answer.rows(MOST_ROWS_OF_A_TABLE + 1))
    cells = [
        [printable(value, _WIDEST_CELL) for value in row] for row in rows[:MOST_ROWS_OF_A_TABLE]
    ]
    for line in columns(answer.columns, cells, [kind in _NUMBERS for kind in answer.types]):
        print(line, file=file)
    if len(rows) > MOST_ROWS_OF_A_TABLE:
        print(
            f"… only the first {MOST_ROWS_OF_A_TABLE} rows; --format csv gives them all",
            file=sys.stderr,
        )


_NUMBERS = {"BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "UBIGINT", "UINTEGER", "SMALLINT", "FLOAT"}


def _csv(answer: Answer, file: TextIO) -> None:
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows():
        writer.writerow(
            json.dumps(value, ensure_ascii=False, default=str)
            if isinstance(value, list | dict)
            else value
            for value in row
        )


def _jsonl(answer: Answer, file: TextIO) -> None:
    for row in answer.rows():
        print(_object(answer.columns, row), file=file)


def _json(answer: Answer, file: TextIO) -> None:
    separator = "[\n"
    for row in answer.rows():
        print(separator + _object(answer.columns, row), end="", file=file)
        separator = ",\n"
    print("[]" if separator == "[\n" else "\n]", file=file)


def _object(names: list[str], row: tuple[Any, ...]) -> str:
    def plain(value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=plain)


def _markdown(answer: Answer, file: TextIO) -> None:
    def line(values: list[str]) -> str:
        return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"

    print(line(answer.columns), file=file)
    print(line(["---"] * len(answer.columns)), file=file)
    for row in answer.rows():
        print(line([printable(value) for value in row]), file=file)


_FORMATS: dict[str, Callable[[Answer, TextIO], None]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
}
FORMATS = [*_FORMATS, "parquet"]
