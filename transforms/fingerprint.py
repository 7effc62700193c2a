"""Fingerprint: what an article's text is recognised and compared by.

`content_id` and `text_id` are hashes of the normalised title and text. Texts of at least 20
words also get LSH keys, of two kinds that are told apart by their lowest bit:

- band keys (odd): 24 bands of 5 MinHash values of the word 3-grams. Two texts at Jaccard 0.7
  share at least one with probability 1 - (1 - 0.7^5)^24 = 0.988, at 0.8 with 0.9999.
- sampled keys (even): one in eight of the hashed word 6-grams. A text cut out of
  another shares them however long the other is, which MinHash cannot see.

Two texts are candidates when they share one band key or two sampled keys. On the newswire of
1987 (19,048 texts) that finds all pairs at Jaccard 0.7 and 98 % of those at containment 0.8:
see benchmarks/duplicates.py. The keys of a text are facts in the store: whoever changes what
they come out as raises FINGERPRINT in transforms/versions.py.
"""

from __future__ import annotations

from hashlib import blake2b

import apache_beam as beam
import numpy as np

from records import Article, Fingerprint
from transforms.words import Hashes, distinct, mix, ngram_hashes, normalise, word_hashes

MIN_WORDS = 20  # shorter texts are compared for equality only: their 3-grams prove nothing
MIN_TITLE_WORDS = 5  # a headline alone says enough to be somebody's copy from here on
_BANDS, _ROWS = 24, 5
_SAMPLE = np.uint64(2**61)  # hashes below: one in eight

# Constants from splitmix64 rather than a library's generator: stores hold what they lead to.
_MULTIPLIERS = (mix(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64)) >> np.uint64(32)).astype(
    np.uint32
) | np.uint32(1)
_BAND_SEEDS = mix(np.arange(1001, 1001 + _BANDS, dtype=np.uint64))
_ROW_WEIGHTS = mix(np.arange(2001, 2001 + _ROWS, dtype=np.uint64)).reshape(_ROWS, 1) | np.uint64(1)
_SIX_WEIGHT = mix(np.arange(3001, 3002, dtype=np.uint64)) | np.uint64(1)


def min_hashes(distinct_shingles: Hashes) -> np.ndarray:
    """MinHash values, uint32 of shape (120,): least image under each multiplicative permutation.

    The 3-grams are well mixed already, so that an odd multiplier modulo 2^32 permutes them well
    enough (Dietzfelbinger et al. 1997); a full one costs four times as much and finds no more.
    """
    upper = (distinct_shingles >> np.uint64(32)).astype(np.uint32)
    return np.multiply.outer(_MULTIPLIERS, upper).min(axis=1)


def lsh_keys(trigrams: Hashes, distinct_shingles: Hashes) -> Hashes:
    """The keys that candidates are found by: odd for MinHash bands, even for sampled 6-grams.

    `trigrams` are the hashed 3-grams in order; a 6-gram is one and the next that follows it.
    """
    values = min_hashes(distinct_shingles).astype(np.uint64).reshape(_ROWS, _BANDS)
    bands = mix((values * _ROW_WEIGHTS).sum(axis=0) + _BAND_SEEDS) | np.uint64(1)
    sixes = trigrams[:-3] * _SIX_WEIGHT + trigrams[3:]
    sampled = mix(distinct(sixes[sixes < _SAMPLE]))
    return np.concatenate([bands, sampled & ~np.uint64(1)])


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def fingerprint(title: str | None, text: str | None) -> Fingerprint:
    """Ids, word count, LSH keys and shingles of one article. A pure function of its arguments."""
    normal_text = " ".join(normalise(text).split()) if text else ""
    normal_title = " ".join(normalise(title).split()) if title else ""
    compared = normal_text or normal_title
    compared_id = _digest(compared)
    hashes = word_hashes(compared)
    keys = grams = np.empty(0, np.uint64)
    if normal_text and len(hashes) >= MIN_WORDS:
        trigrams = ngram_hashes(hashes, 3)
        grams = distinct(trigrams)
        keys = lsh_keys(trigrams, grams)
    return Fingerprint(
        content_id=_digest(f"{normal_title}\x1f{compared_id if normal_text else ''}"),
        text_id=compared_id if normal_text or len(hashes) >= MIN_TITLE_WORDS else None,
        word_count=len(hashes) if normal_text else 0,
        keys=keys.tobytes(),
        shingles=grams.tobytes(),
    )


def _mark(article: Article) -> Article:
    return article._replace(fingerprint=fingerprint(article.title, article.text))


class FingerprintArticles(beam.PTransform):
    """PCollection[Article] -> PCollection[Article] with `fingerprint` filled."""

    def expand(self, articles: beam.PCollection) -> beam.PCollection:
        return articles | "Fingerprint" >> beam.Map(_mark).with_output_types(Article)
