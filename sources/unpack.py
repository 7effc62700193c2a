"""Compressed files, archives and standard input, unpacked a piece at a time as asked for."""

from __future__ import annotations

import io
import itertools
import os
import tarfile
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from records import Section
from sources.decompress import Plain, plain
from sources.sections import SECTION_LINES, pieces
from sources.sniff import HEAD, sniff

MEMBER_LIMIT = 64 * 2**20  # bytes of one unpacked member that is not JSON lines
NOTHING = "empty: the file holds nothing but white space"
_PIECE = "newsbeam-piece-"
_BLOCK = 1 << 20


def discard(section: Section) -> None:
    """Deletes the piece of a section that was unpacked; leaves every other file alone."""
    if section.path != section.source and os.path.basename(section.path).startswith(_PIECE):
        Path(section.path).unlink(missing_ok=True)


class Unpacker:
    """Writes pieces into `scratch`, each when the iterator that gives its section gets there.

    A damaged or shortened file gives its good pieces first, then one section with the trouble.
    Memory holds one piece of JSON lines or one block of anything else; what is unpacked is
    bounded by MEMBER_LIMIT for all but JSON lines, which come in pieces however many they are.
    """

    def __init__(self, scratch: str | Path, lines: int = SECTION_LINES) -> None:
        self._scratch = Path(scratch)
        self._lines = lines
        self._numbers = itertools.count(1)

    def file(self, path: str, kind: str, seen_at: int) -> Iterator[Section]:
        """The sections of a compressed file or archive at `path`; `kind` is what sniff said."""
        whole = Section(path, path, "unknown", seen_at)
        try:
            packed = open(path, "rb")  # noqa: SIM115
        except OSError as error:
            yield whole._replace(trouble=f"unreadable: {error.strerror}")
            return
        with packed:
            if kind == "zip":
                yield from self._zip(whole, packed)
            elif kind == "tar":
                yield from self._tar(whole, packed)
            else:
                yield from self._stream(whole, plain(packed, kind), PurePosixPath(path).stem)

    def lines(
        self, source: str, stream: IO[bytes], seen_at: int, content: Plain | None = None
    ) -> Iterator[Section]:
        """The sections of a stream of JSON lines, such as standard input; none for blank ones."""
        for data, first in pieces(stream, content, self._lines):
            if data.isspace():
                continue
            path = self._path()
            path.write_bytes(data)
            yield Section(source, str(path), "jsonl", seen_at, stop=len(data), line=first)

    def _stream(
        self, whole: Section, content: Plain, name: str, again: bool = False
    ) -> Generator[Section, None, bool]:
        """One unpacked stream: JSON lines in pieces, a tar by its members, else one piece.

        Returns whether it ended in trouble, of which it has given exactly one section.
        """
        stream = io.BufferedReader(content, _BLOCK)
        kind = sniff(name, stream.peek(HEAD)[:HEAD])
        trouble = ""
        if kind == "jsonl":
            found = False
            for section in self.lines(whole.source, stream, whole.seen_at, content):
                found = True
                yield section
            trouble = "" if found else NOTHING
        elif kind == "tar" and not again:
            if (yield from self._tar(whole, stream)):
                return True
        elif kind in ("gzip", "zstd") and again:
            return (yield from self._stream(whole, plain(stream, kind), PurePosixPath(name).stem))
        elif kind in ("gzip", "zstd", "zip", "tar"):
            trouble = "unsupported: packed twice; unpack it once yourself"
        elif ":" in kind:
            trouble = kind
        else:
            section = self._copy(whole, stream, kind)
            if content.failure is None:
                yield section
            else:  # half a document is another document: it would be stored as a revision
                discard(section)
        if content.failure is not None:
            trouble = _trouble(content.failure)
        if trouble:
            yield whole._replace(trouble=trouble)
        return bool(trouble)

    def _copy(self, whole: Section, stream: IO[bytes], kind: str) -> Section:
        path = self._path()
        left = MEMBER_LIMIT
        with open(path, "wb") as file:
            while block := stream.read(min(_BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    path.unlink()
                    limit = f"more than {MEMBER_LIMIT // 2**20} MB when unpacked"
                    return whole._replace(trouble=f"too_large: {limit}")
                file.write(block)
        return whole._replace(path=str(path), format=kind)

    def _zip(self, whole: Section, packed: IO[bytes]) -> Iterator[Section]:
        try:
            archive = zipfile.ZipFile(packed)
            entries = sorted(archive.infolist(), key=lambda each: each.filename)
        except Exception as error:  # damage shows in whatever way
            yield whole._replace(trouble=_trouble(error))
            return
        for entry in entries:
            if entry.is_dir() or _hidden(entry.filename):
                continue
            member = whole._replace(source=f"{whole.source}!{entry.filename}")
            try:
                stream = archive.open(entry)
            except Exception as error:  # and one bad member is not the end
                yield member._replace(trouble=_trouble(error))
                continue
            with stream:
                yield from self._stream(member, Plain(stream), entry.filename, again=True)

    def _tar(self, whole: Section, stream: IO[bytes]) -> Generator[Section, None, bool]:
        """Its members in order, up to the first trouble with the archive; whether there was."""
        archive = None
        while True:
            try:
                archive = archive or tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115
                entry = archive.next()
                content = archive.extractfile(entry) if entry and entry.isreg() else None
            except Exception as error:  # damage shows in whatever way
                yield whole._replace(trouble=_trouble(error))
                return True
            if entry is None:
                return False
            archive.members = []  # type: ignore[attr-defined]  # else it keeps them all
            if entry.isdir() or _hidden(entry.name):
                continue
            member = whole._replace(source=f"{whole.source}!{entry.name}")
            if content is None:
                yield member._replace(trouble="not_a_file: a link or device in an archive")
                continue
            inside = Plain(cast(io.BufferedReader, content).raw, tarfile.BLOCKSIZE)
            yield from self._stream(member, inside, entry.name, again=True)
            if inside.failure is not None:
                return True

    def _path(self) -> Path:
        return self._scratch / f"{_PIECE}{os.getpid()}-{next(self._numbers):08d}"


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _trouble(error: Exception) -> str:
    told = f"{type(error).__name__}: {error}"
    if isinstance(error, PermissionError):
        return f"unreadable: {error.strerror}"
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "encrypted: protected by a password"
    if isinstance(error, NotImplementedError):
        return f"unsupported: {error}"
    ended = isinstance(error, EOFError) or "unexpected end of data" in str(error)
    word = "truncated" if ended else "corrupt"
    return f"{word}: what came before is kept; fetch the file again ({told})"
