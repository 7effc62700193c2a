"""Folders that grow: at each tick, what is in the files that are new or have changed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.pvalue import PCollection
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from records import Section
from sources.articles import Read, ReadArticles
from sources.control import ControlFile
from sources.plan import discard, files_below, plan_file
from sources.sections import SECTION_LINES
from sources.ticks import Tick, is_over

_LINE = 100  # bytes: lines of articles are hardly shorter
_DIGEST = 8  # bytes by which one state of one file is remembered


class Limits(NamedTuple):
    """How much is on its way at once, so that neither memory nor a batch grows with a backlog."""

    articles: int = 20_000  # of one window, about; twice as many in all that is not stored yet
    bytes: int = 32 * 2**20  # the same of the files


LIMITS = Limits()


class _Seen(NamedTuple):
    """What is remembered from tick to tick."""

    read: frozenset[bytes] = frozenset()  # digests of the files that were read whole
    half: bytes = b""  # digest of the file that was not,
    sections: int = 0  # and how many of its sections were
    on_way: tuple[tuple[int, int, int], ...] = ()  # end of a window, and what of it was read


class GrowingFolders(beam.PTransform):
    """PCollection[Tick] to `Read`: what is in each state of each file, once, oldest first.

    A file is read once it has been left alone from one tick to the next, and again, whole, when
    it has changed: what was in it before is then nothing new to whoever stores it. `window` is
    the length, in seconds, of the windows that the result is put into later: the limits hold for
    each. `known` is as `ReadArticles` takes it.
    """

    def __init__(
        self,
        paths: tuple[str, ...],
        control: str,
        window: float,
        known: str | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__()
        self._given = paths, control, round(window * 1e6), limits
        self._known = known

    def expand(self, ticks: PCollection[Tick]) -> Read:
        # One key: what has been read is one thing to know, whichever of several workers has it.
        sections = (
            ticks
            | "One reader" >> beam.WithKeys(0)
            | "List" >> beam.ParDo(_Listing(*self._given)).with_output_types(Section)
        )
        return sections | "Read" >> ReadArticles(known=self._known, discarding=True)


_SEEN = beam.DoFn.StateParam(ReadModifyWriteStateSpec("seen", PickleCoder()))


class _Listing(beam.DoFn):
    def __init__(self, paths: tuple[str, ...], control: str, window: int, limits: Limits) -> None:
        self._paths = paths
        self._path = control
        self._window = window
        self._limits = limits

    def setup(self) -> None:
        self._control = ControlFile(self._path)
        self._open: tuple[bytes, int, Iterator[Section]] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def teardown(self) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()

    def process(self, element: tuple[int, Tick], state: Any = _SEEN) -> Iterator[Section]:
        tick = element[1]
        control = self._control.now()
        if control.stop or is_over(tick):
            return
        before = state.read() or _Seen()
        found = _found(self._paths)
        now = time.time_ns() // 1000
        settled = {d: path for d, (path, mtime) in found.items() if _is_settled(mtime, tick, now)}
        seen = before._replace(
            read=before.read & found.keys(),
            on_way=tuple(part for part in before.on_way if part[0] > control.stored_until),
        )
        end = tick.at - tick.at % self._window + self._window
        room = self._room(seen, end)
        waiting = [digest for digest in settled if digest not in seen.read]
        if seen.half in settled:
            waiting.remove(seen.half)
            waiting.insert(0, seen.half)
        articles = size = 0
        for digest in waiting:
            if articles >= room.articles or size >= room.bytes:
                break
            skip = seen.sections if digest == seen.half else 0
            sections = self._sections(digest, settled[digest], skip)
            number = skip
            for section in sections:
                yield section
                number += 1
                length = max(section.stop - section.start, 0)
                articles += min(SECTION_LINES, 1 + length // _LINE)
                size += length
                if articles >= room.articles or size >= room.bytes:
                    break
            else:
                seen = seen._replace(read=seen.read | {digest}, half=b"", sections=0)
                self._open = None
                continue
            seen = seen._replace(half=digest, sections=number)
            self._open = digest, number, sections
        if articles:
            seen = seen._replace(on_way=(*seen.on_way, (end, articles, size)))
        if seen != before:
            state.write(seen)

    def _room(self, seen: _Seen, end: int) -> Limits:
        """How much more may be read for the window that ends then."""
        here = [part for part in seen.on_way if part[0] == end]
        rooms = []
        for index, most in enumerate(self._limits, 1):
            window, whole = (sum(part[index] for part in parts) for parts in (here, seen.on_way))
            rooms.append(min(most - window, 2 * most - whole))
        return Limits(*rooms)

    def _sections(self, digest: bytes, path: str, skip: int) -> Iterator[Section]:
        """The sections of a file from that one on; where it was left, if this worker left it."""
        if self._open and self._open[:2] == (digest, skip):
            return self._open[2]
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="newsbeam-")
        sections = plan_file(path, self._scratch.name)
        for section in islice(sections, skip):
            discard(section)
        return sections


def _found(paths: tuple[str, ...]) -> dict[bytes, tuple[str, int]]:
    """Every file there is, by a digest of its state: its path, and when it was changed, in
    microseconds; those that were changed first come first."""
    files = []
    for path in {file for given in paths for file in files_below(given)}:
        try:
            at = os.stat(path) if os.path.exists(path) else os.lstat(path)
        except OSError:
            continue  # gone in between; what cannot be read for another reason its reader tells
        files.append((at.st_mtime_ns, path, at.st_size, at.st_ino))
    found = {}
    for changed, path, size, inode in sorted(files):
        state = f"{changed} {size} {inode} ".encode() + os.fsencode(path)
        found[blake2b(state, digest_size=_DIGEST).digest()] = path, changed // 1000
    return found


def _is_settled(mtime: int, tick: Tick, now: int) -> bool:
    """Whether a file was left alone for the time between two ticks; a date ahead tells nothing."""
    return not tick.at - tick.every < mtime <= max(now, tick.at) + tick.every
