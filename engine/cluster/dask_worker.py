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
from collections import Counter, OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dask.system import CPU_COUNT
from distributed import Reschedule, Status, get_worker

from engine import data_dir, plug_ins, script_objects
from engine.cluster import versions
from engine.cluster.local_run import LocalRun
from engine.cluster.localised_job import localise
from engine.errors import ConfigError, DataError, DynasError, EvaluationError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import worker_name
from engine.evaluation.record import Config
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.meters.conditions import processor_name
from engine.meters.machine import MachineKind, kind_of_this_machine
from engine.quoting import message_text
from engine.requirements import Progress

if TYPE_CHECKING:
    from distributed import Worker

_MAX_JOBS = 2  # runs whose processes are kept, each with its supernet in memory
MAX_IDLE = 300.0  # seconds that the processes of a run are kept without a measurement
_GPU_TIMEOUT = 10.0  # seconds
_POLL_INTERVAL = 0.1  # seconds between two checks that a measurement has begun and is wanted
_REPORT_INTERVAL = 10.0  # seconds between two reports on a long measurement
_GIVEN_UP = "This measurement was given up."
_SERVING = (Status.running, Status.paused, Status.closing_gracefully)

BEGUN = "begun"
"""The kind of event that tells a client which worker has begun a measurement."""

MEASURING = "measuring"
"""The kind of event that tells a client for how many seconds a worker has measured."""


class _Measurements:
    """The measurements of this process, each of a run with its own measuring processes.

    The processes of a run end when nothing was measured for some minutes: the program that runs the
    search may have been killed before it could say that they are not needed any more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[EvaluationJob, LocalRun] = OrderedDict()
        self._running: Counter[EvaluationJob] = Counter()
        self._used: dict[EvaluationJob, float] = {}
        self._timer: threading.Timer | None = None
        self.slots = self.threads = 1

    def begin(
        self, job: EvaluationJob, config: Config, metrics: Sequence[str], worker: str
    ) -> "tuple[LocalRun, Future[Measurement]]":
        """Begin a measurement on the worker at the address `worker`.

        Returns the run that can abandon it, and its future. Raises MissingFilesError.
        """
        with self._lock:
            run = self._run(job, worker)
            future = run.submit(config, metrics)
            self._running[job] += 1
            return run, future

    def end(self, job: EvaluationJob) -> None:
        """Note that a measurement of a run has ended."""
        with self._lock:
            self._running[job] -= 1
            self._used[job] = time.monotonic()
            self._watch_idle()

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

    def _run(self, job: EvaluationJob, worker: str) -> LocalRun:
        if job not in self._runs:
            for other in [other for other in self._runs if not self._running[other]]:
                if len(self._runs) >= _MAX_JOBS:
                    self._runs.pop(other).close()
            self._runs[job] = LocalRun(job, self.slots, self.threads, worker)
        self._runs.move_to_end(job)
        return self._runs[job]

    def _watch_idle(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(MAX_IDLE, self._end_idle)
            self._timer.daemon = True
            self._timer.start()

    def _end_idle(self) -> None:
        """End the processes of runs of which nothing was measured for a while."""
        now = time.monotonic()
        with self._lock:
            idle_jobs = [
                job for job, used in self._used.items()
                if not self._running[job] and now - used >= MAX_IDLE
            ]  # fmt: skip
            runs = [self._runs.pop(job, None) for job in idle_jobs]
            for job in idle_jobs:
                del self._used[job], self._running[job]
            self._timer = None
            if self._used:
                self._watch_idle()
        for run in runs:
            if run:
                run.close()


_measurements = _Measurements()


def measure(
    request: str, topic: str, job: EvaluationJob, config: Config, metrics: Sequence[str]
) -> Measurement:
    """Measure a sub-network; raises EvaluationError or UnusableDataError, with `worker` set.

    Raises MissingFilesError if a file of the run is not on this machine.

    Events under `topic` say when the measurement begins, and for how long it has been going on. It
    is given up as soon as nobody waits for it: its run has given it up, the program of the run or
    the scheduler is gone, or Dask has given it to another worker.
    """
    worker = get_worker()
    key = worker.get_current_task()
    run, future = _measurements.begin(job, config, metrics, worker.address)
    name = worker_name(platform.node(), worker.address, str(worker.name))
    reports = _Reports(worker, topic, request, name)
    try:
        while not future.done():
            wait([future], _POLL_INTERVAL)
            if future.running():
                reports.send()
            if not _is_wanted(worker, key):
                run.abandon(future)
                raise _giving_up(worker)
        reports.send()
        return replace(future.result(), worker=name)
    except DynasError as error:
        error.worker = name
        raise
    finally:
        _measurements.end(job)


class _Reports:
    """Tells the client that a measurement has begun, and then at growing intervals for how long."""

    def __init__(self, worker: "Worker", topic: str, request: str, name: str) -> None:
        self._worker, self._topic, self._request, self._name = worker, topic, request, name
        self._began: float | None = None
        self._next = 1.0  # seconds after which the next report is due

    def send(self) -> None:
        """Report what is due."""
        now = time.monotonic()
        if self._began is None:
            self._began = now
            self._log(kind=BEGUN, name=self._name, time=time.time())
        elif (seconds := now - self._began) >= self._next:
            self._next = min(2 * self._next, self._next + _REPORT_INTERVAL)
            self._log(kind=MEASURING, seconds=seconds)

    def _log(self, **content: Any) -> None:
        self._worker.log_event(self._topic, {"request": self._request, **content})


def _is_wanted(worker: "Worker", key: Any) -> bool:
    """Whether the scheduler still wants this worker to execute the task."""
    task = worker.state.tasks.get(key)
    return worker.status in _SERVING and task is not None and task.state == "executing"


def _giving_up(worker: "Worker") -> Exception:
    """What ends a task that is not wanted here; a worker that closes leaves it to another one."""
    return EvaluationError(_GIVEN_UP) if worker.status in _SERVING else Reschedule()


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
        "resources": dict(dask_worker.state.total_resources),
    }


async def prepare(resource: str, threads: int, dask_worker: "Worker") -> None:
    """Take measurements from now on, one for each thread of the worker, with `threads` each."""
    slots = dask_worker.state.nthreads
    _measurements.set_threads(slots, threads)
    await dask_worker.set_resources(**{resource: slots})


async def give_resource(resource: str, amount: int, dask_worker: "Worker") -> None:
    """Give this worker a resource of Dask."""
    await dask_worker.set_resources(**{resource: amount})


async def kind_of_machine(job: EvaluationJob) -> MachineKind | str:
    """What decides the values of a run here, or a sentence on why this machine cannot measure.

    A process beside the worker finds out, as one measures: it has torch, which may take long to
    load, and its own view of GPUs. Raises MissingFilesError if what the run needs is not here.
    """
    local_job, _ = await asyncio.to_thread(localise, job, data_dir.current(), "")
    kind: MachineKind | str = await asyncio.to_thread(
        call_in_subprocess, _kind_of_machine, local_job,
        progress=lambda *state: None, cancelled=threading.Event(),
    )  # fmt: skip
    return kind


def _kind_of_machine(job: EvaluationJob, progress: Progress) -> MachineKind | str:
    plug_ins.add_import_paths(job.import_paths)
    script_objects.receive(job.script)
    try:
        return kind_of_this_machine(job.metrics, job.settings)
    except (ConfigError, DataError) as error:
        return message_text(error)


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
