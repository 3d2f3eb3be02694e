"""The utilisation of 64 slots of real Dask workers by a search of lightweight evaluations.

Everything is real but the measurement: service, search, log, scheduler, workers, each in processes
of their own, on this machine. A worker usually measures in a process beside it; 64 of these with
torch need more memory than most machines have. Here `ProcessEvaluator` is replaced in the workers
by one that waits for a log-normal time of mean 1 s and returns a made-up accuracy; one in a hundred
fails. The time of a sub-network follows from a digest of it, so that it is known here, too.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Timer
from typing import Any
from unittest.mock import patch
from zlib import crc32

import numpy as np
from distributed import Client, LocalCluster

from benchmarks.simulated_cluster import FAILURES, SIGMA
from engine.cluster import local_run
from engine.cluster.dask_evaluator import DaskEvaluator
from engine.config import NASConfig
from engine.errors import EvaluationError
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.runs.service import RunService

PROCESSES, THREADS = 4, 16


def duration(config: Config, mean: float) -> tuple[float, bool]:
    """The seconds that a sub-network takes, and whether its measurement fails."""
    rng = np.random.default_rng(crc32(repr(sorted(config.items())).encode()))
    return mean * float(rng.lognormal(-(SIGMA**2) / 2, SIGMA)), bool(rng.random() < FAILURES)


class WaitingEvaluator:
    """An Evaluator that waits in the process of the worker; see `duration`."""

    mean = 1.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Takes the arguments of `ProcessEvaluator`."""

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Begin to wait."""
        future: Future[Measurement] = Future()
        future.set_running_or_notify_cancel()
        seconds, is_failed = duration(config, self.mean)
        Timer(seconds, self._end, (future, seconds, is_failed)).start()
        return future

    def abandon(self, future: "Future[Measurement]") -> None:
        """It ends by itself."""

    def close(self) -> None:
        """Nothing is left open."""

    def _end(self, future: "Future[Measurement]", seconds: float, is_failed: bool) -> None:
        if is_failed:
            future.set_exception(EvaluationError("The worker ran out of memory."))
        else:
            accuracy = 80 + 10 * float(np.random.default_rng().random())
            future.set_result(Measurement({"acc": accuracy}, seconds, "waiting"))


def _wait_instead(mean: float) -> None:
    WaitingEvaluator.mean = mean
    local_run.ProcessEvaluator = WaitingEvaluator  # type: ignore[misc,assignment]


def utilisation(folder: Path, evaluations: int, mean: float = 1.0) -> dict[str, float]:
    """Share of the slots' time that they measured, from the first to the last submission."""
    submitted: list[float] = []
    submit = DaskEvaluator.submit

    def noting(self: DaskEvaluator, *arguments: Any) -> "Future[Measurement]":
        submitted.append(time.time())
        return submit(self, *arguments)

    with (
        LocalCluster(
            n_workers=PROCESSES, threads_per_worker=THREADS, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
        patch.object(DaskEvaluator, "submit", noting),
    ):
        client.run(_wait_instead, mean)
        service = RunService(folder)
        dynas = {
            "num_evals": evaluations, "metrics": ["acc", "macs"],
            "cluster": cluster.scheduler_address,
        }  # fmt: skip
        spent = time.process_time()
        run_id = service.start(NASConfig(dynas=dynas), "slots")
        service.wait(run_id)
        spent = time.process_time() - spent
        history = service.history(run_id)
        service.close()
    first, last, busy = submitted[0], submitted[-1], 0.0
    for evaluation in history.evaluations:
        seconds, _ = duration(evaluation.config, mean)
        begun = evaluation.finished - seconds
        busy += max(min(evaluation.finished, last) - max(begun, first), 0.0)
    return {
        "evaluations": len(history.evaluations),
        "seconds": last - first,
        "utilisation": busy / (PROCESSES * THREADS * (last - first)),
        "processor_milliseconds_an_evaluation": 1e3 * spent / evaluations,
    }
