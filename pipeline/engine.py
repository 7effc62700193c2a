"""The graph over one batch on Beam's FnApiRunner, in this process."""

from __future__ import annotations

import gc

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from pipeline import graph
from pipeline.batch import Batch, SpoolFull
from sinks.spool import ReadSpool, WriteToSpool
from sources.articles import Read

# How the operating system says so; Beam hands on a worker's error as text only.
_FULL = ("[Errno 28]", "[Errno 122]", "[Errno 27]", "[Errno 30]", "[Errno 13]", "No space left")


def run_graph(batch: Batch) -> None:
    """Leave the batch in its folder, complete with a manifest. SpoolFull where that is full."""
    write = WriteToSpool(batch.folder, batch.versions, batch.known_to)
    # A batch makes a million small objects and no cycles: looking for some costs a tenth of it.
    gc.disable()
    try:
        with beam.Pipeline(FnApiRunner(), PipelineOptions([])) as pipeline:
            if batch.again:
                spooled = pipeline | "Read spool" >> ReadSpool(batch.again)
                read = Read(spooled.articles, spooled.rejects, spooled.known)
                graph.work_out(read, write, batch.topics)
            else:
                sections = pipeline | "Sections" >> beam.Create(batch.sections)
                graph.newsbeam(sections, write, batch.known, batch.topics)
    except Exception as error:
        if batch.folder in str(error) and any(sign in str(error) for sign in _FULL):
            reason = next(line for line in reversed(str(error).splitlines()) if "Err" in line)
            raise SpoolFull(reason.strip()) from None
        raise
    finally:
        gc.enable()
