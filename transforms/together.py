"""A DoFn over a few hundred articles at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.utils.windowed_value import WindowedValue

from records import Article

# The tables of one step (CLD2's, an automaton's) fill a core's cache: changing steps at every
# article reloads them each time, which costs a fifth of all of it. From 64 to 256 it is another
# tenth where cores share a cache, and numpy is called less often; from there on nothing.
TOGETHER = 256


class Together(beam.DoFn):
    """One step's work on articles; each keeps its own time and window."""

    def work(self, articles: list[Article]) -> Iterable[Article]:
        """The articles with this step's facts, in the same order."""
        raise NotImplementedError

    def start_bundle(self) -> None:
        self._waiting: list[WindowedValue] = []

    def process(
        self, article: Article, whole: Any = beam.DoFn.WindowedValueParam
    ) -> Iterable[WindowedValue]:
        self._waiting.append(whole)
        return self._flush() if len(self._waiting) >= TOGETHER else ()

    def finish_bundle(self) -> Iterable[WindowedValue]:
        return self._flush() if self._waiting else ()

    def _flush(self) -> Iterator[WindowedValue]:
        waiting, self._waiting = self._waiting, []
        done = self.work([whole.value for whole in waiting])
        for article, whole in zip(done, waiting, strict=True):
            yield whole.with_value(article)
