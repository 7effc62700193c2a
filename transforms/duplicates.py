"""FindCandidates and FindDuplicates: which texts share keys, and which of them say the same.

Keys are shuffled as packed arrays, one element a bundle and partition, so that a shuffle costs
its bytes and not its elements; no text is shuffled to find candidates. A pipeline that ends in a
store leaves the comparison to the commit, which has the texts at hand and compares with history
in the same way; FindDuplicates is for pipelines without one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import PCollection
from apache_beam.utils.windowed_value import WindowedValue

from records import Article, DuplicatePair
from transforms.compare import CANDIDATE_WEIGHT, Text, compare, prepare
from transforms.versions import TEMPLATE_TEXTS

Weights = list[tuple[str, str, int]]


def weigh_pairs(keys: np.ndarray, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of text numbers that share keys, and the weight of what they share.

    `keys` (uint64) and `texts` (int64) run parallel: text texts[i] holds keys[i]. Returns
    (first, second, weight) with first < second, each pair once. Keys held by more than
    TEMPLATE_TEXTS distinct texts are passed over.
    """
    # Most keys are one text's alone. Counting by some of their bits finds four in five of those,
    # at a tenth of what sorting them would cost.
    slots = (keys >> np.uint64(1)).astype(np.intp) & ((4 << len(keys).bit_length()) - 1)
    met = np.flatnonzero(np.bincount(slots).take(slots) > 1)
    keys, texts = keys[met], texts[met]
    order = np.lexsort((texts, keys))
    keys, texts = keys[order], texts[order]
    fresh = np.ones(len(keys), bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (texts[1:] != texts[:-1])
    keys, texts = keys[fresh], texts[fresh]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    sizes = np.diff(np.append(starts, len(keys)))
    firsts, seconds, weights = [], [], []
    # All buckets of one size at a time: its pairs are one indexing operation.
    for size in np.unique(sizes[(sizes > 1) & (sizes <= TEMPLATE_TEXTS)]):
        buckets = starts[sizes == size]
        i, j = np.triu_indices(int(size), 1)
        firsts.append(texts[buckets[:, None] + i].ravel())
        seconds.append(texts[buckets[:, None] + j].ravel())
        weights.append(np.repeat(1 + (keys[buckets] & np.uint64(1)).astype(np.int64), len(i)))
    if not firsts:
        none = np.empty(0, np.int64)
        return none, none, none
    count = int(texts.max()) + 1
    pairs = np.concatenate(firsts) * count + np.concatenate(seconds)  # one number a pair
    pairs, inverse = np.unique(pairs, return_inverse=True)
    weight = np.bincount(inverse, np.concatenate(weights)).astype(np.int64)
    return pairs // count, pairs % count, weight


def candidates_among(keys: dict[str, bytes]) -> list[tuple[str, str]]:
    """FindCandidates for texts at hand: `keys` are the packed keys of each by its text id."""
    ids = list(keys)
    held = np.frombuffer(b"".join(keys.values()), np.uint64)
    holders = np.repeat(np.arange(len(ids)), [len(packed) // 8 for packed in keys.values()])
    pairs = zip(*(each.tolist() for each in weigh_pairs(held, holders)), strict=True)
    return [_ordered(ids[i], ids[j]) for i, j, weight in pairs if weight >= CANDIDATE_WEIGHT]


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


class _PackKeys(beam.DoFn):
    """Articles -> (partition, (text ids, keys, holders)), a pack a bundle, window and partition.

    The i-th key is held by the text whose place in the ids is the i-th holder.
    """

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions

    def start_bundle(self) -> None:
        self._keys: dict[Any, dict[str, bytes]] = defaultdict(dict)

    # Asked for the window alone, Beam works out all arguments anew for every article.
    def process(self, article: Article, whole: Any = beam.DoFn.WindowedValueParam) -> None:
        marks = article.fingerprint
        if marks is not None and marks.text_id and marks.keys:
            for window in whole.windows:
                self._keys[window][marks.text_id] = marks.keys

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for window, texts in self._keys.items():
            ids = list(texts)
            keys = np.frombuffer(b"".join(texts.values()), np.uint64)
            holders = np.repeat(np.arange(len(ids)), [len(held) // 8 for held in texts.values()])
            partition = (keys >> np.uint64(32)) % np.uint64(self._partitions)
            for number in range(self._partitions):
                chosen = np.flatnonzero(partition == number)  # a mask selects at ten times the cost
                pack = (number, (ids, keys[chosen].tobytes(), holders[chosen].tobytes()))
                yield WindowedValue(pack, window.max_timestamp(), (window,))


def _partition(text_id: str, partitions: int) -> int:
    return int(text_id[:8], 16) % partitions


def _weigh(
    element: tuple[int, Iterable[tuple[list[str], bytes, bytes]]], partitions: int
) -> Iterator[tuple[int, Weights]]:
    """The pairs of one partition of the keys, sent to the first text's partition."""
    numbers: dict[str, int] = {}
    keys, texts = [], []
    for ids, packed_keys, packed_holders in element[1]:
        local = np.array([numbers.setdefault(text_id, len(numbers)) for text_id in ids], np.int64)
        keys.append(np.frombuffer(packed_keys, np.uint64))
        texts.append(local[np.frombuffer(packed_holders, np.int64)])
    ids = list(numbers)
    first, second, weight = weigh_pairs(np.concatenate(keys), np.concatenate(texts))
    packs: dict[int, Weights] = defaultdict(list)
    for i, j, w in zip(first.tolist(), second.tolist(), weight.tolist(), strict=True):
        a, b = sorted((ids[i], ids[j]))
        packs[_partition(a, partitions)].append((a, b, w))
    yield from packs.items()


def _choose(element: tuple[int, Iterable[Weights]]) -> Iterator[tuple[str, str]]:
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for pack in element[1]:
        for a, b, weight in pack:
            weights[a, b] += weight
    yield from (pair for pair, weight in weights.items() if weight >= CANDIDATE_WEIGHT)


class FindCandidates(beam.PTransform):
    """PCollection[Article] with fingerprints -> PCollection[(text_id, other_id)], each pair once.

    Texts that share one band key or two sampled keys, text_id < other_id, within a window (a
    bounded pipeline is one window). Exact copies share their text id and are no pair here.
    Memory: the keys of a window, 320 bytes a text of 400 words, divided by `partitions`; choose
    several times the number of workers for large inputs.
    """

    def __init__(self, partitions: int = 4) -> None:
        super().__init__()
        if partitions < 1:
            raise ValueError(f"partitions must be at least 1, not {partitions}")
        self._partitions = partitions

    def expand(self, articles: PCollection) -> PCollection:
        return (
            articles
            | "Pack keys" >> beam.ParDo(_PackKeys(self._partitions))
            | "Meet by key" >> beam.GroupByKey()
            | "Weigh" >> beam.FlatMap(_weigh, self._partitions)
            | "Meet by text" >> beam.GroupByKey()
            | "Choose" >> beam.FlatMap(_choose)
        )


def _text(article: Article) -> Iterator[tuple[str, Text]]:
    marks = article.fingerprint
    if marks is not None and marks.text_id and marks.keys:
        yield marks.text_id, prepare(marks.text_id, article.text or "")


def _attach(element: tuple[str, dict[str, Any]]) -> Iterator[tuple[str, Text]]:
    others = list(element[1]["others"])
    if others:
        text = next(iter(element[1]["texts"]))
        yield from ((other, text) for other in others)


def _verify(element: tuple[str, dict[str, Any]]) -> Iterator[DuplicatePair]:
    others = list(element[1]["others"])
    if others:
        text = next(iter(element[1]["texts"]))
        yield from (pair for other in others if (pair := compare(other, text)))


class FindDuplicates(beam.PTransform):
    """PCollection[Article] with fingerprints -> PCollection[DuplicatePair], each pair once.

    Candidates compared exactly, within a window. Shuffles the 3-grams of every text twice, about
    4 KB for one of 400 words.
    """

    def __init__(self, partitions: int = 4) -> None:
        super().__init__()
        self._candidates = FindCandidates(partitions)

    def expand(self, articles: PCollection) -> PCollection:
        texts = articles | "Texts" >> beam.FlatMap(_text)
        candidates = articles | "Find candidates" >> self._candidates
        halves = (
            {"others": candidates, "texts": texts}
            | "Meet the first text" >> beam.CoGroupByKey()
            | "Attach" >> beam.FlatMap(_attach)
        )
        return (
            {"others": halves, "texts": texts}
            | "Meet the second text" >> beam.CoGroupByKey()
            | "Verify" >> beam.FlatMap(_verify).with_output_types(DuplicatePair)
        )
