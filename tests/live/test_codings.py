"""Bodies are unpacked up to a limit and not a byte further."""

from __future__ import annotations

import contextlib
import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from live.codings import decode
from live.failure import Failed

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda body: brotli.compress(gzip.compress(body)),
}
# What compresses well and what does not.
BODIES = [bytes(100_000), random.Random(1).randbytes(100_000)]


@pytest.mark.parametrize("body", BODIES, ids=["dense", "sparse"])
@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(coding: str, body: bytes) -> None:
    packed = CODINGS[coding](body)
    assert decode(packed, coding, max(len(body), len(packed))) == body
    with pytest.raises(Failed) as failed:
        decode(packed, coding, len(body) - 1)
    assert failed.value.reason == "body_too_large"


@pytest.mark.parametrize("coding", [each for each in CODINGS if each != "identity"])
def test_a_body_cut_anywhere_is_incomplete_and_damaged_anywhere_is_no_accident(coding: str) -> None:
    packed = CODINGS[coding](b"Ferry is late. " * 9)
    for end in range(1, len(packed)):
        with pytest.raises(Failed) as failed:
            decode(packed[:end], coding, 1_000)
        assert failed.value.reason == "incomplete"
        damaged = packed[:end] + bytes([packed[end] ^ 0xFF]) + packed[end + 1 :]
        with contextlib.suppress(Failed):
            decode(damaged, coding, 1_000)
