"""Batches worked out one after another here, or several at once in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path
from typing import Any

from live.job import Job
from pipeline.batch import Batch


class WorkerLost(Exception):
    """A worker process ended before its batch was done."""


def work_out(batch: Batch) -> str:
    """Run the graph over a batch. Returns its folder, complete with a manifest.

    Beam is loaded here, so that the process that only plans and commits never does.
    """
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from pipeline.engine import run_graph

    run_graph(batch)
    return batch.folder


def usual_workers() -> int:
    """As many processes as pay here."""
    return min(os.cpu_count() or 1, 8)


def worked_out(
    batches: Iterable[Any],
    workers: int | None = None,
    apart: bool = False,
    work: Callable[[Any], str] = work_out,
) -> Iterator[Path]:
    """Folders of complete batches, as they get done. `workers` of None: as many as pay.

    One batch is worked out in this process, unless it is to be kept `apart`. More are spread over
    the cores, each batch whole in one process: nothing is handed between processes but its name.
    At most one more batch than there are workers is under way, so that neither memory nor spool
    grows with the input.
    """
    remaining = iter(batches)
    first = list(islice(remaining, 2))
    count = workers if workers is not None else usual_workers()
    if not apart and (len(first) < 2 or count < 2):
        for batch in chain(first, remaining):
            yield Path(work(batch))
        return
    with _processes(min(count, max(len(first), 1)) if len(first) < 2 else count) as pool:
        under_way: set[Future[str]] = set()
        queue = chain(first, remaining)
        try:
            while True:
                for batch in islice(queue, count + 1 - len(under_way)):
                    under_way.add(pool.submit(work, batch))
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    try:
                        folder = Path(future.result())
                    except BrokenProcessPool as error:
                        raise WorkerLost(
                            "a worker process was killed from outside, perhaps for want of "
                            "memory: try --workers 1 or a smaller --batch-size"
                        ) from error
                    yield folder
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def fetched(job: Job) -> list[str]:
    """Ask for everything in `job`, in a process of its own; returns the sidecars of the answers."""
    with _processes(1) as pool:
        try:
            return pool.submit(_fetch, job).result()
        except BrokenProcessPool as error:
            raise WorkerLost("the process that fetches was killed from outside") from error


def _fetch(job: Job) -> list[str]:
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from pipeline.engine import run_fetch

    return run_fetch(job)


def _processes(count: int) -> ProcessPoolExecutor:
    """Processes forked from one that has loaded Beam and pipeline/ready.py, once for all of them.

    A fork of this process would inherit the store's threads. They are new each time, so that
    whoever works for months starts from the same memory every time.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.quiet", "pipeline.engine", "pipeline.ready"])
    return ProcessPoolExecutor(count, context, initializer=leave_with_parent)


def leave_with_parent(everybody: bool = False) -> None:
    """End this worker when the process that started it is gone, however it went.

    With `everybody` its whole process group goes, for a worker that leads one.

    Ctrl-C goes to all processes of a terminal; here the one that started the others answers it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not os.getppid: that is the fork server, which lives for as long as its workers do.
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            if everybody:
                os.killpg(0, signal.SIGKILL)
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
