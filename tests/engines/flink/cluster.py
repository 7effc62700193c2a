"""A real Flink cluster on this machine: a job manager, task managers, and a pool of Beam's workers.

Everything listens on free ports of the loopback and is in one folder. Needs what setup.sh makes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.commands import ROOT, until
from tests.engines.flink.jobserver import java_flags, libraries

HOME = ROOT / ".flink"
_LOG4J = Path(__file__).with_name("log4j2.properties")
_MAIN = "org.apache.flink.runtime"
_SLOTS = 2
# The sort-shuffle of Beam's stages wants more buffers than it has by default; a checkpoint is
# kept for the restart of a job, which the tests bring about.
_CONFIG = """
jobmanager.rpc.address: localhost
jobmanager.rpc.port: {rpc}
jobmanager.bind-host: localhost
jobmanager.memory.process.size: 1400m
taskmanager.host: localhost
taskmanager.bind-host: localhost
taskmanager.numberOfTaskSlots: {slots}
taskmanager.cpu.cores: {slots}
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.task.heap.size: 768m
taskmanager.memory.task.off-heap.size: 128m
taskmanager.memory.managed.size: 256m
taskmanager.memory.network.min: 256m
taskmanager.memory.network.max: 256m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 192m
taskmanager.memory.jvm-overhead.max: 192m
taskmanager.network.sort-shuffle.min-buffers: 64
taskmanager.resource-id: {taskmanager}
rest.address: localhost
rest.bind-address: localhost
rest.port: {rest}
blob.server.port: {blob}
state.backend.type: hashmap
state.checkpoints.dir: file://{folder}/checkpoints
restart-strategy.type: fixed-delay
restart-strategy.fixed-delay.attempts: 10
restart-strategy.fixed-delay.delay: 1 s
classloader.resolve-order: parent-first
io.tmp.dirs: {folder}/tmp
"""


class Cluster:
    """Processes of a cluster; `folder` has their files and logs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        names = ("rpc", "rest", "blob", "pool")
        self._ports = dict(zip(names, _free_ports(len(names)), strict=True))
        (folder / "tmp").mkdir(parents=True)

    def start(self) -> None:
        self._java("jobmanager", f"{_MAIN}.entrypoint.StandaloneSessionClusterEntrypoint")
        self._java("taskmanager", f"{_MAIN}.taskexecutor.TaskManagerRunner")
        # The pool starts its workers as plain "python". They are to need no DuckDB.
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        blocked = self._folder / "blocked"
        blocked.mkdir()
        (blocked / "duckdb.py").write_text('raise ImportError("no DuckDB on the workers")\n')
        pool = [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main"]
        command = [*pool, f"--service_port={self._ports['pool']}"]
        self._start("pool", command, PATH=path, PYTHONPATH=str(blocked))
        until(lambda: self._slots() == _SLOTS, 120)

    def close(self) -> None:
        for name in list(self._processes):
            self.end(name)

    def end(self, name: str, number: int = signal.SIGKILL) -> None:
        """End a process of the cluster and everything it started."""
        process = self._processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.wait()

    def pids(self) -> list[int]:
        """Its processes, each the leader of a group of what it has started."""
        return [process.pid for process in self._processes.values()]

    def workers(self) -> list[int]:
        """The pids of Beam's workers that are at work."""
        return [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/stat")
            if _parent(path) == self._processes["pool"].pid
        ]

    def options(self, parallelism: int = _SLOTS) -> list[str]:
        """What a pipeline is told to run here."""
        return [
            f"--flink_master=localhost:{self._ports['rest']}",
            f"--flink_job_server_jar={HOME / 'job-server.jar'}",
            "--environment_type=EXTERNAL",
            f"--environment_config=localhost:{self._ports['pool']}",
            f"--parallelism={parallelism}",
            f"--sdk_worker_parallelism={parallelism}",
        ]

    def ask(self, path: str, method: str = "GET") -> Any:
        """An answer of Flink's own interface."""
        url = f"http://localhost:{self._ports['rest']}/{path}"
        with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
            return json.loads(answer.read() or "null")

    def jobs(self, state: str) -> list[str]:
        """The ids of the jobs that are in a state."""
        return [job["id"] for job in self.ask("jobs")["jobs"] if job["status"] == state]

    def failures(self, job: str) -> int:
        """How often something of a job failed, after which Flink began that part again."""
        return len(self.ask(f"jobs/{job}/exceptions")["exceptionHistory"]["entries"])

    def cancel(self) -> None:
        """Cancel what is running, and see that it ends."""
        for job in self.jobs("RUNNING") + self.jobs("RESTARTING"):
            self.ask(f"jobs/{job}?mode=cancel", "PATCH")
        until(lambda: not any(map(self.jobs, ("RUNNING", "RESTARTING", "CANCELLING"))))

    def _slots(self) -> int:
        try:
            slots: int = self.ask("overview")["slots-available"]
        except OSError:
            return 0
        return slots

    def _java(self, name: str, main: str) -> None:
        conf = self._folder / name
        conf.mkdir(exist_ok=True)
        settings = {**self._ports, "folder": self._folder, "taskmanager": name, "slots": _SLOTS}
        (conf / "config.yaml").write_text(_CONFIG.format(**settings))
        memory = ["-Xmx768m", "-XX:MaxMetaspaceSize=256m", "-XX:MaxDirectMemorySize=600m"]
        path = ":".join(map(str, libraries(HOME)))
        log = f"-Dlog4j.configurationFile={_LOG4J}"
        command = ["java", *memory, *java_flags(), log, "-cp", path, main, "--configDir", str(conf)]
        self._start(name, command)

    def _start(self, name: str, command: list[str], **env: str) -> None:
        with open(self._folder / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **env},
                start_new_session=True,
            )


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("localhost", 0))
        return [each.getsockname()[1] for each in sockets]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster for the block."""
    found = Cluster(folder)
    try:
        found.start()
        yield found
    finally:
        found.close()
