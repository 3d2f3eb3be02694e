"""DaskEvaluator: the measurements of one run on the workers of a Dask cluster."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any

from distributed import Client, KilledWorker
from distributed import Future as DaskFuture

from engine.cluster import dask_worker
from engine.cluster.dask_connection import DaskConnection
from engine.errors import DynasError, EvaluationError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.quoting import error_text

_GIVEN_UP = "This measurement was given up."
_ENDED = "The workers of this run have ended."


@dataclass(eq=False)
class _Task:
    config: Config
    metrics: Sequence[str]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    outcome: "Future[Measurement]" = field(default_factory=Future)
    on_cluster: DaskFuture[Any] | None = None
    worker: str = ""
    is_abandoned: bool = False


class DaskEvaluator:
    """Evaluator on a Dask cluster, with one measurement for each thread of a worker.

    Dask gives the measurement of a worker that vanished to another one. What was under way when
    the scheduler vanished is sent again to the one that answers next.
    """

    def __init__(
        self, connection: DaskConnection, job: EvaluationJob, limit: Callable[[], int],
        resources: dict[str, float], priority: Callable[[], int],
    ) -> None:  # fmt: skip
        self._connection, self._job, self._limit = connection, job, limit
        self._resources = {connection.resource: 1.0, **resources}
        self._priority = priority
        self._topic = f"dynas-{job.run_id}-{uuid.uuid4().hex[:8]}"
        self._lock = threading.RLock()
        self._tasks: dict[Future[Measurement], _Task] = {}
        self._closed = False
        connection.on_connected(self._on_connected)

    @property
    def workers(self) -> int:
        """The measurements that the cluster can make at a time, or that this run may have."""
        return min(self._connection.state().slots, self._limit())

    @property
    def waiting_reason(self) -> str:
        """Why the cluster measures nothing at the moment; empty if it can."""
        return self._connection.state().waiting_reason

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Send a sub-network to the cluster, at once or when its scheduler answers again."""
        task = _Task(config, metrics)
        with self._lock:
            if self._closed:
                raise EvaluationError(f"{_ENDED} Resume the run.")
            self._tasks[task.outcome] = task
            self._send_waiting()
        return task.outcome

    def abandon(self, future: "Future[Measurement]") -> None:
        """Cancel a measurement, and end the process that makes it."""
        with self._lock:
            task = self._tasks.get(future)
            if task is None:
                return
            task.is_abandoned = True
            if not future.running():
                del self._tasks[future]
                future.cancel()
            self._cancel(task)
            self._send_waiting()
        if future.running():
            self._set_outcome(task, EvaluationError(_GIVEN_UP))

    def close(self) -> None:
        """Give up every measurement, and end the measuring processes of the run."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            tasks = list(self._tasks.values())
            for task in tasks:
                self._cancel(task)
        self._connection.forget(self._on_connected)
        for task in tasks:
            self._set_outcome(task, EvaluationError(_ENDED))
        if (client := self._connection.client) is not None:
            with contextlib.suppress(Exception):  # the cluster may be gone by now
                client.unsubscribe_topic(self._topic)
                client.run(dask_worker.end_job, self._job.run_id, wait=False, on_error="ignore")

    def _on_connected(self, client: Client) -> None:
        with self._lock:
            client.subscribe_topic(self._topic, self._on_event)
            for task in self._tasks.values():
                task.on_cluster = None
            self._send_waiting()

    def _send_waiting(self) -> None:
        """Send measurements, the oldest first, until there are as many as may run at a time."""
        client = self._connection.client
        if client is None or self._closed:
            return
        waiting = [task for task in self._tasks.values() if task.on_cluster is None]
        free = self.workers - (len(self._tasks) - len(waiting))
        for task in waiting[: max(free, 0)]:
            self._send(task, client)

    def _send(self, task: _Task, client: Client) -> None:
        task.worker = ""
        sent = client.submit(
            dask_worker.measure, task.id, self._topic, self._job, task.config, list(task.metrics),
            key=f"dynas-{task.id}-{uuid.uuid4().hex[:8]}", pure=False,
            resources=self._resources, priority=self._priority(),
        )  # fmt: skip
        task.on_cluster = sent
        sent.add_done_callback(lambda done: self._on_done(task, sent))

    def _cancel(self, task: _Task) -> None:
        """Tell the cluster that nobody waits for a measurement any more."""
        client = self._connection.client
        if client is None or task.on_cluster is None or task.on_cluster.done():
            return
        workers = [task.worker] if task.worker else None
        with contextlib.suppress(Exception):  # the worker, or the cluster, may be gone by now
            task.on_cluster.cancel(reason="abandoned", msg=_GIVEN_UP)
            client.run(dask_worker.give_up, task.id, workers=workers, wait=False, on_error="ignore")

    def _on_event(self, event: tuple[float, Any]) -> None:
        _, content = event
        if not isinstance(content, dict) or content.get("kind") != dask_worker.BEGUN:
            return
        with self._lock:
            tasks = (task for task in self._tasks.values() if task.id == content["request"])
            task = next(tasks, None)
            if task is None:
                return
            task.worker = content["worker"]
            if not task.outcome.running() and not task.outcome.done():
                task.outcome.set_running_or_notify_cancel()

    def _on_done(self, task: _Task, sent: DaskFuture[Any]) -> None:
        """Set the outcome; a measurement that was lost with the scheduler waits for the next."""
        with self._lock:
            if task.on_cluster is not sent:
                return
        if sent.status == "finished":
            outcome: Measurement | BaseException = sent.result()
        elif sent.status == "error":
            outcome = _error(sent.exception())
        elif task.is_abandoned or self._closed:
            outcome = EvaluationError(_GIVEN_UP)
        else:
            return
        self._set_outcome(task, outcome)

    def _set_outcome(self, task: _Task, outcome: "Measurement | BaseException") -> None:
        with self._lock:
            self._tasks.pop(task.outcome, None)
            self._send_waiting()
        with contextlib.suppress(InvalidStateError):  # already cancelled
            if isinstance(outcome, Measurement):
                task.outcome.set_result(outcome)
            else:
                task.outcome.set_exception(outcome)


def _error(error: BaseException | None) -> DynasError:
    """The error of a measurement as one that this program raises on purpose."""
    if isinstance(error, KilledWorker):
        return EvaluationError(
            f"{error.allowed_failures + 1} workers of the cluster ended while they measured it, "
            f"the last of them {error.last_worker.address}. See the log of that worker."
        )
    if isinstance(error, DynasError):
        return error
    return EvaluationError(f"{error_text(error) if error else 'It failed on the cluster'}.")
