"""The exact comparison of two texts: Jaccard index and containment of their word 3-grams."""

from __future__ import annotations

import numpy as np

from records import DuplicatePair
from transforms.versions import EXCERPT_CONTAINMENT, EXCERPT_MIN_WORDS, NEAR_SIMILARITY
from transforms.words import shingles, spaced_all, word_hashes_of_all

CANDIDATE_WEIGHT = 2  # one band key (odd, weight 2) or two sampled keys (even, weight 1 each)

# (text_id, word_count, shingles): what a text is compared by
Text = tuple[str, int, bytes]


def _overlap(a: Text, b: Text) -> tuple[int, int, int]:
    """3-grams of a, of b, and shared by both."""
    grams_a, grams_b = np.frombuffer(a[2], np.uint64), np.frombuffer(b[2], np.uint64)
    both = np.sort(np.concatenate([grams_a, grams_b]), kind="stable")  # two runs: a merge
    return len(grams_a), len(grams_b), int(np.count_nonzero(both[1:] == both[:-1]))


def similarity(a: Text, b: Text) -> float:
    """The Jaccard index of the word 3-grams of two texts; 0 where neither has any."""
    size_a, size_b, shared = _overlap(a, b)
    return shared / max(size_a + size_b - shared, 1)


def compare(a: Text, b: Text) -> DuplicatePair | None:
    """The exact comparison of two texts, or None below both thresholds. Symmetric."""
    if a[0] > b[0]:
        a, b = b, a
    size_a, size_b, shared = _overlap(a, b)
    if not shared:
        return None
    smaller = a if size_a <= size_b else b
    jaccard = shared / (size_a + size_b - shared)
    containment = shared / min(size_a, size_b)
    contained = smaller[0] if containment >= EXCERPT_CONTAINMENT else None
    if jaccard >= NEAR_SIMILARITY:
        return DuplicatePair(a[0], b[0], "near", jaccard, containment, contained)
    if contained and smaller[1] >= EXCERPT_MIN_WORDS:
        return DuplicatePair(a[0], b[0], "excerpt", jaccard, containment, contained)
    return None


def prepare_all(texts: dict[str, str]) -> dict[str, Text]:
    """Stored texts by id, each in the form that `compare` and `similarity` take."""
    hashes = word_hashes_of_all(spaced_all(list(texts.values())))  # as the fingerprint
    hashed = zip(texts, hashes, strict=True)
    return {text_id: (text_id, len(words), shingles(words).tobytes()) for text_id, words in hashed}


def prepare(text_id: str, text: str) -> Text:
    """One text in the form that `compare` and `similarity` take."""
    return prepare_all({text_id: text})[text_id]
