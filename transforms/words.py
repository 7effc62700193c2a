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
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.scripts import UNSPACED_BLOCKS

Hashes = NDArray[np.uint64]

_SPACE, _WORD, _UNSPACED = 0, 1, 2
_BLANKED = bytes(ord(" ") if c < 128 and chr(c).isspace() else c for c in range(256))
# splitmix64's multipliers (Steele, Lea, Flood 2014): odd, full-period, well mixed.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BASE = np.uint64(0xD1342543DE82EF95)  # odd, hence invertible modulo 2^64


def normalise(text: str) -> str:
    """The form that hashes and 3-grams are made from: NFKC, case-folded."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def spaced(text: str) -> str:
    """The normalised form with every run of white space as one space, and none at its ends."""
    return " ".join(normalise(text).split())


def spaced_all(texts: Sequence[str]) -> list[str]:
    """spaced of each text; texts in ASCII all at once, which costs them a quarter."""
    found = [text if text.isascii() else spaced(text) for text in texts]
    plain = [i for i, text in enumerate(texts) if text.isascii()]
    block = "\0".join([texts[i] for i in plain]).lower().encode().translate(_BLANKED)
    characters = np.frombuffer(block, np.uint8)
    blank = characters == ord(" ")
    spare = np.flatnonzero(blank[1:] & blank[:-1])
    kept = np.delete(characters, spare).tobytes().decode()
    ends = np.cumsum([len(texts[i]) + 1 for i in plain], dtype=np.intp)
    start = 0
    for i, end in zip(plain, (ends - np.searchsorted(spare, ends)).tolist(), strict=True):
        found[i] = kept[start : end - 1].strip(" ")
        start = end
    return found


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
    """A random-looking 64-bit value for each code point, 0 for those between words."""
    values = mix(np.arange(1, 0x110001, dtype=np.uint64))
    values[_classes() == _SPACE] = 0
    return values


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
    found: dict[int, Hashes] = {}
    # Texts in ASCII apart from others, among which they would cost as much as those.
    for group in _groups(texts, sorted(range(len(texts)), key=lambda i: texts[i].isascii())):
        if len(group) == 1:
            found[group[0]] = word_hashes(texts[group[0]])
            continue
        hashes, starts = _hash_step(" ".join([texts[i] for i in group]))
        ends = np.cumsum([len(texts[i]) + 1 for i in group])
        cuts = [0, *np.searchsorted(starts, ends).tolist()]
        found.update((i, hashes[a:b]) for i, (a, b) in zip(group, pairwise(cuts), strict=True))
    return [found[i] for i in range(len(texts))]


def _groups(texts: Sequence[str], order: list[int]) -> Iterator[list[int]]:
    """Numbers of texts that make a step together; a longer text is a group by itself."""
    group: list[int] = []
    size = 0
    for i in order:
        size += len(texts[i]) + 1
        if group and size > _STEP:
            yield group
            group, size = [], len(texts[i]) + 1
        group.append(i)
    if group:
        yield group


def _steps(text: str) -> Iterator[str]:
    """The text in steps that end with a word, where a word ends at all."""
    start = 0
    while len(text) - start > _STEP:
        end = text.rfind(" ", start + _STEP // 2, start + _STEP)
        end = end if end > 0 else start + _STEP
        yield text[start:end]
        start = end
    yield text[start:]


def _hash_step(text: str) -> tuple[Hashes, NDArray[np.intp]]:
    """The hash of each word of at most _STEP characters, and where it starts."""
    points = _points(text)
    values = _character_values().take(points)
    words = values != 0  # what parts words counts nothing
    # A word begins wherever the class changes to one of words, and at each unspaced character.
    begins = words.copy()
    if text.isascii():  # there are two classes
        np.greater(words[1:], words[:-1], out=begins[1:])
    else:
        classes = _classes().take(points)
        begins[1:] &= (classes[1:] != classes[:-1]) | (classes[1:] == _UNSPACED)
    starts = np.flatnonzero(begins)
    up, down = _powers()
    values *= up[: len(points)]
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(values, out=sums[1:])
    # What is between words counts nothing: a word's sum goes on to where the next one begins.
    hashes: Hashes = np.diff(sums.take(starts), append=sums[-1:]) * down.take(starts)
    return hashes, starts


def _points(text: str) -> NDArray[Any]:
    """The code points of a text."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.intp)


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
