"""One batch: some sections of the input through the graph into the spool, in this process."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from typing import NamedTuple

from records import Section


class Batch(NamedTuple):
    """What a worker is given: sections, and the folder that the finished batch goes to."""

    folder: str
    sections: tuple[Section, ...]
    versions: dict[str, str]
    known: str | None = None  # the file of document ids that the store `known_to` holds
    known_to: str | None = None
    again: str | None = None  # a spooled batch that other versions made, in place of sections


class SpoolFull(Exception):
    """The spool cannot be written: disk full, quota, size limit."""


# How the operating system says so; Beam hands on a worker's error as text only.
_FULL = ("[Errno 28]", "[Errno 122]", "[Errno 27]", "[Errno 30]", "[Errno 13]", "No space left")


def work_out(batch: Batch) -> str:
    """Run the graph over a batch. Returns its folder, complete with a manifest.

    Beam is imported here, so that the process that only plans and commits never loads it.
    """
    logging.getLogger().setLevel(logging.ERROR)
    # Processes are the parallelism here: BLAS threads of each would only wait for the others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A batch makes a million small objects and no cycles: looking for some costs a tenth of it.
    gc.disable()
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

    from pipeline import graph
    from sinks.spool import ReadSpool, WriteToSpool
    from sources.articles import Read

    write = WriteToSpool(batch.folder, batch.versions, batch.known_to)
    try:
        with beam.Pipeline(FnApiRunner(), PipelineOptions([])) as pipeline:
            if batch.again:
                spooled = pipeline | "Read spool" >> ReadSpool(batch.again)
                graph.work_out(Read(spooled.articles, spooled.rejects, spooled.known), write)
            else:
                sections = pipeline | "Sections" >> beam.Create(batch.sections)
                graph.newsbeam(sections, write, batch.known)
    except Exception as error:
        if batch.folder in str(error) and any(sign in str(error) for sign in _FULL):
            reason = next(line for line in reversed(str(error).splitlines()) if "Err" in line)
            raise SpoolFull(reason.strip()) from None
        raise
    finally:
        gc.enable()
    return batch.folder


def leave_with_parent() -> None:
    """End this worker when the process that started it is gone, however it went."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
