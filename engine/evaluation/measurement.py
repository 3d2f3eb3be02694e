"""Measurement: measures one sub-network in the current process."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import machine_lock, plug_ins, script_objects
from engine.errors import DataError, EvaluationError, UnusableDataError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.kept_heap import keep_heap
from engine.evaluation.record import Config
from engine.evaluation.value_checks import checked_values
from engine.meters import pipeline
from engine.meters import registry as meters
from engine.meters.conditions import conditions
from engine.notes import collect_notes
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from engine.tasks.base import held_out_metric

_NICENESS = 10


@dataclass(frozen=True)
class Measurement:
    """Measured `values` by metric, the duration in seconds and the name of the worker.

    `conditions` describe what latency was timed on; empty if no latency was timed.
    `quality_conditions` describe what quality was measured with; empty if it was not measured.

    >>> Measurement({"acc": 91.25}, seconds=0.8, worker="node-1").values["acc"]
    91.25
    """

    values: Mapping[str, float]
    seconds: float
    worker: str
    conditions: Mapping[str, Any] = field(default_factory=dict)
    quality_conditions: Mapping[str, Any] = field(default_factory=dict)


def process_name(pid: int | None) -> str:
    """The name of a worker process of this machine in records."""
    return f"process {pid}"


def start_worker(
    supernet: str, threads: int, low_priority: bool, script: bytes, import_paths: Sequence[str]
) -> None:
    """Prepare a worker process: keep its heap, limit its threads, load torch and the supernet.

    `script` is what the running script offers, as of `script_objects.to_bytes`. `import_paths` are
    folders of packages that are not installed.

    A `low_priority` worker yields the processor to interactive programs, such as the dashboard.
    """
    if low_priority and hasattr(os, "nice"):
        os.nice(_NICENESS)
    keep_heap()
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    import torch

    torch.set_num_threads(threads)
    plug_ins.add_import_paths(import_paths)
    script_objects.receive(script)
    registry.load(supernet)


def check_job(job: EvaluationJob) -> None:
    """Raise UnusableDataError if this machine has other weights or data than the run of `job`."""
    supernet = registry.load(job.supernet)
    try:
        fingerprint = supernet.fingerprint(job.settings)
    except DataError as error:
        raise UnusableDataError(f"On {platform.node()}: {error}") from error
    if fingerprint != job.fingerprint:
        raise UnusableDataError(
            f"On {platform.node()}, the weights or the data of '{job.supernet}' are not those of "
            "this run. Copy them from the machine where it was started, or leave that machine out."
        )


def measure(
    supernet: str, config: Config, metrics: Sequence[str], settings: EvaluationSettings
) -> Measurement:
    """Measure exactly the `metrics` of a sub-network in this process.

    Raises EvaluationError, also for a value that is invalid for its metric; DataError; or any
    error of the supernet.
    """
    import torch

    start = time.perf_counter()
    try:
        with machine_lock.shared(), collect_notes() as notes:
            raw_values = pipeline.measure(registry.load(supernet), config, metrics, settings)
    except Exception as error:
        if not _ran_out_of_memory(error):
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()  # for other workers, and the next sub-network
        raise EvaluationError(
            f"The memory of the device '{settings.device}' is full. Set batch_size, latency_batch "
            "or workers to less."
        ) from error
    values = checked_values(raw_values, metrics, supernet)
    seconds = time.perf_counter() - start
    timed_metrics = meters.machine_metrics(
        [name for name in values if held_out_metric(name) is None], settings
    )
    measured_conditions = (
        {**conditions(settings, meters.measurement_facts(timed_metrics, settings)), **notes.latency}
        if timed_metrics
        else {}
    )
    return Measurement(
        values, seconds, process_name(os.getpid()), measured_conditions, notes.quality
    )


def _ran_out_of_memory(error: BaseException) -> bool:
    """Whether memory was full, also if a supernet's package wraps that error in another one."""
    import torch

    memory_errors = (MemoryError, torch.OutOfMemoryError)
    return isinstance(error, memory_errors) or isinstance(error.__cause__, memory_errors)
