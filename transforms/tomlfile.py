"""Reads a TOML file that a stranger may have written, and knows the line of everything in it.

Python's own parser gives no lines once a file is read, and takes time and memory that grow with
the square of a key's dots. So the file is looked through first, in one pass: that pass bounds
nesting and keys, and notes where every table, key and element begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

LARGEST_FILE = 8 * 2**20  # bytes: a quarter of a million terms
DEEPEST = 8  # brackets within brackets, and parts of a key

Place = tuple[str | int, ...]  # the keys and indices that lead to a value

_TOKEN = re.compile(
    r"(?P<space>[ \t]+)|(?P<line>\n)|(?P<comment>#[^\n]*)|(?P<bare>[A-Za-z0-9_+:-]+)"
    r"|(?P<long>\"\"\"|''')|(?P<string>\"(?:[^\"\\\n]|\\.)*\"?|'[^'\n]*'?)|(?P<sign>.)",
    re.DOTALL,
)


class FileError(ValueError):
    """A file that cannot be read as TOML: says where and why."""


class TomlFile(NamedTuple):
    """A file's content, and the line on which each of its tables, keys and elements begins."""

    path: Path
    content: dict[str, Any]
    lines: dict[Place, int]

    def at(self, *place: str | int) -> str:
        """FILE:LINE of a value, or of the nearest thing around it that has a line."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}:{self.lines.get(place, 1)}"


def read_toml(path: Path) -> TomlFile:
    """The file's content. FileError, with file and line, for what is no TOML in UTF-8."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise FileError(f"{path}: larger than {LARGEST_FILE >> 20} MB; divide it")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: not in UTF-8 ({error.reason})") from error
    lines = _Scan(path, text).lines()
    try:
        return TomlFile(path, tomllib.loads(text), lines)
    except (ValueError, RecursionError) as error:
        said = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", str(error), re.DOTALL)
        last = text.count("\n") + 1
        reason, line = (said[1], int(said[2])) if said else (str(error), last)
        if twice := re.fullmatch(r"Cannot declare \((.*?),?\) twice", reason):
            name = ".".join(part.strip(" '") for part in twice[1].split(","))
            raise FileError(f"{path}:{line}: [{name}] is there twice; rename one") from error
        raise FileError(f"{path}:{line}: not TOML: {reason}") from error


class _Scan:
    """One pass over the tokens of a text. What is no TOML is left for the parser to refuse."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._line = 1

    def _tokens(self) -> Iterator[tuple[str, str]]:
        """Kind and text of what is neither space nor comment; strings are "string"."""
        at, text = 0, self._text
        while (found := _TOKEN.match(text, at)) is not None:
            kind, token, at = str(found.lastgroup), found.group(), found.end()
            if kind == "long":
                at = self._end_of_long(at, token)
                yield "string", ""
                self._line += text.count("\n", found.end(), at)
            elif kind not in ("space", "comment"):
                yield kind, token
                self._line += kind == "line"

    def _end_of_long(self, at: int, quotes: str) -> int:
        text = self._text
        end = text.find(quotes, at)
        while end >= 0 and quotes[0] == '"' and _escaped(text, end, at):
            end = text.find(quotes, end + 1)
        if end < 0:
            return len(text)
        end += 3
        while text[end : end + 1] == quotes[0]:  # up to two quotation marks may be content
            end += 1
        return end

    def lines(self) -> dict[Place, int]:
        """The line of every table, key and element. FileError for what goes too deep."""
        lines: dict[Place, int] = {}
        counts: dict[Place, int] = {}  # of tables in arrays of tables
        table: Place = ()
        # One entry a bracket: where it stands, and the element it is at (None for a table's).
        open_: list[tuple[Place, int | None]] = []
        key: list[str] = []
        state = "start"  # of a statement: start, header, key, value, element
        for kind, token in self._tokens():
            if state in ("header", "key", "start"):
                if kind in ("bare", "string") or (kind == "sign" and token == "."):
                    state = "key" if state == "start" else state
                    if token != ".":
                        key.append(token.strip("\"'"))
                        if len(key) > DEEPEST:
                            raise self._too_deep("a key of that many parts")
                    continue
                if token == "[" and not open_:
                    doubled = state == "header"
                    state = "header"
                    continue
                if token == "]" and state == "header" and key:
                    table, key = tuple(key), []
                    if doubled:
                        counts[table] = counts.get(table, -1) + 1
                        table += (counts[table],)
                    elif table[:1] and table[:1] in counts:
                        table = (table[0], counts[table[:1]], *table[1:])
                    lines.setdefault(table, self._line)
                    continue
                if token == "=":
                    place = (open_[-1][0] if open_ else table) + tuple(key)
                    key, state = [], "value"
                    lines.setdefault(place, self._line)
                    continue
            elif kind in ("bare", "string") or token in ("[", "{"):
                if open_ and open_[-1][1] is not None:
                    place = (*open_[-1][0], open_[-1][1])
                    lines.setdefault(place, self._line)
                if token in ("[", "{") and kind == "sign":
                    open_.append((place, 0 if token == "[" else None))
                    if len(open_) > DEEPEST:
                        raise self._too_deep("nesting")
                    state = "element" if token == "[" else "start"
                continue
            if kind == "sign" and token in "]}" and open_:
                open_.pop()
                key, state = [], "element"
            elif kind == "sign" and token == "," and open_:
                where, index = open_[-1]
                open_[-1] = (where, None if index is None else index + 1)
                key, state = [], "start" if index is None else "element"
            elif kind == "line" and not open_:
                key, state = [], "start"
        return lines

    def _too_deep(self, what: str) -> FileError:
        return FileError(f"{self._path}:{self._line}: {what}: {DEEPEST} at most")


def _escaped(text: str, at: int, least: int) -> bool:
    """Whether an odd number of backslashes stands before a place."""
    before = at
    while before > least and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
