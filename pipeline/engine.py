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
from records import Section
from sinks.manifest import MANIFEST
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


class _Kept(FnApiRunner):
    """Runs a pipeline again without the pipeline, whose making takes longer than its beginning."""

    _description: tuple[Any, PipelineOptions] | None = None

    def run_via_runner_api(self, pipeline_proto: Any, options: PipelineOptions) -> Any:
        self._description = pipeline_proto, options
        return super().run_via_runner_api(pipeline_proto, options)

    def run_again(self) -> bool:
        """Whether it could: not before a pipeline was run, nor where Beam runs it otherwise."""
        if self._description is None:
            return False
        super().run_via_runner_api(*self._description).wait_until_finish()
        return True


class _Folder(str):
    """The folder of the batch in hand. It travels as the question, however often."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _folder_in_hand, ()


_in_hand: Batch  # what the graph at work reads, and where it leaves it
_kept: dict[Any, _Kept] = {}  # the graph of the run that this process works for


def _folder_in_hand() -> _Folder:
    return _Folder(_in_hand.folder)


def _sections_in_hand(_: bytes) -> tuple[Section, ...]:
    return _in_hand.sections


def _responses_in_hand(_: bytes) -> tuple[str, ...]:
    return _in_hand.responses


def run_graph(batch: Batch) -> None:
    """Leave the batch in its folder, complete with a manifest. SpoolFull where that is full.

    The batches of a run differ in what is read and in the folder, which the graph asks for
    when it is run: so it is made for the first of them alone.
    """
    global _in_hand
    if batch.again:
        _run_anew(batch, ReadSpool(batch.again))
        return
    _in_hand = batch
    kind = bool(batch.responses), batch.known, batch.known_to, batch.queue_pages
    run = *kind, *sorted(batch.versions.items())  # of which one says which topics
    if run not in _kept:
        _kept.clear()
        _kept[run] = _Kept()
    with _working(batch.folder):
        if not _kept[run].run_again():
            with beam.Pipeline(_kept[run], _Options(_FLAGS)) as pipeline:
                _make(pipeline, batch)
    if not Path(batch.folder, MANIFEST).exists():
        raise RuntimeError(f"the graph has left its batch somewhere else than in {batch.folder}")


def _make(pipeline: beam.Pipeline, batch: Batch) -> None:
    """The graph over whatever batch is in hand when it is run, if it is of one run with this."""
    write = WriteToSpool(_Folder(), batch.versions, batch.known_to, batch.queue_pages)
    begin = pipeline | "Batch" >> beam.Impulse()
    if batch.responses:
        responses = begin | "Responses" >> beam.FlatMap(_responses_in_hand)
        graph.answered(responses, write, batch.known, batch.topics)
    else:
        sections = begin | "Sections" >> beam.FlatMap(_sections_in_hand)
        graph.newsbeam(sections, write, batch.known, batch.topics)


def _run_anew(batch: Batch, spooled: ReadSpool) -> None:
    queue = spooled.manifest.queue_pages
    write = WriteToSpool(batch.folder, batch.versions, batch.known_to, queue)
    with _running(batch.folder) as pipeline:
        graph.work_out(pipeline | "Read spool" >> spooled, write, batch.topics)


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
    with _working(folder), beam.Pipeline(FnApiRunner(), _Options(_FLAGS)) as pipeline:
        yield pipeline


@contextlib.contextmanager
def _working(folder: str) -> Iterator[None]:
    """A block in which a pipeline is run that writes to a folder: SpoolFull where that is full."""
    # A batch makes a million small objects and no cycles: looking for some costs a tenth of it.
    gc.disable()
    try:
        yield
    except Exception as error:
        if folder in str(error) and any(sign in str(error) for sign in _FULL):
            reason = next(line for line in reversed(str(error).splitlines()) if "Err" in line)
            raise SpoolFull(reason.strip()) from None
        raise
    finally:
        gc.enable()
