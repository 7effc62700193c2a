"""Where the time goes: `python -m benchmarks.steps [COUNT or FILE.jsonl] [STORE]`.

A run over made-up articles (20,000) or a file, in one process, its functions wrapped by a clock:
for each step of the workers and of the commit, the microseconds of CPU time an article. They go
into a copy of STORE, or into an empty store. A small run before it loads what loads once.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.generate import articles, write

COUNT = "20000"
WARM_UP = 2_000

# Step, and the functions that are it. What a function calls that is a step itself counts there.
STEPS = {
    "read": ["sources.articles.read_section"],
    "language": ["transforms.language._Detect.work"],
    "fingerprint": ["transforms.fingerprint._Fingerprint.work"],
    "topics": ["transforms.tagging._Tag.work"],
    "candidates": [
        "transforms.duplicates._PackKeys.process",
        "transforms.duplicates._PackKeys.finish_bundle",
        "transforms.duplicates._weigh",
        "transforms.duplicates._choose",
    ],
    "spool": [
        "sinks.spool._WriteShards.process",
        "sinks.spool._WriteShards.finish_bundle",
        "sinks.spool.WriteToSpool._write_manifest",
    ],
    "Beam, and what is between": ["pipeline.engine.run_graph"],
    "commit: open": ["sinks.store.connect"],
    "commit: stage": ["sinks.staging.stage", "sinks.commit._count"],
    "commit: sightings": ["sinks.staging.store_sightings"],
    "commit: current": ["sinks.current.choose"],
    "commit: match": ["sinks.matching.match"],
    "commit: compare": ["sinks.matching._verify"],
    "commit: rewrite": ["sinks.current.rewrite"],
    "commit: group": ["sinks.groups.regroup"],
    "commit: articles": ["sinks.current.store"],
    "commit: polls": ["sinks.polled.store"],
    "commit: to disk": ["sinks.writer.commit"],
    "commit: close, remove": ["sinks.writer.Writer.commit"],
}


class Clock:
    """CPU seconds by step; a step within a step is counted once, as the inner one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._steps: list[str] = ["the rest"]
        self._last = time.process_time()

    def begin(self, step: str) -> None:
        self._mark()
        self._steps.append(step)

    def end(self) -> None:
        self._mark()
        self._steps.pop()

    def _mark(self) -> None:
        now = time.process_time()
        self.seconds[self._steps[-1]] += now - self._last
        self._last = now

    def wrapped(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function under the clock; of a generator each turn."""

        @functools.wraps(function)
        def whole(*args: Any, **kwargs: Any) -> Any:
            self.begin(step)
            try:
                result = function(*args, **kwargs)
            finally:
                self.end()
            return self._turns(step, result) if inspect.isgenerator(result) else result

        return whole

    def _turns(self, step: str, generator: Iterator[Any]) -> Iterator[Any]:
        while True:
            self.begin(step)
            try:
                item = next(generator)
            except StopIteration:
                return
            finally:
                self.end()
            yield item


@contextlib.contextmanager
def clocked(steps: dict[str, list[str]]) -> Iterator[Clock]:
    """A clock on the functions of `steps`, named as module.function or module.Class.method."""
    clock = Clock()
    before = []
    for step, names in steps.items():
        for name in names:
            owner, attribute = _owner(name)
            function = inspect.getattr_static(owner, attribute)
            before.append((owner, attribute, function))
            setattr(owner, attribute, clock.wrapped(step, function))
    try:
        yield clock
    finally:
        for owner, attribute, function in reversed(before):
            setattr(owner, attribute, function)


def _owner(name: str) -> tuple[Any, str]:
    path, _, attribute = name.rpartition(".")
    try:
        return importlib.import_module(path), attribute
    except ModuleNotFoundError:
        module, _, kind = path.rpartition(".")
        return getattr(importlib.import_module(module), kind), attribute


def main(given: str, store: Path | None) -> None:
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from live.job import Settings
    from pipeline.begun import Progress
    from pipeline.poll import Asking
    from pipeline.run import run

    progress = Progress(said=print, stored=lambda _: None)
    asking = Asking(Settings(), workers=1)
    with tempfile.TemporaryDirectory() as folder:
        warm, source = Path(folder, "warm.jsonl"), Path(given)
        write(warm, articles(WARM_UP))
        if given.isdigit():
            source = Path(folder, "articles.jsonl")
            write(source, articles(int(given)))
        target = Path(folder, "news.duckdb")
        if store:
            shutil.copyfile(store, target)
        run([str(warm)], Path(folder, "warm.duckdb"), progress, asking, wait=10)
        with clocked(STEPS) as clock:
            account = run([str(source)], target, progress, asking, wait=10)
    total, count = sum(clock.seconds.values()), account["read"]
    print(f"{account['new']:,} of {count:,} are new; {account['batches']} batches, one process")
    print(f"{'step':<28} {'µs/article':>10} {'share':>6}")
    for step in (*STEPS, "the rest"):
        seconds = clock.seconds[step]
        print(f"{step:<28} {seconds / count * 1e6:>10.1f} {seconds / total:>6.1%}")
    print(f"{'all':<28} {total / count * 1e6:>10.1f} {1:>6.0%}")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else COUNT, Path(sys.argv[2]) if sys.argv[2:] else None)
