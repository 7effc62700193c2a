"""Unpacked bytes as a stream that ends where reading fails and says why."""

from __future__ import annotations

import gzip
import io
from typing import IO, Any, cast

import zstandard

_STEP = 1_024  # packed bytes at a time: zstd makes at most 32 MB of them


class Plain(io.RawIOBase):
    """Reads `stream` to its end or to the first error, which is then in `failure`.

    Nothing that could be read before an error is lost, whatever buffers are put on top.
    """

    def __init__(self, stream: Any, step: int = 1 << 20) -> None:
        super().__init__()
        self._read = getattr(stream, "read1", None) or stream.read
        self._step = step  # one read that fails loses what it had: small where that may be much
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self.failure is not None:
            return 0
        try:
            data = self._read(min(len(view), self._step))
        except Exception as error:  # every decompressor has errors of its own
            self.failure = error
            return 0
        view[: len(data)] = data
        return len(data)


class _Zstd:
    """The unpacked bytes of zstd frames; EOFError where the last one is cut short."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._open: Any = None
        self._rest = b""
        self._ready = b""

    def read1(self, size: int) -> bytes:
        while not self._ready:
            data = self._rest or self._packed.read(_STEP)
            if not data:
                if self._open is not None:
                    raise EOFError("the last zstd frame is not complete")
                return b""
            if self._open is None:
                self._open = zstandard.ZstdDecompressor().decompressobj()
            self._ready = self._open.decompress(data)
            self._rest = self._open.unused_data if self._open.eof else b""
            if self._open.eof:
                self._open = None
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


def plain(packed: IO[bytes], kind: str) -> Plain:
    """What `packed` holds; `kind` is "gzip" or "zstd"."""
    if kind == "zstd":
        return Plain(_Zstd(packed))
    return Plain(cast(IO[bytes], gzip.GzipFile(fileobj=packed, mode="rb")))
