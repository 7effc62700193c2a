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

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import PCollection

from records import Article, Fingerprint
from transforms.together import Together
from transforms.words import Hashes, distinct, mix, ngram_hashes, normalise, word_hashes_of_all

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


def band_keys(values: np.ndarray) -> Hashes:
    """MinHash values of shape (texts, 120) -> odd keys of shape (texts, 24)."""
    rows = values.astype(np.uint64).reshape(-1, _ROWS, _BANDS)
    keys: Hashes = mix((rows * _ROW_WEIGHTS).sum(axis=1) + _BAND_SEEDS) | np.uint64(1)
    return keys


def sampled_keys(trigrams: Hashes) -> Hashes:
    """Even keys of one in eight of the 6-grams; `trigrams` are the hashed 3-grams in order.

    A 6-gram is a 3-gram and the next that follows it.
    """
    sixes = trigrams[:-3] * _SIX_WEIGHT + trigrams[3:]
    return distinct(sixes[sixes < _SAMPLE]) << np.uint64(1)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def fingerprints(articles: Sequence[tuple[str | None, str | None]]) -> Iterator[Fingerprint]:
    """Ids, word count and LSH keys of each article, given as title and text.

    Each is a pure function of its own title and text.
    """
    titles = [_folded(title) for title, _ in articles]
    texts = [_folded(text) for _, text in articles]
    compared = [text or title for title, text in zip(titles, texts, strict=True)]
    hashed = word_hashes_of_all(compared)
    grams = {
        i: ngram_hashes(hashes, 3)
        for i, hashes in enumerate(hashed)
        if texts[i] and len(hashes) >= MIN_WORDS
    }
    values = np.array([min_hashes(distinct(each)) for each in grams.values()], np.uint32)
    bands = dict(zip(grams, band_keys(values), strict=True)) if grams else {}
    for i, (title, text, normal) in enumerate(zip(titles, texts, compared, strict=True)):
        digest = _digest(normal)
        words = len(hashed[i])
        yield Fingerprint(
            content_id=_digest(f"{title}\x1f{digest if text else ''}"),
            text_id=digest if text or words >= MIN_TITLE_WORDS else None,
            word_count=words if text else 0,
            keys=bands[i].tobytes() + sampled_keys(grams[i]).tobytes() if i in grams else b"",
        )


def fingerprint(title: str | None, text: str | None) -> Fingerprint:
    """The fingerprint of one article."""
    return next(fingerprints([(title, text)]))


def _folded(text: str | None) -> str:
    """The normalised form with every run of white space as one space; "" where there is none."""
    return " ".join(normalise(text).split()) if text else ""


class _Fingerprint(Together):
    def work(self, articles: list[Article]) -> Iterator[Article]:
        marks = fingerprints([(article.title, article.text) for article in articles])
        for article, mark in zip(articles, marks, strict=True):
            yield article._replace(fingerprint=mark)


class FingerprintArticles(beam.PTransform):
    """PCollection[Article] -> PCollection[Article] with `fingerprint` filled."""

    def expand(self, articles: PCollection[Article]) -> PCollection[Article]:
        return articles | "Fingerprint" >> beam.ParDo(_Fingerprint()).with_output_types(Article)
