"""Pages read in a process of their own, which is killed where one takes too long.

A hostile page can keep a parser busy inside C code, where no exception reaches it; so the
process sets itself an alarm, which the kernel answers by ending it, and the next page gets a new
one. Should the alarm not come (a library took the signal, the process is stopped), whoever asked
ends it a little later. It is started by command, not forked: Beam's threads would not survive that.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from live.answers import Trouble
from live.response import body_of, read_response

if TYPE_CHECKING:
    from live.extract import Extracted

SECONDS = 10.0  # for one page; news pages take 0.03
GRACE = 10.0  # more seconds until it is ended from here
PAGES = 1_000  # for one process: parsers keep some of what they have read
_READY = b"ready\n"


class Extractor:
    """One process that reads pages, started with the first and kept; safe to use from threads."""

    def __init__(self, seconds: float = SECONDS, pages: int = PAGES, grace: float = GRACE) -> None:
        self._seconds = seconds
        self._grace = grace
        self._pages = pages
        self._read = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def extract(self, sidecar: str) -> Extracted | Trouble:
        """What is on the page of a response, or why that could not be found out."""
        with self._lock:
            if self._read >= self._pages:
                self._end()
            ended = self._ask(sidecar)
            if isinstance(ended, int) and ended != -signal.SIGALRM:
                ended = self._ask(sidecar)  # killed from outside, perhaps: that was not the page
        if not isinstance(ended, int):
            return ended
        if ended == -signal.SIGALRM:
            return Trouble("too_slow", f"not read after {self._seconds:g} seconds")
        return Trouble("unexpected", f"the process that read the page ended twice: {ended}")

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, sidecar: str) -> Extracted | int:
        """What the process found, or how it ended; as by its alarm where it was ended from here."""
        process = self._process = self._process or _started(self._seconds)
        assert process.stdin is not None
        assert process.stdout is not None
        self._read += 1
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._seconds + self._grace, end)
        timer.start()
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(os.fsencode(sidecar) + b"\n")
                process.stdin.flush()
                size = int.from_bytes(process.stdout.read(8), "little")
                data = process.stdout.read(size)
                if size and len(data) == size:
                    found: Extracted = pickle.loads(data)
                    return found
        finally:
            timer.cancel()
        self._end()
        return -signal.SIGALRM if overdue.is_set() else process.returncode

    def _end(self) -> None:
        self._read = 0
        if self._process is not None:
            process, self._process = self._process, None
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            process.wait()


@cache
def extractor() -> Extractor:
    """The one of this process."""
    return Extractor()


def _started(seconds: float) -> subprocess.Popen[bytes]:
    # -P: a folder that is called like one of ours, where the command is given, is not imported.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "live.extracting", str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    if process.stdout.read(len(_READY)) != _READY:
        raise RuntimeError(f"the process that reads pages did not start: {process.wait()}")
    return process


def _serve(seconds: float, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers one path of a sidecar a line, until there is nobody left to ask."""
    from live.extract import extract

    answers.write(_READY)
    answers.flush()
    for line in requests:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        response = read_response(os.fsdecode(line[:-1]))
        assert response.page is not None
        found = pickle.dumps(extract(response.page, response, body_of(response) or b""))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(len(found).to_bytes(8, "little") + found)
        answers.flush()


if __name__ == "__main__":
    # Who asks decides when it is over: Ctrl-C and systemd's stop go to all processes at once.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as stream:
        os.dup2(2, 1)  # what a library prints is no answer
        _serve(float(sys.argv[1]), sys.stdin.buffer, stream)
