"""What runs on a worker of a Dask cluster: it measures in processes of its own.

A measurement has a process beside the worker, as on the machine of the dashboard. A network that
crashes, hangs or fills the memory ends that process, never the worker of the cluster.
"""

import asyncio
import platform
import shutil
import subprocess
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from dask.system import CPU_COUNT
from distributed import get_worker

from engine import data_dir
from engine.cluster import versions
from engine.cluster.file_hold import FileHold
from engine.cluster.localised_job import MissingFilesError, localise
from engine.cluster.received_files import ReceivedFiles
from engine.errors import EvaluationError
from engine.evaluation.evaluator import ProcessEvaluator
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.meters.conditions import processor_name

if TYPE_CHECKING:
    from distributed import Worker

_MAX_JOBS = 2  # runs whose processes are kept, each with its supernet in memory
_MAX_ENDED = 10_000  # measurements that were given up, remembered in case they arrive later
_GPU_TIMEOUT = 10.0  # seconds
_POLL_INTERVAL = 0.1  # seconds between two checks that a measurement has begun

BEGUN = "begun"
"""The kind of event that tells a client which worker has begun a measurement."""


@dataclass(frozen=True)
class _LocalRun:
    """The measuring processes of a run on this machine, with the paths of its files here."""

    evaluator: ProcessEvaluator
    job: EvaluationJob
    hold: FileHold

    @classmethod
    def begin(cls, job: EvaluationJob, slots: int, threads: int, worker: str) -> Self:
        """Raises MissingFilesError if a file of the job is not here."""
        home = data_dir.current().create()
        try:
            hold = ReceivedFiles(home).hold([*job.files, *job.wheels])
        except OSError:  # what it needs is being removed, or was never here
            raise MissingFilesError(worker) from None
        try:
            local_job, folder = localise(job, home, worker)
        except BaseException:
            hold.release()
            raise
        with data_dir.using(folder):
            evaluator = ProcessEvaluator(job.supernet, slots, threads=threads, job=local_job)
        return cls(evaluator, local_job, hold)

    def close(self) -> None:
        """End the processes; the files may be removed from now on."""
        self.evaluator.close()
        self.hold.release()


class _Measurements:
    """The measurements of this process, each of a run with its own measuring processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[EvaluationJob, _LocalRun] = OrderedDict()
        self._running: dict[str, tuple[EvaluationJob, Future[Measurement]]] = {}
        self._ended: deque[str] = deque(maxlen=_MAX_ENDED)
        self.slots = self.threads = 1

    def begin(
        self, request: str, job: EvaluationJob, config: Config, metrics: Sequence[str], worker: str
    ) -> "Future[Measurement]":
        """Begin a measurement on the worker at the address `worker`.

        Raises EvaluationError if it was given up before, MissingFilesError without its files.
        """
        with self._lock:
            if request in self._ended:
                raise EvaluationError("This measurement was given up.")
            run = self._run(job, worker)
            future = run.evaluator.submit(config, metrics, run.job.settings)
            self._running[request] = job, future
            return future

    def forget(self, request: str) -> None:
        """Forget a measurement that has ended."""
        with self._lock:
            self._running.pop(request, None)

    def give_up(self, request: str) -> None:
        """End the process that measures, and refuse the measurement if it comes later."""
        with self._lock:
            self._ended.append(request)
            job, future = self._running.get(request, (None, None))
            run = self._runs.get(job) if job else None
        if run and future:
            run.evaluator.abandon(future)

    def end_job(self, run_id: str) -> None:
        """End the processes of a run."""
        with self._lock:
            jobs = [job for job in self._runs if job.run_id == run_id]
            runs = [self._runs.pop(job) for job in jobs]
        for run in runs:
            run.close()

    def set_threads(self, slots: int, threads: int) -> None:
        """Measure up to `slots` networks at a time, each with `threads`, from the next run on."""
        with self._lock:
            self.slots, self.threads = slots, threads

    def _run(self, job: EvaluationJob, worker: str) -> _LocalRun:
        if job not in self._runs:
            busy = {job for job, _ in self._running.values()}
            for other in [other for other in self._runs if other not in busy]:
                if len(self._runs) >= _MAX_JOBS:
                    self._runs.pop(other).close()
            self._runs[job] = _LocalRun.begin(job, self.slots, self.threads, worker)
        self._runs.move_to_end(job)
        return self._runs[job]


_measurements = _Measurements()


def measure(
    request: str, topic: str, job: EvaluationJob, config: Config, metrics: Sequence[str]
) -> Measurement:
    """Measure a sub-network; raises EvaluationError, UnusableDataError or MissingFilesError.

    When the measurement begins, an event under `topic` says so.
    """
    worker = get_worker()
    future = _measurements.begin(request, job, config, metrics, worker.address)
    try:
        while not (future.running() or future.done()):
            wait([future], _POLL_INTERVAL)
        worker.log_event(
            topic,
            {"kind": BEGUN, "request": request, "worker": worker.address, "time": time.time()},
        )
        return future.result()
    finally:
        _measurements.forget(request)


async def give_up(request: str) -> None:
    """End a measurement on this worker, even one that hangs."""
    await asyncio.to_thread(_measurements.give_up, request)


async def end_job(run_id: str) -> None:
    """End the measuring processes of a run on this worker."""
    await asyncio.to_thread(_measurements.end_job, run_id)


async def describe(dask_worker: "Worker") -> dict[str, Any]:
    """What a client has to know of this worker: plain data for `ClusterWorker`."""
    return {
        "name": str(dask_worker.name),
        "host": platform.node(),
        "slots": dask_worker.state.nthreads,
        "cores": CPU_COUNT,
        "processor": processor_name(),
        "gpus": await asyncio.to_thread(_gpus),
        "versions": versions.installed(),
    }


async def prepare(resource: str, threads: int, dask_worker: "Worker") -> None:
    """Take measurements from now on, one for each thread of the worker, with `threads` each."""
    slots = dask_worker.state.nthreads
    _measurements.set_threads(slots, threads)
    await dask_worker.set_resources(**{resource: slots})


def _gpus() -> tuple[str, ...]:
    """The names of the GPUs of NVIDIA that this process sees."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return ()
    try:
        process = subprocess.run(
            [command, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True, text=True, check=True, timeout=_GPU_TIMEOUT,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in process.stdout.splitlines() if line.strip())
