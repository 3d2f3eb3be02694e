"""Evaluator: submits sub-networks to worker processes and returns futures of measurements."""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from engine import data_dir, script_objects
from engine.errors import EvaluationError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import MeasurementFuture
from engine.evaluation.record import Config
from engine.evaluation.worker import Worker, WorkerEndedError
from engine.meters.machine import MachineKind
from engine.quoting import error_text
from engine.supernets.base import EvaluationSettings

_SURPLUS_INTERVAL = 0.5  # seconds between two looks of an idle worker whether it is still wanted
_MAX_ATTEMPTS = 2  # per sub-network if its worker dies, which it may not have caused


class Evaluator(Protocol):
    """Measures sub-networks. A failed measurement fails its future, never the evaluator.

    A future fails with EvaluationError, or with UnusableDataError if no other sub-network could be
    measured either. The error's `stderr` is the end of the worker's output during the measurement.
    A future is `running()` once the measurement has begun. If a worker dies, another worker
    measures its sub-network once more before the future fails; other futures are not affected.
    Futures that are a `MeasurementFuture` also name the worker, and those that died.

    >>> def measured(evaluator: Evaluator, config: Config) -> float:
    ...     return evaluator.submit(config, ["acc"], EvaluationSettings()).result().values["acc"]
    """

    @property
    def workers(self) -> int:
        """How many measurements run at a time; may change, and be 0, where workers come and go."""
        ...

    @property
    def waiting_reason(self) -> str:
        """A sentence on why nothing can be measured at the moment; empty if something can."""
        ...

    @property
    def machine(self) -> MachineKind | None:
        """The kind of other machines that measure, which decides values; None for this machine.

        On a cluster it is None until `waiting_reason` is empty, or if no value depends on it.
        """
        ...

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Queue a measurement; at most `workers` measurements run at a time.

        Raises EvaluationError once the evaluator is closed.
        """
        ...

    def abandon(self, future: "Future[Measurement]") -> None:
        """Cancel one measurement, even one that hangs; returns without waiting for its end.

        Its future soon fails or is cancelled, and its worker becomes free; other measurements go
        on. A future that is done does not change.
        """
        ...

    def close(self) -> None:
        """End the workers at once; running and queued measurements fail."""
        ...


Workers = int | Callable[[], int]
"""How many measurements run at a time, or a function that tells it, where that changes."""

MakeEvaluator = Callable[[str, Workers], Evaluator]
"""Makes the evaluator of a supernet by its name."""


@dataclass(eq=False)
class _Task:
    config: Config
    metrics: Sequence[str]
    settings: EvaluationSettings
    outcome: MeasurementFuture = field(default_factory=MeasurementFuture)
    worker: Worker | None = None
    is_abandoned: bool = False


class ProcessEvaluator:
    """Evaluator on this machine: one process per worker, each with an equal share of the cores.

    A thread of this process serves each worker and waits for its results. If `workers` tells of
    fewer than before, those that are too many end when they are idle. A worker whose share of the
    cores has changed is replaced before its next measurement.

    Workers have what the running script offers when the evaluator is made; with a `job` what the
    script of that run offered, and then they refuse to measure with other weights or data than
    those of the job.

    >>> evaluator = ProcessEvaluator(config.dynas.supernet, 2)
    >>> evaluator.workers
    2
    >>> evaluator.close()
    """

    waiting_reason = ""
    machine = None

    def __init__(
        self, supernet: str, workers: Workers, *, threads: int | None = None,
        job: EvaluationJob | None = None,
    ) -> None:  # fmt: skip
        self.supernet, self._data_folder = supernet, data_dir.current()
        self._limit = workers if callable(workers) else lambda: workers
        self._job = job
        self._script = job.script if job else script_objects.to_bytes()
        self._given_threads = threads
        self._condition = threading.Condition()
        self._queue: deque[_Task] = deque()
        self._tasks: dict[Future[Measurement], _Task] = {}
        self._thread_count = self._idle_count = 0
        self._closed = False

    @property
    def workers(self) -> int:
        """How many measurements run at a time now."""
        return self._limit()

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Queue `config` for the first free worker."""
        task = _Task(config, metrics, settings)
        with self._condition:
            if self._closed:
                raise EvaluationError("The workers of this run have ended. Resume the run.")
            self._tasks[task.outcome] = task
            self._queue.append(task)
            # One that is submitted just before the last worker is withdrawn is measured as well.
            if self._idle_count < len(self._queue) and self._thread_count < max(self.workers, 1):
                self._thread_count += 1
                threading.Thread(target=self._run_tasks, daemon=True).start()
            self._condition.notify()
        return task.outcome

    def abandon(self, future: "Future[Measurement]") -> None:
        """End the worker process of the measurement; a new one is started when needed."""
        with self._condition:
            task = self._tasks.get(future)
            if task is None:
                return
            task.is_abandoned = True
            worker = task.worker
            if task in self._queue:
                self._queue.remove(task)
                del self._tasks[future]
                future.cancel()
        if worker:
            worker.end()

    def close(self) -> None:
        """End every worker process at once."""
        with self._condition:
            self._closed = True
            queued_tasks, self._queue = list(self._queue), deque()
            workers = [task.worker for task in self._tasks.values() if task.worker]
            self._condition.notify_all()
        for worker in workers:
            worker.end()
        for task in queued_tasks:
            self._set_outcome(task, EvaluationError("The workers of this run have ended."))

    def _run_tasks(self) -> None:
        """Execute queued tasks one by one in a worker process, which is started when needed."""
        worker: Worker | None = None
        try:
            while (task := self._next_task()) is not None:
                worker = self._execute(task, worker)
        finally:
            if worker:
                worker.end()

    def _next_task(self) -> _Task | None:
        """The next task for a thread; None if its worker is to end."""
        with self._condition:
            self._idle_count += 1
            while not (self._closed or self._queue or self._has_surplus):
                self._condition.wait(_SURPLUS_INTERVAL)
            self._idle_count -= 1
            if self._closed or self._has_surplus:
                self._thread_count -= 1
                self._condition.notify()  # another one takes what this one was woken for
                return None
            return self._queue.popleft()

    @property
    def _has_surplus(self) -> bool:
        """Whether there are more workers than wanted; the last one remains while tasks wait."""
        return self._thread_count > max(self.workers, 1 if self._queue else 0)

    def _execute(self, task: _Task, worker: Worker | None) -> Worker | None:
        """Measure and set the outcome; returns the worker, None if it has ended."""
        outcome: Measurement | Exception
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            try:
                if worker is None or not worker.is_alive() or worker.threads != self._threads:
                    worker = self._start_worker(worker)
            except Exception as error:  # noqa: BLE001 - no memory, no server that forks, no pickle
                outcome = EvaluationError(f"A worker process did not start: {error_text(error)}.")
                worker = None
                continue
            if not self._assign_worker(task, worker):
                outcome = EvaluationError("This measurement was given up.")
                break
            begin = partial(task.outcome.begin, worker.name)
            try:
                outcome = worker.measure(task.config, task.metrics, task.settings, begin)
                break
            except WorkerEndedError as error:
                outcome = error if attempt < _MAX_ATTEMPTS else error.after_second_attempt()
                worker.end()
                worker = None
                if attempt < _MAX_ATTEMPTS and not (task.is_abandoned or self._closed):
                    task.outcome.lose_worker()
            except Exception as error:  # noqa: BLE001 - reported by the future
                outcome = error
                break
            if task.is_abandoned or self._closed:
                break
        self._set_outcome(task, outcome)
        return worker

    @property
    def _threads(self) -> int:
        """How many threads a worker computes with."""
        return self._given_threads or max(_cores() // max(self.workers, 1), 1)

    def _start_worker(self, earlier: Worker | None) -> Worker:
        if earlier:
            earlier.end()
        # With a core to spare, workers slow no other program and keep their normal priority.
        low_priority = self.workers >= _cores()
        with data_dir.using(self._data_folder):
            return Worker(self.supernet, self._threads, low_priority, self._script, self._job)

    def _assign_worker(self, task: _Task, worker: Worker) -> bool:
        """Record the task's worker, so that it can be ended; False if the task is abandoned."""
        with self._condition:
            task.worker = worker
            return not (task.is_abandoned or self._closed)

    def _set_outcome(self, task: _Task, outcome: Measurement | Exception) -> None:
        with self._condition:
            self._tasks.pop(task.outcome, None)
        with contextlib.suppress(InvalidStateError):  # already cancelled
            if isinstance(outcome, Measurement):
                task.outcome.set_result(outcome)
            else:
                task.outcome.set_exception(outcome)


def _cores() -> int:
    return os.cpu_count() or 1
