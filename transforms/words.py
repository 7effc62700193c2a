"""A text as what it is compared by: normalised form, hashed words, hashed word 3-grams.

A word is a run of letters, digits, marks and underscores (`\\w` and the combining marks, which
hold Indic words together); each character of a script written without spaces is a word by
itself, so that word 3-grams are character 3-grams there. Words are hashed to 64 bits and n-grams
from those: two different 3-grams of two compared texts of 400 words agree by chance once in
10^13 pairs, which is what "exact" means where texts are compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from transforms.scripts import UNSPACED_BLOCKS

Hashes = NDArray[np.uint64]

_SPACE, _WORD, _UNSPACED = 0, 1, 2
# splitmix64's multipliers (Steele, Lea, Flood 2014): odd, full-period, well mixed.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BASE = np.uint64(0xD1342543DE82EF95)  # odd, hence invertible modulo 2^64


def normalise(text: str) -> str:
    """The form that hashes and 3-grams are made from: NFKC, case-folded."""
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _classes() -> NDArray[np.uint8]:
    """For each code point: does it part words, belong to one, or make one by itself."""
    classes = np.zeros(0x110000, np.uint8)
    planes = "".join(map(chr, range(0x20000)))  # letters above are all unspaced Han
    for run in re.finditer(r"\w+", planes):
        classes[run.start() : run.end()] = _WORD
    marks = [c for c in range(0x20000) if unicodedata.category(chr(c)).startswith("M")]
    classes[marks] = _WORD
    for first, last in UNSPACED_BLOCKS:
        block = classes[first : last + 1]
        block[block == _WORD] = _UNSPACED
    classes[0x20000:0x40000] = _UNSPACED
    return classes


def mix(values: Hashes) -> Hashes:
    """splitmix64's finaliser: a bijection that spreads every input bit over all output bits."""
    values = values ^ (values >> np.uint64(30))
    values *= _MIX_1
    values ^= values >> np.uint64(27)
    values *= _MIX_2
    values ^= values >> np.uint64(31)
    return values


_STEP = 2**16  # characters hashed at once, which bounds the powers kept


@cache
def _character_values() -> Hashes:
    """A random-looking 64-bit value for each code point."""
    return mix(np.arange(1, 0x110001, dtype=np.uint64))


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Powers of the base modulo 2^64 and of its inverse, for every place of a step."""
    inverse = np.uint64(pow(int(_BASE), -1, 2**64))
    ones = np.ones(_STEP, np.uint64)
    up, down = ones * _BASE, ones * inverse
    up[0] = down[0] = 1
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def word_hashes(normalised: str) -> Hashes:
    """One 64-bit hash a word, in order: a polynomial in its characters, whatever its place."""
    steps = [_hash_step(step)[0] for step in _steps(normalised)]
    return steps[0] if len(steps) == 1 else np.concatenate(steps)


def word_hashes_of_all(texts: Sequence[str]) -> list[Hashes]:
    """word_hashes of each text, many at once: half the work on one article is calling numpy."""
    found: list[Hashes] = []
    group: list[str] = []
    room = _STEP
    for text in texts:
        if len(text) >= room and group:
            found += _hash_group(group)
            group, room = [], _STEP
        if len(text) >= room:
            found.append(word_hashes(text))
            continue
        group.append(text)
        room -= len(text) + 1
    return found + _hash_group(group) if group else found


def _hash_group(texts: list[str]) -> list[Hashes]:
    hashes, starts = _hash_step(" ".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    return np.split(hashes, np.searchsorted(starts, ends)[:-1])


def _steps(text: str) -> Iterator[str]:
    """The text in steps that end with a word, where a word ends at all."""
    start = 0
    while len(text) - start > _STEP:
        end = text.rfind(" ", start + _STEP // 2, start + _STEP)
        end = end if end > 0 else start + _STEP
        yield text[start:end]
        start = end
    yield text[start:]


def _hash_step(text: str) -> tuple[Hashes, NDArray[np.int64]]:
    """The hash of each word of at most _STEP characters, and where it starts."""
    encoding, kind = ("ascii", np.uint8) if text.isascii() else ("utf-32-le", np.uint32)
    points = np.frombuffer(text.encode(encoding, "replace"), kind).astype(np.intp)
    classes = _classes().take(points)
    # A word begins or ends wherever the class changes, and at each unspaced character.
    bounds = np.zeros(len(points) + 1, bool)
    bounds[0] = bounds[-1] = True
    np.not_equal(classes[1:], classes[:-1], out=bounds[1:-1])
    bounds[:-1] |= classes == _UNSPACED
    places = np.flatnonzero(bounds)
    starts, ends = places[:-1], places[1:]
    inside = classes[starts] != _SPACE if len(points) else np.zeros(0, bool)
    starts, ends = starts[inside], ends[inside]
    up, down = _powers()
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(_character_values().take(points) * up[: len(points)], out=sums[1:])
    hashes: Hashes = (sums[ends] - sums[starts]) * down[starts]
    return hashes, starts


def ngram_hashes(hashes: Hashes, n: int) -> Hashes:
    """One 64-bit hash for each n neighbours, in order; empty where there are fewer than n."""
    count = max(len(hashes) - n + 1, 0)
    combined = hashes[:count].copy()
    for i in range(1, n):
        combined *= _GOLDEN
        combined += hashes[i : count + i]
    return mix(combined)


def distinct(hashes: Hashes) -> Hashes:
    """The distinct values, ascending (np.unique does the same at six times the cost)."""
    ordered = np.sort(hashes)
    if len(ordered) < 2:
        return ordered
    first = np.empty(len(ordered), bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def shingles(hashes: Hashes) -> Hashes:
    """The distinct hashed word 3-grams of a text, ascending."""
    return distinct(ngram_hashes(hashes, 3))
