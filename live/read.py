"""The first step of a live pipeline: responses on disk in, articles and states out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam import pvalue

from live.extracting import extractor
from live.hosts import fetch_of, host_of
from live.pages import failure, settle
from live.poll import poll
from live.response import body_of, read_response
from records import Article, Feed, Fetch, Host, Page, Reject
from sources.known import Known

ARTICLES, REJECTS, KNOWN = "articles", "rejects", "known"
FEEDS, FETCHES, PAGES, HOSTS = "feeds", "fetches", "pages", "hosts"


TAGS = {
    Article: KNOWN,
    Reject: REJECTS,
    Feed: FEEDS,
    Fetch: FETCHES,
    Page: PAGES,
    Host: HOSTS,
}


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
        for record in records_of(sidecar):
            if isinstance(record, Article) and record.document_id not in self._known:
                yield record
            else:
                yield pvalue.TaggedOutput(TAGS[type(record)], record)


def records_of(sidecar: str) -> Iterator[Any]:
    """What one response brought: articles and rejects, then states and the account."""
    response = read_response(sidecar)
    body = body_of(response)
    if response.kind == "feed" and response.feed is not None:
        polled = poll(response.feed, response, body, response.at)
        yield from (*polled.items, polled.feed, polled.fetch)
    if response.kind == "page" and response.page is not None:
        page = response.page
        settled = settle(
            page, response, failure(page, response, body) or extractor().extract(sidecar)
        )
        yield from (*settled.items, settled.page, settled.fetch)
    if response.kind == "robots":
        yield fetch_of(response, body)
    yield from host_of(response, body)
