"""Evaluator: a sub-network in, a future of its measurement out; in worker processes."""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Protocol

from engine import data_dir
from engine.errors import EvaluationError
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.evaluation.worker import Worker, WorkerEndedError
from engine.supernets.base import EvaluationSettings

_ATTEMPTS = 2  # at a sub-network whose worker died: it may not have been its fault


class Evaluator(Protocol):
    """Measures sub-networks somewhere. A future fails with EvaluationError, never the evaluator.

    It fails with UnusableDataError where no other sub-network could be measured either. The
    error's `stderr` is the end of what was written meanwhile. A future is `running()` once the
    measurement has begun. Where a worker dies, what it measured is tried once more by another one
    before its future fails; others are not touched.
    """

    workers: int

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Start measuring; at most `workers` are measured at a time, the rest wait.

        Raises EvaluationError once the evaluator is closed.
        """
        ...

    def abandon(self, future: "Future[Measurement]") -> None:
        """Give up one measurement, at once, even one that hangs; returns without waiting for it.

        Its future fails or is cancelled soon, and its worker can be used again; others go on. What
        has ended already stays as it is.
        """
        ...

    def close(self) -> None:
        """End the workers at once; what is under way or waits fails."""
        ...


@dataclass(eq=False)
class _Task:
    config: Config
    metrics: Sequence[str]
    settings: EvaluationSettings
    outcome: "Future[Measurement]" = field(default_factory=Future)
    worker: Worker | None = None
    abandoned: bool = False


class ProcessEvaluator:
    """Evaluator on this machine: one process a worker, each with its share of the cores.

    Each process is minded by a thread of this one, which waits for its answers.
    """

    def __init__(self, supernet: str, workers: int) -> None:
        self.supernet, self.workers, self._folder = supernet, workers, data_dir.current()
        cores = os.cpu_count() or 1
        self._threads = max(cores // workers, 1)
        # Where a core stays free nobody waits, and a latency is timed undisturbed.
        self._yielding = workers >= cores
        self._changed = threading.Condition()
        self._waiting: deque[_Task] = deque()
        self._tasks: dict[Future[Measurement], _Task] = {}
        self._minders = self._idle = 0
        self._closed = False

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Hand `config` to the first worker that is free."""
        task = _Task(config, metrics, settings)
        with self._changed:
            if self._closed:
                raise EvaluationError("The workers of this run have ended. Resume the run.")
            self._tasks[task.outcome] = task
            self._waiting.append(task)
            if self._idle < len(self._waiting) and self._minders < self.workers:
                self._minders += 1
                threading.Thread(target=self._mind, daemon=True).start()
            self._changed.notify()
        return task.outcome

    def abandon(self, future: "Future[Measurement]") -> None:
        """End the process that measures it; another one takes its place when it is needed."""
        with self._changed:
            task = self._tasks.get(future)
            if task is None:
                return
            task.abandoned = True
            worker = task.worker
            if task in self._waiting:
                self._waiting.remove(task)
                del self._tasks[future]
                future.cancel()
        if worker:
            worker.end()

    def close(self) -> None:
        """End every worker process at once."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            workers = [task.worker for task in self._tasks.values() if task.worker]
            self._changed.notify_all()
        for worker in workers:
            worker.end()
        for task in waiting:
            self._settle(task, EvaluationError("The workers of this run have ended."))

    def _mind(self) -> None:
        """Carry out what waits, one after the other, with a process that is made when needed."""
        worker: Worker | None = None
        try:
            while (task := self._next()) is not None:
                worker = self._carry_out(task, worker)
        finally:
            if worker:
                worker.end()

    def _next(self) -> _Task | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._closed or bool(self._waiting))
            self._idle -= 1
            return None if self._closed else self._waiting.popleft()

    def _carry_out(self, task: _Task, worker: Worker | None) -> Worker | None:
        """Measure and settle the task; the worker that goes on, None if it has ended."""
        outcome: Measurement | Exception
        for attempt in range(1, _ATTEMPTS + 1):
            if worker is None or not worker.alive():
                with data_dir.using(self._folder):
                    worker = Worker(self.supernet, self._threads, self._yielding)
            if not self._hand(task, worker):
                outcome = EvaluationError("This measurement was given up.")
                break
            try:
                outcome = worker.measure(
                    task.config, task.metrics, task.settings, lambda: _begun(task.outcome)
                )
                break
            except WorkerEndedError as error:
                outcome = error if attempt < _ATTEMPTS else error.again()
                worker.end()
                worker = None
            except Exception as error:  # noqa: BLE001 - its future says it
                outcome = error
                break
            if task.abandoned or self._closed:
                break
        self._settle(task, outcome)
        return worker

    def _hand(self, task: _Task, worker: Worker) -> bool:
        """Note who has the task, so that it can be ended; False if nobody wants it any more."""
        with self._changed:
            task.worker = worker
            return not (task.abandoned or self._closed)

    def _settle(self, task: _Task, outcome: Measurement | Exception) -> None:
        with self._changed:
            self._tasks.pop(task.outcome, None)
        with contextlib.suppress(InvalidStateError):  # cancelled meanwhile
            if isinstance(outcome, Measurement):
                task.outcome.set_result(outcome)
            else:
                task.outcome.set_exception(outcome)


def _begun(future: "Future[Measurement]") -> None:
    if not future.running():
        future.set_running_or_notify_cancel()
