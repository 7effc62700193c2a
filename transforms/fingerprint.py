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
from numpy.typing import NDArray

from records import Article, Fingerprint
from transforms.together import Together
from transforms.words import Hashes, mix, ngram_hashes, spaced_all, word_hashes_of_all

MIN_WORDS = 20  # shorter texts are compared for equality only: their 3-grams prove nothing
MIN_TITLE_WORDS = 5  # a headline alone says enough to be somebody's copy from here on
_BANDS, _ROWS = 24, 5
_IMAGES = 2**18  # worked out at once, of one text or of hundreds: they stay in the core's cache
_SAMPLE = np.uint64(2**61)  # hashes below: one in eight

# Constants from splitmix64 rather than a library's generator: stores hold what they lead to.
_MULTIPLIERS = (
    (mix(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64)) >> np.uint64(32)).astype(np.uint32)
    | np.uint32(1)
).reshape(-1, 1)
_BAND_SEEDS = mix(np.arange(1001, 1001 + _BANDS, dtype=np.uint64))
_ROW_WEIGHTS = mix(np.arange(2001, 2001 + _ROWS, dtype=np.uint64)).reshape(_ROWS, 1) | np.uint64(1)
_SIX_WEIGHT = mix(np.arange(3001, 3002, dtype=np.uint64)) | np.uint64(1)


def min_hashes(trigrams: Hashes, bounds: NDArray[np.intp]) -> NDArray[np.uint32]:
    """MinHash values, shape (texts, 120): each text's least image under each permutation.

    `bounds` is where the 3-grams of each text begin and end, in turn. They are mixed well
    already, so that an odd multiplier modulo 2^32 permutes them well enough (Dietzfelbinger et
    al. 1997); a full permutation costs four times as much and finds no more.
    """
    begins, ends = bounds[::2], bounds[1::2]
    upper = (trigrams >> np.uint64(32)).astype(np.uint32)
    # Without the two at each seam: to look for the least of two costs what it costs of a hundred.
    upper = np.delete(upper, np.concatenate((ends[:-1], ends[:-1] + 1)))
    begins = begins - 2 * np.arange(len(begins))
    count = max(1, _IMAGES // len(upper))  # of permutations at once
    images = np.empty((count, len(upper)), np.uint32)
    least = np.empty((len(_MULTIPLIERS), len(begins)), np.uint32)
    for start in range(0, len(least), count):
        some = slice(start, start + count)
        step = np.multiply(_MULTIPLIERS[some], upper, out=images[: len(least) - start])
        np.minimum.reduceat(step, begins, axis=1, out=least[some])
    return least.T


def band_keys(values: NDArray[np.uint32]) -> Hashes:
    """MinHash values of shape (texts, 120) -> odd keys of shape (texts, 24)."""
    rows = values.astype(np.uint64).reshape(-1, _ROWS, _BANDS)
    keys: Hashes = mix((rows * _ROW_WEIGHTS).sum(axis=1) + _BAND_SEEDS) | np.uint64(1)
    return keys


def sampled_keys(trigrams: Hashes, bounds: NDArray[np.intp]) -> list[Hashes]:
    """Even keys, ascending, of one in eight of the 6-grams of each text; `bounds` as above.

    A 6-gram is a 3-gram and the next that follows it.
    """
    sixes = trigrams[:-3] * _SIX_WEIGHT + trigrams[3:]
    places = np.flatnonzero(sixes < _SAMPLE)
    sampled = sixes[places]
    texts = np.searchsorted(places, (bounds[::2], bounds[1::2] - 3))  # from, to in `sampled`
    for start, end in texts.T.tolist():
        sampled[start:end].sort()
    # Repeats are dropped from all texts at once, but for the first of a text, which is none.
    fresh = np.ones(len(sampled) + 1, bool)
    np.not_equal(sampled[1:], sampled[:-1], out=fresh[1:-1])
    fresh[texts[0]] = True
    keys = sampled[fresh[:-1]] << np.uint64(1)
    before = np.append(0, np.cumsum(fresh))
    return [keys[start:end] for start, end in before[texts].T.tolist()]


def keys_of_all(texts: Sequence[Hashes]) -> list[bytes]:
    """The LSH keys of texts, given as their words' hashes, at least MIN_WORDS each."""
    if not texts:
        return []
    # 3-grams of all texts in a row; the two at each seam, of two texts, are between the bounds.
    trigrams = ngram_hashes(np.concatenate(texts), 3)
    ends = np.cumsum([len(words) for words in texts])
    bounds = np.column_stack((np.append(0, ends[:-1]), ends - 2)).ravel()
    bands = band_keys(min_hashes(trigrams, bounds))
    samples = sampled_keys(trigrams, bounds)
    return [b.tobytes() + s.tobytes() for b, s in zip(bands, samples, strict=True)]


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def fingerprints(articles: Sequence[tuple[str | None, str | None]]) -> Iterator[Fingerprint]:
    """Ids, word count and LSH keys of each article, given as title and text.

    Each is a pure function of its own title and text.
    """
    titles = spaced_all([title or "" for title, _ in articles])
    texts = spaced_all([text or "" for _, text in articles])
    compared = [text or title for title, text in zip(titles, texts, strict=True)]
    hashed = word_hashes_of_all(compared)
    keyed = [i for i, text in enumerate(texts) if text and len(hashed[i]) >= MIN_WORDS]
    keys = dict(zip(keyed, keys_of_all([hashed[i] for i in keyed]), strict=True))
    for i, (title, text, normal) in enumerate(zip(titles, texts, compared, strict=True)):
        digest = _digest(normal)
        words = len(hashed[i])
        yield Fingerprint(
            content_id=_digest(f"{title}\x1f{digest if text else ''}"),
            text_id=digest if text or words >= MIN_TITLE_WORDS else None,
            word_count=words if text else 0,
            keys=keys.get(i, b""),
        )


def fingerprint(title: str | None, text: str | None) -> Fingerprint:
    """The fingerprint of one article."""
    return next(fingerprints([(title, text)]))


class _Fingerprint(Together):
    def work(self, articles: list[Article]) -> Iterator[Article]:
        marks = fingerprints([(article.title, article.text) for article in articles])
        for article, mark in zip(articles, marks, strict=True):
            yield article._replace(fingerprint=mark)


class FingerprintArticles(beam.PTransform):
    """PCollection[Article] -> PCollection[Article] with `fingerprint` filled."""

    def expand(self, articles: PCollection[Article]) -> PCollection[Article]:
        return articles | "Fingerprint" >> beam.ParDo(_Fingerprint()).with_output_types(Article)
