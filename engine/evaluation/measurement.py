"""One evaluation, in the process that runs it."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import machine_lock
from engine.errors import EvaluationError
from engine.evaluation.record import Config
from engine.evaluation.value_checks import checked
from engine.meters import pipeline
from engine.meters import registry as meters
from engine.meters.conditions import collect_notes, conditions
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from engine.tasks.base import held_out_metric

_NICENESS = 10


@dataclass(frozen=True)
class Measurement:
    """Measured `values` by metric, the seconds it took and the process that did it.

    `conditions` are what latency was timed on; empty where none was.
    """

    values: Mapping[str, float]
    seconds: float
    worker: str
    conditions: Mapping[str, Any] = field(default_factory=dict)


def start_worker(supernet: str, threads: int, yielding: bool) -> None:
    """Prepare a worker process: its share of the cores, then torch, then the supernet.

    A `yielding` worker lets programs that people wait for, such as the dashboard, go first.
    """
    if yielding and hasattr(os, "nice"):
        os.nice(_NICENESS)
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    import torch

    torch.set_num_threads(threads)
    registry.load(supernet)


def measure(
    supernet: str, config: Config, metrics: Sequence[str], settings: EvaluationSettings
) -> Measurement:
    """Measure the `metrics` of a sub-network here, those and no others.

    Raises EvaluationError, also for what cannot be a value of its metric; DataError; or whatever
    the supernet raises.
    """
    import torch

    start = time.perf_counter()
    try:
        with machine_lock.shared(), collect_notes() as notes:
            returned = pipeline.measure(registry.load(supernet), config, metrics, settings)
    except Exception as error:
        if not _ran_out_of_memory(error):
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()  # for other workers, and the next sub-network
        raise EvaluationError(
            f"The memory of the device '{settings.device}' is full. Set batch_size, latency_batch "
            "or workers to less."
        ) from error
    values = checked(returned, metrics, supernet)
    seconds = time.perf_counter() - start
    timed = meters.machine_metrics(
        [name for name in values if held_out_metric(name) is None], settings
    )
    told = (
        {**conditions(settings, meters.measurement_facts(timed, settings)), **notes}
        if timed
        else {}
    )
    return Measurement(values, seconds, f"process {os.getpid()}", told)


def _ran_out_of_memory(error: BaseException) -> bool:
    """Whether memory was full, also where a supernet's package tells of it in other words."""
    import torch

    full = (MemoryError, torch.OutOfMemoryError)
    return isinstance(error, full) or isinstance(error.__cause__, full)
