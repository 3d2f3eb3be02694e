"""Evaluator: a sub-network in, a future of its measurement out; in worker processes."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol

from engine.errors import EvaluationError, UnusableImagesError
from engine.evaluation.measuring import Measurement, measure, start_worker
from engine.evaluation.record import Config
from engine.supernets.base import EvaluationSettings


class Evaluator(Protocol):
    """Measures sub-networks somewhere. A future fails with EvaluationError, never the evaluator.

    It fails with UnusableImagesError where no other sub-network could be measured either.
    """

    workers: int

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Start measuring; at most `workers` are measured at a time, the rest wait."""
        ...

    def close(self) -> None:
        """End the workers; what is under way fails."""
        ...


_main_lock = threading.Lock()


@contextmanager
def without_main() -> Iterator[None]:
    """Start worker processes that do not import the program's main module.

    They need nothing of it; importing it costs time and, in a script that starts a search without
    an `if __name__ == "__main__"` guard, would start that search again.
    """
    with _main_lock:
        main = sys.modules["__main__"].__dict__
        hidden: dict[str, Any] = {
            name: main[name] for name in ("__spec__", "__file__") if name in main
        }
        main["__spec__"] = None
        main.pop("__file__", None)
        try:
            yield
        finally:
            main.update(hidden)


class ProcessEvaluator:
    """Evaluator on this machine: one process a worker, each with its share of the cores.

    A worker that is killed or runs out of memory costs the evaluation it was doing: every worker
    is a pool of its own, which is made anew.
    """

    def __init__(self, supernet: str, workers: int) -> None:
        self.supernet, self.workers = supernet, workers
        self._threads = max((os.cpu_count() or 1) // workers, 1)
        self._lock = threading.Lock()
        self._pools: list[ProcessPoolExecutor | None] = [None] * workers
        self._busy = [0] * workers
        self._closed = False

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Hand `config` to the worker with least to do."""
        outcome: Future[Measurement] = Future()
        with self._lock:
            if self._closed:
                raise EvaluationError("The workers of this run have ended. Resume the run.")
            slot = min(range(self.workers), key=self._busy.__getitem__)
            self._busy[slot] += 1
            pool = self._pools[slot] or self._start(slot)
            try:
                with without_main():
                    inner = pool.submit(measure, self.supernet, config, metrics, settings)
            except BrokenProcessPool:
                pool = self._start(slot)
                with without_main():
                    inner = pool.submit(measure, self.supernet, config, metrics, settings)
        inner.add_done_callback(lambda done: self._finish(slot, done, outcome))
        return outcome

    def close(self) -> None:
        """End every worker process at once."""
        with self._lock:
            self._closed = True
            pools, self._pools = self._pools, [None] * self.workers
        for pool in filter(None, pools):
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, slot: int) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=start_worker,
            # Where a core stays free nobody waits, and a latency is timed undisturbed.
            initargs=(self.supernet, self._threads, self.workers >= (os.cpu_count() or 1)),
        )
        self._pools[slot] = pool
        return pool

    def _finish(
        self, slot: int, done: "Future[Measurement]", outcome: "Future[Measurement]"
    ) -> None:
        with self._lock:
            self._busy[slot] -= 1
            error = done.exception() if not done.cancelled() else EvaluationError("Cancelled.")
            if isinstance(error, BrokenProcessPool) and not self._closed:
                self._pools[slot] = None
        if error is None:
            outcome.set_result(done.result())
        elif isinstance(error, BrokenProcessPool):
            reason = "The worker process ended: killed, or out of memory."
            outcome.set_exception(EvaluationError(reason))
        elif isinstance(error, (EvaluationError, UnusableImagesError)):
            outcome.set_exception(error)
        else:
            outcome.set_exception(EvaluationError(f"{type(error).__name__}: {error}"))
