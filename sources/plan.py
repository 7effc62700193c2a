"""What is to be read: paths into sections, in a fixed order, each only when it is asked for."""

from __future__ import annotations

import glob
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from records import Section
from sources.sections import SECTION_LINES, cut, is_blank
from sources.sniff import FORMATS, HEAD, sniff
from sources.unpack import NOTHING, Unpacker, discard

__all__ = ["PathError", "discard", "files_below", "plan_file", "plan_paths"]


class PathError(ValueError):
    """A path that cannot be read at all; the message names it and says what to do."""


def plan_paths(
    paths: Iterable[str],
    scratch: str | Path | None = None,
    now: int = 0,
    section_lines: int = SECTION_LINES,
    stdin: IO[bytes] | None = None,
) -> Iterator[Section]:
    """The sections of files, folders, globs, archives, compressed files and "-" (JSON lines).

    Every path is checked at once (PathError); the rest is lazy: a folder is listed, a file
    cut and a piece unpacked into `scratch` when the iterator gets there, so neither memory nor
    scratch grows with the input as long as pieces are discarded. Paths keep their order, files
    of folders and globs are sorted. `now` is the seen time of standard input.
    """
    if section_lines < 1:
        raise ValueError(f"section_lines is {section_lines}; it has to be at least 1")
    given = [found for path in paths for found in _check(path)]
    return _plan(given, scratch, now, section_lines, stdin)


def plan_file(path: str, within: str) -> Iterator[Section]:
    """The sections of one file that was found in a folder; what is wrong with it is one of them.

    Where it has to be unpacked, it is into a folder of its own in `within`.
    """
    return _plan([path], None, 0, SECTION_LINES, None, within)


def _check(path: str) -> list[str]:
    """The path, or what its pattern matches; raises PathError before anything is read."""
    if path == "-":
        return [path]
    if path.lower().startswith(("http://", "https://")):
        raise PathError(f"{path} is an address, not a path")
    if "\0" in path or not path:
        raise PathError(f"{path!r} is no path")
    if not os.path.lexists(path) and glob.has_magic(path):
        matches = sorted(glob.iglob(path, recursive=True))
        if not matches:
            raise PathError(f"{path}: nothing matches this pattern; quote it or check the folder")
        return matches
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        what = "a link to nothing" if os.path.islink(path) else "no such file or folder"
        raise PathError(f"{path}: {what}; check the spelling") from None
    except OSError as error:
        raise PathError(f"{path}: {error.strerror}; check the path and its permissions") from None
    if stat.S_ISDIR(mode):
        if next(files_below(path), None) is None:
            raise PathError(f"{path}: a folder with no file to read; hidden ones do not count")
    elif not stat.S_ISREG(mode):
        raise PathError(f"{path}: a pipe, socket or device; send it to standard input, name '-'")
    return [path]


def _plan(
    given: list[str],
    scratch: str | Path | None,
    now: int,
    lines: int,
    stdin: IO[bytes] | None,
    within: str | None = None,
) -> Iterator[Section]:
    unpacker: Unpacker | None = None
    for path in given:
        for file in [path] if path == "-" else files_below(path):
            packed = _packed(file)
            if packed is None:
                yield from _file(file, lines)
                continue
            if unpacker is None:
                place = scratch or tempfile.mkdtemp(prefix="newsbeam-", dir=within)
                unpacker = Unpacker(place, lines)
            if file == "-":
                yield from unpacker.lines("-", stdin or sys.stdin.buffer, now)
            else:
                yield from unpacker.file(file, packed, _mtime(file))


def files_below(path: str) -> Iterator[str]:
    """The absolute paths of the files at and below `path`, sorted folder by folder.

    Hidden ones are left out; each folder is visited once, whatever links lead to it.
    """
    waiting = [os.path.abspath(path)]
    visited: set[tuple[int, int]] = set()
    while waiting:
        at = waiting.pop()
        try:
            found = os.stat(at)
            if not stat.S_ISDIR(found.st_mode):
                yield at
                continue
            if (found.st_dev, found.st_ino) in visited:
                continue
            visited.add((found.st_dev, found.st_ino))
            names = sorted(os.listdir(at), reverse=True)
        except OSError:  # a link to nothing, a folder that is closed: the reader tells
            yield at
            continue
        waiting += [os.path.join(at, name) for name in names if not name.startswith(".")]


def _packed(file: str) -> str | None:
    """The kind of compression or archive, or None for a file that is read as it is."""
    if file == "-":
        return "-"
    kind = _kind(file)
    return kind if kind in ("gzip", "zstd", "zip", "tar") else None


def _kind(file: str) -> str:
    """What sniff says of a file, or its trouble."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            folder = os.path.isdir(file)
            what = "unreadable: a closed folder" if folder else "not_a_file: a pipe or device"
            return what + "; left out"
        with open(file, "rb") as stream:
            return sniff(file, stream.read(HEAD))
    except FileNotFoundError:
        return "missing: a link to nothing"
    except OSError as error:
        return f"unreadable: {error.strerror}; check its permissions"


def _file(file: str, lines: int) -> Iterator[Section]:
    """The sections of one file that is not packed."""
    kind = _kind(file)
    mtime = _mtime(file)
    section = Section(file, file, kind, mtime, mtime=mtime)
    if kind not in FORMATS:
        yield section._replace(format="unknown", trouble=kind, mtime=-1)
    elif kind == "jsonl":
        try:
            with open(file, "rb") as stream:
                if is_blank(stream):
                    yield section._replace(format="unknown", trouble=NOTHING, mtime=-1)
                    return
                stream.seek(0)
                for start, stop, line in cut(stream, lines):
                    yield section._replace(start=start, stop=stop, line=line)
        except OSError as error:
            yield section._replace(format="unknown", trouble=f"unreadable: {error.strerror}")
    else:
        yield section


def _mtime(file: str) -> int:
    """Modification time in microseconds; 0 where there is none to be had."""
    try:
        return os.stat(file).st_mtime_ns // 1000
    except OSError:
        return 0
