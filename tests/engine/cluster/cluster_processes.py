"""A scheduler of Dask and workers, each in a process of its own, which tests kill and freeze."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
_TIMEOUT = 200  # seconds for a process of the cluster to come up or to end


class ClusterProcesses:
    """Starts `dask scheduler` and `dask worker` as a user does, on a port of this machine.

    `package` is a folder with what tells of installed packages, `settings` are of Dask's
    configuration: `{"SCHEDULER__WORKER_TTL": "5s"}`.
    """

    def __init__(self, package: Path, settings: dict[str, str]) -> None:
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(package), str(ROOT)]),
            **{f"DASK_DISTRIBUTED__{name}": value for name, value in settings.items()},
        }
        self._folder = package
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_scheduler(self) -> None:
        """Start a scheduler at the address, where an earlier one may have been."""
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread."""
        worker = self._start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self._folder / "workers"), *options,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process of the cluster as lack of memory does."""
        process.kill()
        process.wait(_TIMEOUT)
        if process in self.workers:
            self.workers.remove(process)

    def close(self) -> None:
        """End every process."""
        for process in [*self.workers, *filter(None, [self.scheduler])]:
            self.kill(process)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env=self.environment, stdout=log, stderr=log, cwd=self._folder,
            )  # fmt: skip


def freeze(process: subprocess.Popen[bytes]) -> None:
    """Let a process stand still, with all connections open."""
    process.send_signal(signal.SIGSTOP)


def thaw(process: subprocess.Popen[bytes]) -> None:
    """Let a process go on."""
    process.send_signal(signal.SIGCONT)


def descendants(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes that a process has started, and those that these have."""
    return psutil.Process(process.pid).children(recursive=True)


def measuring_processes(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes beside a worker that measure: those that a server of the worker has forked."""
    return [process for process in descendants(worker) if process.ppid() != worker.pid]


def have_ended(processes: list[psutil.Process]) -> bool:
    """Whether all have ended, even if nobody has asked yet how."""
    return not any(map(_is_alive, processes))


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(condition, seconds: float = _TIMEOUT) -> float:
    """Wait until a condition is true; returns how many seconds that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "the condition did not come true"
        time.sleep(0.02)
    return time.monotonic() - start
