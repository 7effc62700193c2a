"""The graph over one batch on Beam's FnApiRunner, in this process."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from functools import partial

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from pipeline import graph
from pipeline.batch import Batch, RetagBatch, SpoolFull
from sinks.retag import read_slice
from sinks.shards import TAGS
from sinks.spool import ReadSpool, WriteToSpool
from sources.articles import Read
from transforms.tagging import TagTopics

# How the operating system says so; Beam hands on a worker's error as text only.
_FULL = ("[Errno 28]", "[Errno 122]", "[Errno 27]", "[Errno 30]", "[Errno 13]", "No space left")


def run_graph(batch: Batch) -> None:
    """Leave the batch in its folder, complete with a manifest. SpoolFull where that is full."""
    write = WriteToSpool(batch.folder, batch.versions, batch.known_to)
    with _running(batch.folder) as pipeline:
        if batch.again:
            spooled = pipeline | "Read spool" >> ReadSpool(batch.again)
            read = Read(spooled.articles, spooled.rejects, spooled.known)
            graph.work_out(read, write, batch.topics)
        else:
            sections = pipeline | "Sections" >> beam.Create(batch.sections)
            graph.newsbeam(sections, write, batch.known, batch.topics)


def run_retag(batch: RetagBatch) -> None:
    """Leave the new tags of stored revisions in the batch's folder. SpoolFull as run_graph."""
    with _running(batch.folder) as pipeline:
        articles = (
            pipeline
            | "Slices" >> beam.Create(batch.rows)
            | "Read articles" >> beam.FlatMap(partial(read_slice, batch.store, batch.part))
            | "Tag topics" >> TagTopics(batch.topics)
        )
        {TAGS: articles} | "Write" >> WriteToSpool(batch.folder, batch.versions)


@contextlib.contextmanager
def _running(folder: str) -> Iterator[beam.Pipeline]:
    """A pipeline that runs at the end of the block and writes to a folder."""
    # A batch makes a million small objects and no cycles: looking for some costs a tenth of it.
    gc.disable()
    try:
        with beam.Pipeline(FnApiRunner(), PipelineOptions([])) as pipeline:
            yield pipeline
    except Exception as error:
        if folder in str(error) and any(sign in str(error) for sign in _FULL):
            reason = next(line for line in reversed(str(error).splitlines()) if "Err" in line)
            raise SpoolFull(reason.strip()) from None
        raise
    finally:
        gc.enable()
