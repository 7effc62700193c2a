"""JSON lines cut into sections at line ends: of a file by offsets, of a stream into pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import numpy as np

from sources.decompress import Plain

SECTION_LINES = 2_000
SECTION_BYTES = 8 * 2**20
LINE_LIMIT = 16 * 2**20  # what of one line of a stream is kept: enough to say it is too long
_BLOCK = 2**20


def is_blank(stream: IO[bytes]) -> bool:
    """Whether there is nothing but white space; stops at the first of anything else."""
    while block := stream.read(_BLOCK):
        if not block.isspace():
            return False
    return True


def cut(
    stream: IO[bytes], lines: int = SECTION_LINES, size: int = SECTION_BYTES
) -> Iterator[tuple[int, int, int]]:
    """Start, stop and number of the first line of every section of `stream`, in order.

    Each ends with a line and has at most `lines` lines and `size` bytes; a longer line is a
    section of its own. Keeps one block of 1 MB in memory, whatever the length of the lines.
    """
    start, first, count, last, base = 0, 1, 0, 0, 0
    while block := stream.read(_BLOCK):
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10) + (base + 1)
        at = 0
        while at < len(ends):
            fit = int(np.searchsorted(ends, start + size, "right"))
            to = min(at + lines - count, fit)
            if to > at:
                count, last, at = count + to - at, int(ends[to - 1]), to
            if at == len(ends) and count < lines:
                break
            if count == 0:  # the first line alone is longer than a section
                count, last, at = 1, int(ends[at]), at + 1
            yield start, last, first
            start, first, count = last, first + count, 0
        base += len(block)
    if count and base - start > size:
        yield start, last, first
        start, first = last, first + count
    if base > start:
        yield start, base, first


def pieces(
    stream: IO[bytes],
    content: Plain | None = None,
    lines: int = SECTION_LINES,
    size: int = SECTION_BYTES,
) -> Iterator[tuple[bytes, int]]:
    """The bytes and the number of the first line of every piece of `stream`, one in memory.

    Of a line beyond 16 MB only so much is given that its reader can tell. Where `content`, on
    which `stream` is a buffer, broke off, the half line at its end is left out.
    """
    kept: list[bytes] = []
    total, first, number = 0, 1, 1
    while True:
        line = stream.readline(LINE_LIMIT + 1)
        rest = line
        while len(rest) > LINE_LIMIT // 32 and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_LIMIT // 16)
        if content is not None and content.failure is not None and not rest.endswith(b"\n"):
            line = b""
        if kept and (not line or len(kept) >= lines or total + len(line) > size):
            yield b"".join(kept), first
            kept, total, first = [], 0, number
        if not line:
            return
        kept.append(line if line.endswith(b"\n") else line + b"\n")
        total += len(line)
        number += 1
