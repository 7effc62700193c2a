"""How servers misbehave on the way, a line each: what they send and what is to be made of it."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import brotli
import zstandard

from tests.live.server import Behaviour, Do, Piece, Request, answer, chunked, redirect

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbour Post'
    b"</title><item><guid>1</guid><title>Ferry is late</title></item></channel></rss>"
)
BOMB = bytes(40 * 2**20)  # more than a feed may have
METADATA = "http://169.254.169.254/latest/meta-data/"


class Row(NamedTuple):
    """One behaviour, at the path /NAME of its own host, and the response that it leads to."""

    serve: Behaviour
    error: str | None = None
    status: int | None = 200
    requests: int = 1
    body: bytes | None = FEED


def raw_deflate(data: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(data) + squeezer.flush()


def coded(coding: str, body: bytes) -> bytes:
    return answer(200, body, f"Content-Encoding: {coding}")


def drip(data: bytes) -> Iterator[Piece]:
    for byte in data:
        yield bytes([byte])
        yield Do.PAUSE


def endless(head: bytes, piece: bytes) -> Iterator[Piece]:
    yield head
    yield from itertools.repeat(piece)


def on(steps: int, request: Request) -> bytes:
    """A chain of permanent redirects, then the feed."""
    step = int(request.target.partition("?")[2] or 0)
    return redirect(301, f"{request.path}?{step + 1}") if step < steps else answer(200, FEED)


def other_port(request: Request) -> str:
    return f"http://{request.host}:{request.server.port + 1}/"


def failed(error: str, serve: Behaviour, status: int | None = None, requests: int = 1) -> Row:
    return Row(serve, error, status, requests, None)


WHOLE: dict[str, Row] = {
    "an answer with its length": Row(lambda _: answer(200, FEED)),
    "an answer in chunks": Row(lambda _: chunked(FEED[:50], FEED[50:])),
    "an answer that ends with the connection": Row(
        lambda _: [b"HTTP/1.0 200 OK\r\n\r\n" + FEED, Do.CLOSE]
    ),
    "an answer byte by byte": Row(lambda _: (bytes([byte]) for byte in answer(200, FEED))),
    "hints before the answer": Row(
        lambda _: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(200, FEED)
    ),
    "lines that end with a bare newline": Row(lambda _: answer(200, FEED).replace(b"\r\n", b"\n")),
    "an empty answer": Row(lambda _: answer(200), body=b""),
    "no content": Row(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n", status=204, body=b""),
    "gzip": Row(lambda _: coded("gzip", gzip.compress(FEED))),
    "gzip in two parts": Row(
        lambda _: coded("gzip", gzip.compress(FEED[:9]) + gzip.compress(FEED[9:]))
    ),
    "gzip with padding after it": Row(lambda _: coded("gzip", gzip.compress(FEED) + bytes(9))),
    "gzip twice over": Row(lambda _: coded("gzip, gzip", gzip.compress(gzip.compress(FEED)))),
    "deflate as the standard has it": Row(lambda _: coded("deflate", zlib.compress(FEED))),
    "deflate as servers have it": Row(lambda _: coded("Deflate", raw_deflate(FEED))),
    "brotli": Row(lambda _: coded("br", brotli.compress(FEED))),
    "zstandard": Row(lambda _: coded("zstd", zstandard.compress(FEED))),
    "zstandard in two frames": Row(
        lambda _: coded("zstd", zstandard.compress(FEED[:9]) + zstandard.compress(FEED[9:]))
    ),
    "a coding that does nothing": Row(lambda _: coded("identity", FEED)),
    "nothing, said to be gzip": Row(lambda _: coded("gzip", b""), body=b""),
}

BROKEN: dict[str, Row] = {
    "a coding nobody asked for": failed("bad_coding", lambda _: coded("compress", FEED), 200),
    "text said to be gzip": failed("bad_coding", lambda _: coded("gzip", FEED), 200),
    "text said to be brotli": failed("bad_coding", lambda _: coded("br", FEED), 200),
    "text said to be zstandard": failed("bad_coding", lambda _: coded("zstd", FEED), 200),
    "codings without end": failed("bad_coding", lambda _: coded("gzip," * 9, FEED), 200),
    "gzip that ends early": failed(
        "incomplete", lambda _: coded("gzip", gzip.compress(FEED)[:-9]), 200
    ),
    "brotli that ends early": failed(
        "incomplete", lambda _: coded("br", brotli.compress(FEED)[:-9]), 200
    ),
    "zstandard that ends early": failed(
        "incomplete", lambda _: coded("zstd", zstandard.compress(FEED)[:-9]), 200
    ),
    "a bomb of gzip": failed(
        "body_too_large", lambda _: coded("gzip", gzip.compress(BOMB, 1)), 200
    ),
    "a bomb in a bomb": failed(
        "body_too_large",
        lambda _: coded("gzip, gzip", gzip.compress(gzip.compress(BOMB, 1), 1)),
        200,
    ),
    "a bomb of brotli": failed(
        "body_too_large", lambda _: coded("br", brotli.compress(BOMB, quality=1)), 200
    ),
    "a bomb of zstandard": failed(
        "body_too_large", lambda _: coded("zstd", zstandard.compress(BOMB, 1)), 200
    ),
    "a length beyond the limit": failed(
        "body_too_large", lambda _: [answer(200, length=10**12), Do.STALL]
    ),
    "a body without end": failed(
        "body_too_large", lambda _: endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(2**20))
    ),
    "a length that is too great": failed(
        "incomplete", lambda _: [answer(200, FEED, length=len(FEED) + 1), Do.CLOSE]
    ),
    "a length that is too small": failed(
        "incomplete", lambda _: answer(200, FEED, length=len(FEED) - 9)
    ),
    "chunks that end early": failed("incomplete", lambda _: [chunked(FEED, ended=False), Do.CLOSE]),
    "a chunk of no size": failed(
        "incomplete",
        lambda _: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmuch\r\n" + FEED,
    ),
    "a reset within the body": failed(
        "incomplete", lambda _: [answer(200, FEED, length=len(FEED) * 2), Do.PAUSE, Do.RESET]
    ),
    "a reset before the answer": failed("no_answer", lambda _: [Do.RESET]),
    "a connection closed without an answer": failed("no_answer", lambda _: [Do.CLOSE]),
    "a connection closed within the headers": failed(
        "no_answer", lambda _: [b"HTTP/1.1 200 OK\r\nContent-", Do.CLOSE]
    ),
    "another protocol": failed("bad_http", lambda _: b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
    "headers that are none": failed(
        "bad_http", lambda _: b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n"
    ),
    "headers without end": failed(
        "bad_http", lambda _: endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1_000)
    ),
    "two lengths that differ": failed("bad_http", lambda _: answer(200, FEED, "Content-Length: 9")),
    "silence": failed("timeout", lambda _: [Do.STALL]),
    "headers that stall": failed("timeout", lambda _: [b"HTTP/1.1 200 OK\r\nX: ", Do.STALL]),
    "a body that stalls": failed(
        "timeout", lambda _: [answer(200, FEED, length=len(FEED) + 9), Do.STALL]
    ),
    "headers that drip": failed("timeout", lambda _: drip(answer(200, FEED))),
    "a body that drips": failed(
        "timeout", lambda _: itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], drip(FEED))
    ),
    "chunks of nothing, for ever": failed(
        "timeout",
        lambda _: itertools.chain(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
            itertools.cycle([b"1\r\n \r\n", Do.PAUSE]),
        ),
    ),
    "hints for ever": failed(
        "timeout",
        lambda _: itertools.cycle([b"HTTP/1.1 103 Early Hints\r\n\r\n", Do.PAUSE]),
    ),
}

STATUSES: dict[str, Row] = {
    "not modified, though nothing was asked with": Row(
        lambda _: b"HTTP/1.1 304 Not Modified\r\n\r\n", status=304, body=None
    ),
    "not modified, with a body": Row(
        lambda _: b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody",
        status=304,
        body=None,
    ),
    "gone": failed("gone", lambda _: answer(410), 410),
    "not found, with a page that says so": Row(
        lambda _: answer(404, b"Not here"), "http_error", 404, body=b"Not here"
    ),
    "forbidden, with a challenge": Row(
        lambda _: answer(403, b"Are you human?", "Server: gate"),
        "http_error",
        403,
        body=b"Are you human?",
    ),
    "an error whose body is cut off": Row(
        lambda _: [answer(500, b"Oh", length=99), Do.CLOSE], "http_error", 500, body=b"Oh"
    ),
    "an error whose body has no end": Row(
        lambda _: endless(b"HTTP/1.1 500 Oh\r\n\r\n", bytes(2**16)),
        "http_error",
        500,
        body=bytes(2**18),
    ),
    "asked too often": failed("rate_limited", lambda _: answer(429), 429),
    "out of service": failed("http_error", lambda _: answer(503), 503),
    "a status nobody knows": failed("http_error", lambda _: answer(799), 799),
}

REDIRECTS: dict[str, Row] = {
    "moved for good": Row(lambda request: on(1, request), requests=2),
    "moved three times": Row(lambda request: on(3, request), requests=4),
    "moved ten times": Row(lambda request: on(10, request), requests=11),
    "moved eleven times": failed("too_many_redirects", lambda request: on(11, request), 301, 11),
    "moved without end": failed("too_many_redirects", lambda request: on(10**9, request), 301, 11),
    "moved to itself": failed(
        "redirect_loop", lambda request: redirect(302, request.url(request.target)), 302
    ),
    "moved in a circle": failed(
        "redirect_loop",
        lambda request: redirect(302, "?b" if request.target.endswith("?a") else "?a"),
        302,
        3,
    ),
    "moved to nowhere": failed("bad_address", lambda _: answer(302), 302),
    "moved to a file": failed("bad_address", lambda _: redirect(302, "file:///etc/passwd"), 302),
    "moved to a script": failed("bad_address", lambda _: redirect(302, "javascript:alert(1)"), 302),
    "moved to another protocol": failed(
        "bad_address", lambda _: redirect(302, "gopher://127.0.0.1:6379/_FLUSHALL"), 302
    ),
    "moved to half an address": failed("bad_address", lambda _: redirect(302, "http://[::1"), 302),
    "moved to a cloud's metadata": failed(
        "private_address", lambda _: redirect(302, METADATA), 302
    ),
    "moved to the router": failed(
        "private_address", lambda _: redirect(302, "http://192.168.1.1/"), 302
    ),
    "moved to another port of its host": failed(
        "private_address", lambda request: redirect(302, other_port(request)), 302
    ),
    "moved to a name of this computer": failed(
        "private_address", lambda _: redirect(302, "http://localhost/"), 302
    ),
    "moved to this computer, as one number": failed(
        "private_address", lambda _: redirect(302, "http://2130706433/"), 302
    ),
    "moved to this computer, in hexadecimal": failed(
        "private_address", lambda _: redirect(302, "http://0x7f.1/"), 302
    ),
    "moved to this computer, in IPv6": failed(
        "private_address", lambda _: redirect(302, "http://[::1]/"), 302
    ),
    "moved to this computer, by way of IPv6": failed(
        "private_address", lambda _: redirect(302, "http://[::ffff:127.0.0.1]/"), 302
    ),
    "moved to this computer, behind credentials": failed(
        "private_address", lambda _: redirect(302, "http://example.org@127.0.0.1/"), 302
    ),
    "moved to this computer, in full-width digits": failed(
        "private_address", lambda _: redirect(302, "http://１２７.0.0.1/"), 302
    ),
    "moved within an address in another script": Row(
        lambda request: (
            answer(200, FEED)
            if request.target.endswith("?%D0%BF")
            else redirect(302, "?п".encode())
        ),
        requests=2,
    ),
}

ROWS = WHOLE | BROKEN | STATUSES | REDIRECTS
