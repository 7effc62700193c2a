"""The first step of a live pipeline: responses on disk in, articles and states out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam import pvalue

from live.extracting import extractor
from live.hosts import fetch_of, host_of
from live.pages import failure, settle
from live.poll import poll
from live.response import body_of, read_response
from records import Article, Reject
from sources.known import Known

ARTICLES, REJECTS, KNOWN = "articles", "rejects", "known"
FEEDS, FETCHES, PAGES, HOSTS = "feeds", "fetches", "pages", "hosts"


class Responses(NamedTuple):
    """What `ReadResponses` gives: seven PCollections, of the records of these names.

    `known` are articles of whose documents the store has all: they are only to be sighted.
    """

    articles: Any
    rejects: Any
    known: Any
    feeds: Any
    fetches: Any
    pages: Any
    hosts: Any


class ReadResponses(beam.PTransform):
    """Reads a PCollection of paths of sidecars (see live/response.py), each once.

    `known` names an .npy file with the sorted uint64 document ids that the store already has.
    What was seen when is in the responses: the same ones give the same records, whenever and
    however often they are read. Keeps no state.
    """

    def __init__(self, known: str | None = None) -> None:
        super().__init__()
        self._known = known

    def expand(self, inputs: pvalue.PCollection) -> Responses:
        tags = (REJECTS, KNOWN, FEEDS, FETCHES, PAGES, HOSTS)
        outputs = inputs | "Read" >> beam.ParDo(_Read(self._known)).with_outputs(
            *tags, main=ARTICLES
        )
        return Responses(outputs[ARTICLES], *(outputs[tag] for tag in tags))


class _Read(beam.DoFn):
    """Maps the file of known ids once a worker."""

    def __init__(self, known: str | None) -> None:
        self._path = known
        self._known: Known | frozenset[int] = frozenset()

    def setup(self) -> None:
        if self._path is not None:
            self._known = Known(self._path)

    def process(self, sidecar: str) -> Iterable[Any]:
        response = read_response(sidecar)
        body = body_of(response)
        if response.kind == "feed" and response.feed is not None:
            polled = poll(response.feed, response, body, response.at)
            yield from self._items(polled.items)
            yield pvalue.TaggedOutput(FEEDS, polled.feed)
            yield pvalue.TaggedOutput(FETCHES, polled.fetch)
        if response.kind == "page" and response.page is not None:
            page = response.page
            found = failure(page, response, body) or extractor().extract(sidecar)
            settled = settle(page, response, found)
            yield from self._items(settled.items)
            yield pvalue.TaggedOutput(PAGES, settled.page)
            yield pvalue.TaggedOutput(FETCHES, settled.fetch)
        if response.kind == "robots":
            yield pvalue.TaggedOutput(FETCHES, fetch_of(response, body))
        for host in host_of(response, body):
            yield pvalue.TaggedOutput(HOSTS, host)

    def _items(self, items: Iterable[Article | Reject]) -> Iterable[Any]:
        for item in items:
            if isinstance(item, Reject):
                yield pvalue.TaggedOutput(REJECTS, item)
            elif item.document_id in self._known:
                yield pvalue.TaggedOutput(KNOWN, item)
            else:
                yield item
