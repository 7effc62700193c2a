"""Bodies as they were before they were compressed for transport, never larger than a limit."""

from __future__ import annotations

import zlib

from live.failure import Failed

ACCEPTED = "gzip, deflate, br, zstd"
_DEEPEST = 3  # codings on top of each other; more than one is a mistake already
# RFC 9659: what a client of the web has to have room for.
_ZSTD_WINDOW = 8 * 2**20
# One block of zstandard is at least 4 bytes and at most 128 KiB: 512 bytes give 16 MiB at most.
_ZSTD_STEP = 512


def decode(raw: bytes, codings: str, limit: int) -> bytes:
    """The body behind a Content-Encoding, at most `limit` bytes of it held at any time.

    Fails as body_too_large (a bomb is stopped at the limit), incomplete (the compressed data end
    early) or bad_coding.
    """
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    if len(names) > _DEEPEST:
        raise Failed("bad_coding", f"{len(names)} content codings on top of each other")
    for name in reversed(names):
        if name != "identity" and raw:
            if (decoder := _DECODERS.get(name)) is None:
                raise Failed("bad_coding", f"a content coding that was not asked for: {name[:40]}")
            raw = decoder(raw, limit)
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def too_large(limit: int) -> Failed:
    return Failed("body_too_large", f"more than {limit:,} bytes")


def _gzip(raw: bytes, limit: int) -> bytes:
    body = b""
    while True:  # a file of gzip may have several parts; what follows without a mark is padding
        part, raw = _inflate(raw, limit - len(body), 31, "gzip")
        body += part
        if not raw.startswith(b"\x1f\x8b"):
            return body


def _deflate(raw: bytes, limit: int) -> bytes:
    """With the header of zlib as the standard says, or without as some servers do."""
    has_header = len(raw) > 1 and raw[0] & 15 == 8 and (raw[0] << 8 | raw[1]) % 31 == 0
    return _inflate(raw, limit, 15 if has_header else -15, "deflate")[0]


def _inflate(raw: bytes, limit: int, window: int, name: str) -> tuple[bytes, bytes]:
    """One compressed part, and what comes after it."""
    inflater = zlib.decompressobj(window)
    try:
        body = inflater.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Failed("bad_coding", f"not {name}, though it says so: {error}") from None
    if len(body) > limit:
        raise too_large(limit)
    if not inflater.eof:
        raise Failed("incomplete", f"the {name} data end early")
    return body, inflater.unused_data


def _brotli(raw: bytes, limit: int) -> bytes:
    import brotli

    decoder = brotli.Decompressor()
    body, given = b"", raw
    try:
        while not decoder.is_finished():
            part = decoder.process(given, output_buffer_limit=limit + 1 - len(body))
            body += part
            if len(body) > limit:
                raise too_large(limit)
            if not part and decoder.can_accept_more_data():
                raise Failed("incomplete", "the brotli data end early")
            given = b""
    except brotli.error:
        raise Failed("bad_coding", "not brotli, though it says so") from None
    return body


def _zstd(raw: bytes, limit: int) -> bytes:
    import zstandard

    body = b""
    while raw:  # frames may follow each other
        decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        parts, size, at = [], len(body), 0
        try:
            while not decoder.eof:
                if at >= len(raw):
                    raise Failed("incomplete", "the zstd data end early")
                parts.append(decoder.decompress(raw[at : at + _ZSTD_STEP]))
                at += _ZSTD_STEP
                size += len(parts[-1])
                if size > limit:
                    raise too_large(limit)
        except zstandard.ZstdError as error:
            raise Failed("bad_coding", f"not zstd, though it says so: {error}") from None
        body = b"".join([body, *parts])
        raw = decoder.unused_data + raw[at:]
        if not raw.startswith(b"\x28\xb5\x2f\xfd"):
            break
    return body


_DECODERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
