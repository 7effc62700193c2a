"""newsbeam's command line in processes of its own, forked from one that has everything loaded.

A test starts a command in a second instead of four, and may have it killed at a named step:
`kill=("before", "sinks.manifest.remove", 2)` sends SIGKILL to its whole process group just before
the second call of that function ("after": once it has returned; "within": at the end of the block,
where it is a context manager).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import multiprocessing.context
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent


class Done(NamedTuple):
    """How a command ended: its exit code, or minus the signal that ended it."""

    code: int
    out: str
    err: str


class Running:
    """A command at work, leader of its own process group."""

    def __init__(self, commands: Commands, pid: int, folder: Path) -> None:
        self.pid = pid
        self._commands = commands
        self._folder = folder

    def wait(self) -> Done:
        return self._done(self._commands.tell({"wait": self.pid}))

    def poll(self) -> Done | None:
        code = self._commands.tell({"poll": self.pid})
        return None if code is None else self._done(code)

    def said(self, name: str) -> str:
        """What it has written so far to "out" or "err"."""
        path = self._folder / f"{self.pid}.{name}"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _done(self, code: int) -> Done:
        return Done(code, self.said("out"), self.said("err"))


class Commands:
    """Starts commands. One for all tests: see the fixture `newsbeam`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="newsbeam-commands-"))
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.commands", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def tell(self, message: dict[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(message) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())

    def start(self, *args: object, cwd: Path | None = None, **how: Any) -> Running:
        """`how`: kill, env, migration (SQL of one more schema step), file_limit (bytes), hold,
        imports (modules).

        `hold` names a function at whose first call the command stops until the file `held`,
        which it makes beside its store, is removed.
        """
        message = {"args": list(map(str, args)), "cwd": str(cwd or self._folder), **how}
        return Running(self, self.tell(message), self._folder)

    def __call__(self, *args: object, **how: Any) -> Done:
        return self.start(*args, **how).wait()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.communicate(timeout=20)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come to that"
        time.sleep(0.01)


def _die(*_: Any) -> None:
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _holder(name: str) -> Any:
    """The module or class of that name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)


def _arrange(when: str, name: str, call: int) -> None:
    """Replace a function by one that kills this process group around its n-th call."""
    module, _, function = name.rpartition(".")
    holder = _holder(module)
    real: Callable[..., Any] = getattr(holder, function)
    calls = 0

    @contextlib.contextmanager
    def within(*args: Any, **kwargs: Any) -> Iterator[Any]:
        nonlocal calls
        calls += 1
        with real(*args, **kwargs) as value:
            yield value
            if calls == call:
                _die()

    def around(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == call:
            _die()
        value = real(*args, **kwargs)
        if when == "after" and calls == call:
            _die()
        return value

    setattr(holder, function, within if when == "within" else around)


def _hold(name: str, args: list[str]) -> None:
    """Replace a function by one that waits until a file is gone before it does its work."""
    module, _, function = name.rpartition(".")
    holder = _holder(module)
    real = getattr(holder, function)
    file = Path(args[args.index("--store") + 1]).parent / "held"
    calls = 0

    def waiting(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            file.touch()
            while file.exists():
                time.sleep(0.01)
        return real(*args, **kwargs)

    setattr(holder, function, waiting)


def _fork() -> None:
    """Let workers be forked from the command itself: there at once, and replaced in part as it is.

    What the store's threads hold is no matter: it is closed while others work.
    """
    real = multiprocessing.get_context
    multiprocessing.get_context = lambda method=None: real("fork")  # type: ignore[assignment]
    multiprocessing.context.ForkContext.set_forkserver_preload = lambda *_: None


def _command(message: dict[str, Any]) -> int:
    from pipeline import cli
    from sinks import store

    os.chdir(message["cwd"])
    os.environ.update(message.get("env") or {})
    if sql := message.get("migration"):
        steps = store.migrations()
        steps.append(store.Migration(steps[-1].version + 1, sql))
        store.migrations = lambda: steps
    for name in message.get("imports") or ():
        importlib.import_module(name)
    if message.get("fork"):
        _fork()
    if kill := message.get("kill"):
        _arrange(*kill)
    if hold := message.get("hold"):
        _hold(hold, message["args"])
    if limit := message.get("file_limit"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        cli.main(message["args"], prog_name="newsbeam")
    except SystemExit as error:
        return int(error.code or 0)
    return 0


def _start(message: dict[str, Any], folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    code = 1
    try:
        for number, name in enumerate(("out", "err"), 1):
            flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
            os.dup2(os.open(folder / f"{os.getpid()}.{name}", flags, 0o600), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = _command(message)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _serve(folder: Path) -> None:
    from pipeline import graph, progress, report, run, workers  # noqa: F401
    from sinks import spool  # noqa: F401
    from transforms.fingerprint import fingerprint
    from transforms.language import detect_language
    from transforms.topics import tag_topics

    text = "The economy of the country grew, said the government. "
    fingerprint(text, text * 3)
    detect_language(None, text * 3)
    tag_topics(None, text, "en")
    answers = os.fdopen(os.dup(1), "w")
    at_work = set()
    for line in sys.stdin:
        message = json.loads(line)
        if pid := message.get("wait") or message.get("poll"):
            ended, status = os.waitpid(pid, 0 if message.get("wait") else os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
            at_work.discard(ended)
        else:
            answer = _start(message, folder)
            at_work.add(answer)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    for pid in at_work:  # of tests that failed before they ended it
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
