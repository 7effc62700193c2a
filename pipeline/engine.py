"""The graph over one batch on Beam's FnApiRunner, in this process; or without an end elsewhere."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from live.job import Job
from live.streaming import PollFeeds
from pipeline import graph
from pipeline.batch import Batch, RetagBatch, SpoolFull, Stream
from pipeline.everywhere import options_of
from sinks.retag import read_slice
from sinks.shards import TAGS
from sinks.spool import ReadSpool, WriteToSpool, WriteWindows
from sources.growing import GrowingFolders
from transforms.duplicates import candidates_among
from transforms.tagging import TagTopics

# How the operating system says so; Beam hands on a worker's error as text only.
_FULL = ("[Errno 28]", "[Errno 122]", "[Errno 27]", "[Errno 30]", "[Errno 13]", "No space left")

# The graph is the same for every batch, and its types are checked where it is tested.
_FLAGS = ["--no_pipeline_type_check"]


class _Options(PipelineOptions):
    """Makes each view of itself once. Beam asks for some 200 a pipeline, and parses for each."""

    def view_as(self, cls: Any) -> Any:
        views = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


def run_graph(batch: Batch) -> None:
    """Leave the batch in its folder, complete with a manifest. SpoolFull where that is full."""
    spooled = ReadSpool(batch.again) if batch.again else None
    queue = spooled.manifest.queue_pages if spooled else batch.queue_pages
    write = WriteToSpool(batch.folder, batch.versions, batch.known_to, queue)
    with _running(batch.folder) as pipeline:
        if spooled:
            graph.work_out(pipeline | "Read spool" >> spooled, write, batch.topics)
        elif batch.responses:
            responses = pipeline | "Responses" >> beam.Create(batch.responses, reshuffle=False)
            graph.answered(responses, write, batch.known, batch.topics)
        else:
            sections = pipeline | "Sections" >> beam.Create(batch.sections, reshuffle=False)
            graph.newsbeam(sections, write, batch.known, batch.topics)


def run_retag(batch: RetagBatch) -> None:
    """Leave the new tags of stored revisions in the batch's folder. SpoolFull as run_graph."""
    with _running(batch.folder) as pipeline:
        articles = (
            pipeline
            | "Slices" >> beam.Create(batch.rows, reshuffle=False)
            | "Read articles" >> beam.FlatMap(partial(read_slice, batch.store, batch.part))
            | "Tag topics" >> TagTopics(batch.topics)
        )
        {TAGS: articles} | "Write" >> WriteToSpool(batch.folder, batch.versions)


def run_fetch(job: Job) -> list[str]:
    """Ask for everything in `job`; returns the sidecars of what was answered. SpoolFull where they
    cannot be kept."""
    try:
        with _running(job.folder) as pipeline:
            graph.ask(pipeline | "Job" >> beam.Create([job], reshuffle=False))
    except ExceptionGroup as errors:  # of requests that were under way together
        for error in errors.exceptions:
            if isinstance(error, OSError):
                raise SpoolFull(str(error)) from None
        raise
    return sorted(str(path) for path in Path(job.folder).glob("*.json"))


def run_stream(stream: Stream) -> None:
    """Run the graph without an end, on any runner, until the control file says to stop."""
    source: beam.PTransform
    if stream.settings is None:
        source = GrowingFolders(stream.paths, stream.control, stream.window, stream.known)
    else:
        source = PollFeeds(
            stream.control, stream.settings, stream.window, stream.groups, stream.stopped_at
        )
    write = WriteWindows(
        stream.spool,
        stream.name,
        stream.versions,
        stream.known_to,
        stream.queue_pages,
        candidates=candidates_among,
    )
    options = options_of(stream.runner, ["--streaming", *_FLAGS, *stream.options])
    with beam.Pipeline(options=options) as pipeline:
        graph.followed(
            pipeline,
            source,
            write,
            stream.window,
            stream.control,
            stream.until,
            stream.every,
            stream.topics,
        )


@contextlib.contextmanager
def _running(folder: str) -> Iterator[beam.Pipeline]:
    """A pipeline that runs at the end of the block and writes to a folder."""
    # A batch makes a million small objects and no cycles: looking for some costs a tenth of it.
    gc.disable()
    try:
        with beam.Pipeline(FnApiRunner(), _Options(_FLAGS)) as pipeline:
            yield pipeline
    except Exception as error:
        if folder in str(error) and any(sign in str(error) for sign in _FULL):
            reason = next(line for line in reversed(str(error).splitlines()) if "Err" in line)
            raise SpoolFull(reason.strip()) from None
        raise
    finally:
        gc.enable()
