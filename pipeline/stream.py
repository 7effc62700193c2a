"""`newsbeam stream`: the graph without an end, on a runner of its own, and the commits beside it.

This process holds the store and never loads Beam. The engine is a process of its own, leader of a
session, so that everything that belongs to it (a runner that Beam started, workers) ends with it.
What passes between the two are files in the spool: batches and how far it is from the engine, the
control file to it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from live.job import Settings
from pipeline import clock
from pipeline.at_work import until_of
from pipeline.batch import Stream
from pipeline.begun import Begun, Progress, begun
from pipeline.facts import MATCHER
from pipeline.poll import MOST_PAGES, declared_feeds, differs
from pipeline.query import reading
from pipeline.stopping import Stop
from pipeline.workers import WorkerLost, leave_with_parent
from records import Feed
from sinks import feeds as subscriptions
from sinks.commit import Counts
from sinks.manifest import SpoolError, remove_orphans, waiting
from sinks.store import StoreError
from sinks.writer import Writer
from sources.control import Control, read_until, write_control
from sources.feeds_file import FeedsFileError
from sources.plan import PathError
from transforms.topicrules import TopicRules
from transforms.versions import versions

_LOOK = 0.1  # seconds between two looks at the spool
_TELL = 10.0  # seconds after which the engine is told something again, also if it is nothing new
_PRISM = "PrismRunner"
# In the spool; the braces are the stream's name.
_CONTROL = "control-{}.json"
_KNOWN, _LOG, _SCRATCH = "known-{}.npy", "engine-{}.log", "scratch-{}"


class Following(NamedTuple):
    """What is followed, and on what; times in seconds."""

    paths: tuple[str, ...] = ()  # folders that grow; none: the feeds that are subscribed to
    every: float = 1.0  # between two looks at what is new
    window: float = 5.0  # of event time, committed together
    runner: str = _PRISM
    options: tuple[str, ...] = ()  # Beam's own
    settings: Settings | None = None  # how feeds are asked; None where folders are followed
    groups: int = 1  # of hosts that are asked side by side
    feeds_file: Path | None = None
    pages: bool = True


class Stored(NamedTuple):
    """One batch of a stream that is in the store."""

    until: int  # the end of its window, microseconds since 1970
    counts: Counts
    seconds: float  # that the commit took
    behind: float  # seconds from the end of the window until it was stored
    due: int  # feeds that were, at the last look


def stream(
    store: Path,
    progress: Progress,
    following: Following,
    told: Callable[[Stored], None],
    stop: Stop,
    *,
    wait: float,
    topics: TopicRules | None = None,
) -> dict[str, Any]:
    """Follow folders or feeds and store each window as it closes, until `stop` is set.

    Then nothing more is read, what was is worked out and stored, and the account returned.
    PathError and FeedsFileError at the start; WorkerLost where the engine ended by itself: what
    it had worked out is stored, and the next start reads the rest. While the store cannot be
    written that is said, batches wait, and the engine with them.
    """
    for path in following.paths:
        if not os.path.isdir(path):
            raise PathError(f"{path}: not a folder; `stream` follows folders, `run` reads files")
    if following.runner == _PRISM:
        following = following._replace(options=_with_prism(following.options))
    what = " ".join(following.paths) or "--feeds"
    declared_feeds(following.feeds_file)
    with begun(Writer(store, MATCHER, wait), f"stream {what}", progress, topics) as run:
        committer = _Committer(run, following, told, wait)
        try:
            committer.work(stop)
        finally:
            committer.end()
        return run.finish("done")


class _Committer:
    """The engine's other half: stores what it leaves, and tells it what is stored."""

    def __init__(
        self, run: Begun, following: Following, told: Callable[[Stored], None], wait: float
    ) -> None:
        self._run = run
        self._wait = wait
        self._following = following
        self._told = told
        self._spool = run.writer.spool.absolute()
        self._files = {
            name: self._spool / name.format(run.name) for name in (_CONTROL, _KNOWN, _LOG, _SCRATCH)
        }
        self._until = until_of(self._spool, run.name)
        self._control = Control(stored_until=time.time_ns() // 1000)
        self._told_at = 0.0
        self._damaged: set[Path] = set()
        self._said = ""
        self._engine: _Engine | None = None

    def work(self, stop: Stop) -> None:
        self._spool.mkdir(parents=True, exist_ok=True)
        self._files[_SCRATCH].mkdir()
        self._tell(fresh=True)
        self._engine = _Engine(self._stream(), self._files[_LOG], self._files[_SCRATCH])
        while True:
            if stop.is_set() and not self._control.stop:
                self._tell(stop=True)
            over = self._engine.is_over()
            until = read_until(str(self._until))
            stored = self._store()
            due = time.monotonic() - self._told_at > _TELL
            if stored is not None and (until > self._control.stored_until or due):
                self._tell(
                    fresh=stored > 0 or due, stored_until=max(until, self._control.stored_until)
                )
            elif due:
                self._tell()
            if over and stored is not None:
                break
            time.sleep(_LOOK)
        if self._engine.code and self._control.stop:
            # Whoever stops a service may well tell all of its processes, and runners obey at once.
            self._run.progress.said("the engine did not wait: the next start reads the rest again")
        elif not self._control.stop:
            raise WorkerLost(
                f"the engine ended ({self._engine.code}):\n{_last(self._files[_LOG])}\n"
                "What it had worked out is stored. Start again: it goes on from there."
            )

    def end(self) -> None:
        """Whatever happened: nothing is left but batches that wait."""
        if self._engine:
            self._engine.end()
        remove_orphans(self._spool)

    def _stream(self) -> Stream:
        following = self._following
        known = str(self._files[_KNOWN]) if following.paths else None
        known_to = self._run.writer.export_known(Path(known)) if known else None
        return Stream(
            spool=str(self._spool),
            name=self._run.name,
            control=str(self._files[_CONTROL]),
            until=str(self._until),
            versions=versions(self._run.topics),
            every=following.every,
            window=following.window,
            runner=following.runner,
            options=following.options,
            paths=tuple(map(os.path.abspath, following.paths)),
            known=known,
            known_to=known_to,
            settings=following.settings,
            groups=following.groups,
            stopped_at=clock.now() if clock.stopped() else None,
            queue_pages=following.pages,
            topics=self._run.topics,
        )

    def _store(self) -> int | None:
        """Store what is complete; how many batches. None where some have to wait."""
        stored = 0
        complete = [each for each in waiting(self._spool) if each not in self._damaged]
        for number, folder in enumerate(complete, 1):
            began = time.monotonic()
            try:
                counts = self._run.store(folder, complete[number:])
            except StoreError as error:
                self._say(f"{error}; tried again")
                return None
            except SpoolError as error:
                self._damaged.add(folder)
                self._run.progress.said(f"left where it is: {error}")
                continue
            self._said = ""
            stored += 1
            if counts is not None:
                until = int(folder.name.partition("-")[0])
                now = time.time()
                self._told(
                    Stored(until, counts, time.monotonic() - began, now - until / 1e6, self._due())
                )
        return stored

    def _due(self) -> int:
        now = clock.now()
        return sum(feed.next_at <= now for feed in self._control.feeds)

    def _tell(self, fresh: bool = False, **changes: Any) -> None:
        """Write the control file anew, with feeds and pages as the store has them if `fresh`."""
        if fresh and self._following.settings is not None:
            try:
                changes |= self._subscribed()
            except (StoreError, FeedsFileError) as error:
                self._say(f"{error}; tried again")
        self._control = self._control._replace(**changes)
        self._told_at = time.monotonic()
        write_control(str(self._files[_CONTROL]), self._control)

    def _subscribed(self) -> dict[str, Any]:
        """Feeds, pages and servers as the store has them: read as by anybody, held up by nobody."""
        declared = declared_feeds(self._following.feeds_file)
        feeds, rest = self._look()
        if declared and differs(feeds, declared):
            self._run.writer.declare(declared[0].declared_in, declared)
            feeds, rest = self._look()
        due = (feed for feed in feeds if feed.status == "active" and feed.declared_in != "run")
        return {"feeds": tuple(due), **rest}

    def _look(self) -> tuple[list[Feed], dict[str, Any]]:
        """All feeds of the store; pages that are due, and servers."""
        with reading(self._run.writer.path, self._wait) as db:
            feeds = subscriptions.feeds(db)
            pages = self._following.pages
            due = subscriptions.due_pages(db, clock.now(), MOST_PAGES) if pages else []
            return feeds, {"pages": tuple(due), "hosts": tuple(subscriptions.hosts(db))}

    def _say(self, sentence: str) -> None:
        """Once, until something else is the matter."""
        if sentence != self._said:
            self._said = sentence
            self._run.progress.said(sentence)


class _Engine:
    """The process that runs the graph, with all that it starts."""

    def __init__(self, stream: Stream, log: Path, scratch: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_work, args=(stream, str(log), str(scratch)))
        self._process.start()

    def is_over(self) -> bool:
        """Whether it has ended, by itself or because it was told to."""
        return self._process.exitcode is not None

    @property
    def code(self) -> int | None:
        """How it ended: 0 when told to."""
        return self._process.exitcode

    def end(self) -> None:
        """End what is left of it at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.kill()
        self._process.join()


def _work(stream: Stream, log: str, scratch: str) -> None:
    """In the engine's process: its own session, so that one signal reaches all that it starts.

    Ends without waiting for a runner that Beam started: whoever started this ends all of it.
    """
    os.setsid()
    with open(log, "ab", buffering=0) as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    leave_with_parent(everybody=True)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tempfile.tempdir = scratch
    try:
        import pipeline.quiet  # noqa: F401 - before Beam is imported
        from pipeline.engine import run_stream

        run_stream(stream)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _with_prism(options: tuple[str, ...]) -> tuple[str, ...]:
    """Prism from the PATH; else Beam takes the one in its cache, or downloads it."""
    given = any(option.startswith("--prism_location") for option in options)
    found = None if given else shutil.which("prism")
    return (f"--prism_location={found}", *options) if found else options


def _last(log: Path) -> str:
    """What the engine said when it failed: what it logged at the end, and the exception."""
    lines: list[str] = []
    with contextlib.suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line[:400] for line in lines if line[:1].strip() and not line.startswith("Traceback")]
    return "\n".join(said[-12:]) or "it said nothing"
