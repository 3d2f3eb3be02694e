"""DaskEvaluator: the measurements of one run on the workers of a Dask cluster."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from distributed import Client
from distributed import Future as DaskFuture
from distributed.client import ClosedClientError

from engine.cluster import dask_worker
from engine.cluster.base import ClusterState
from engine.cluster.dask_connection import DaskConnection, call
from engine.cluster.dask_delivery import DaskDelivery
from engine.cluster.dask_errors import error_of
from engine.cluster.lead import Lead
from engine.cluster.localised_job import MissingFilesError
from engine.cluster.machine_choice import MachineChoice
from engine.cluster.task_queue import TaskQueue
from engine.cluster.worker_resources import with_resources
from engine.errors import DynasError, EvaluationError, UnusableDataError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import MeasurementFuture
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.meters.machine import MachineKind

_GIVEN_UP = "This measurement was given up."
_ENDED = "The workers of this run have ended."
_CLOSE_TIMEOUT = 1.0  # seconds that workers have to end the processes of a run


def _reporting_future() -> MeasurementFuture:
    future = MeasurementFuture()
    future.reported_seconds = 0.0
    return future


@dataclass(eq=False)
class _Task:
    config: Config
    metrics: Sequence[str]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    outcome: MeasurementFuture = field(default_factory=_reporting_future)
    on_cluster: DaskFuture[Any] | None = None
    ready: frozenset[str] = frozenset()  # the workers that it was sent to


class DaskEvaluator:
    """Evaluator on a Dask cluster, with one measurement for each thread of a worker.

    Dask gives the measurement of a worker that vanished to another one. What was under way when
    the scheduler vanished is sent again to the one that answers next.
    """

    def __init__(
        self, connection: DaskConnection, job: EvaluationJob, limit: Callable[[], int],
        resources: dict[str, float], priority: Callable[[], int], largest_file: int,
    ) -> None:  # fmt: skip
        self._connection, self._job, self._limit = connection, job, limit
        self._needed = resources
        self._resources = {connection.resource: 1.0, **resources}
        self._priority = priority
        self._topic = f"dynas-{job.run_id}-{uuid.uuid4().hex[:8]}"
        self._lock = threading.RLock()
        self._tasks: TaskQueue[_Task] = TaskQueue()
        self._lead = Lead()
        self._client: Client | None = None  # that has what was sent
        self._closed = False
        self._choice = MachineChoice(job, connection.resource)
        self._delivery = DaskDelivery(connection, job, largest_file, self._on_delivered)
        connection.on_look(self._on_look)
        self._delivery.start()

    @property
    def state(self) -> ClusterState:
        """The cluster as this run sees it: workers that it does not use have a problem."""
        state = with_resources(self._connection.state(), self._needed)
        return self._choice.narrowed(self._delivery.narrowed(state))

    @property
    def machine(self) -> MachineKind | None:
        """The kind of machine that measures; None while unknown, or if it does not matter."""
        return self._choice.kind

    @property
    def workers(self) -> int:
        """The measurements that the cluster can make at a time, or that this run may have."""
        if self._delivery.problem:
            return 1  # which fails with the problem
        return min(self._slots, self._limit())

    @property
    def places(self) -> int:
        """How many measurements it takes at a time: some more, where one run has all workers."""
        workers = self.workers
        return workers + (self._lead.of(workers) if workers == self._slots else 0)

    @property
    def _slots(self) -> int:
        """How many measurements the workers that have everything can make at a time."""
        state, ready = self.state, self._delivery.ready
        if not self._delivery.is_needed:
            return state.slots
        return sum(w.slots for w in state.workers if w.address in ready and not w.problem)

    @property
    def waiting_reason(self) -> str:
        """Why the cluster measures nothing at the moment; empty if it can."""
        if self._delivery.problem:
            return ""
        return self._delivery.waiting_reason or self.state.waiting_reason

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Send a sub-network to the cluster, at once or when its scheduler answers again."""
        task = _Task(config, metrics)
        with self._lock:
            if self._closed:
                raise EvaluationError(f"{_ENDED} Resume the run.")
            self._tasks.add(task)
            self._send_waiting()
        self._fail_all()
        return task.outcome

    def abandon(self, future: "Future[Measurement]") -> None:
        """Cancel a measurement; its worker ends the process that makes it."""
        with self._lock:
            task = self._tasks.pop(future)
            if task is None:
                return
            self._cancel(task)
            self._send_waiting()
        if not future.cancel():
            _set_outcome(task.outcome, EvaluationError(_GIVEN_UP))

    def close(self) -> None:
        """Give up every measurement, and end the measuring processes of the run.

        Waits for the cluster no more than a second.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            tasks = list(self._tasks.values())
            self._tasks.clear()
            for task in tasks:
                self._cancel(task)
        self._delivery.close()
        self._connection.forget(self._on_look)
        for task in tasks:
            _set_outcome(task.outcome, EvaluationError(_ENDED))
        if (client := self._connection.client) is not None:
            with contextlib.suppress(Exception):  # the cluster may be gone by now
                client.unsubscribe_topic(self._topic)
                end = partial(client.run, dask_worker.end_job, self._job.run_id, on_error="ignore")
                call(client, end).result(_CLOSE_TIMEOUT)

    def _on_look(self, client: Client) -> None:
        """Send what waits: all measurements again if the client is a new one."""
        ready = self._delivery.ready
        workers = self._connection.state().workers
        self._choice.look(client, [w for w in workers if w.address in ready])
        with self._lock:
            if client is not self._client:
                self._client = client
                client.subscribe_topic(self._topic, self._on_event)
                for task in self._tasks.values():
                    task.on_cluster = None
                    task.outcome.wait_again()
                self._tasks.wait_all()
            self._send_waiting()

    def _on_delivered(self) -> None:
        """Send what waits to the workers that are ready now, or fail it if none can ever be."""
        with self._lock:
            ready = self._delivery.ready
            for task in list(self._tasks.values()):
                if task.on_cluster is not None and not task.ready & ready:
                    self._cancel(task)  # Dask would wait for these workers for ever
                    self._tasks.wait(task)
            self._send_waiting()
        self._fail_all()

    def _fail_all(self) -> None:
        """Fail every measurement if no worker can have what it needs."""
        if not (problem := self._delivery.problem):
            return
        with self._lock:
            tasks = list(self._tasks.values())
            self._tasks.clear()
        for task in tasks:
            self._cancel(task)
            _set_outcome(task.outcome, UnusableDataError(problem))

    def _send_waiting(self) -> None:
        """Send measurements, the oldest first, until there are as many as may run at a time."""
        client = self._connection.client
        if client is None or self._closed or self._delivery.problem or not self._delivery.ready:
            return
        places = self.places
        while (task := self._tasks.next_to_send(places)) is not None:
            self._send(task, client)
            if task.on_cluster is None:
                self._tasks.wait(task)
                return

    def _send(self, task: _Task, client: Client) -> None:
        task.outcome.wait_again()
        task.ready = self._delivery.ready
        with contextlib.suppress(ClosedClientError):  # sent again once there is another client
            sent = client.submit(
                dask_worker.measure, task.id, self._topic, self._job, task.config,
                list(task.metrics), key=f"dynas-{task.id}-{uuid.uuid4().hex[:8]}", pure=False,
                resources={**self._resources, **self._choice.resources}, priority=self._priority(),
                workers=list(task.ready) if self._delivery.is_needed else None,
            )  # fmt: skip
            task.on_cluster = sent
            call(client, partial(self._receive, task, sent))

    def _cancel(self, task: _Task) -> None:
        """Tell the cluster that nobody waits for a measurement any more; its worker then ends it.

        Does not wait: the scheduler may be gone, or not answer.
        """
        sent, task.on_cluster = task.on_cluster, None
        if sent is not None and not sent.done() and self._client is not None:
            call(self._client, partial(sent.cancel, reason="abandoned"))

    def _on_event(self, event: tuple[float, Any]) -> None:
        _, content = event
        if not isinstance(content, dict):
            return
        with self._lock:
            task = self._tasks.with_id(content.get("request", ""))
            if task is None or task.outcome.done():
                return
            if content.get("kind") == dask_worker.BEGUN:
                task.outcome.begin(content["name"])
            elif content.get("kind") == dask_worker.MEASURING:
                task.outcome.reported_seconds = content["seconds"]

    async def _receive(self, task: _Task, sent: DaskFuture[Any]) -> None:
        """Wait for the end of a task, and set the outcome of its measurement.

        Runs in the thread of the client, since a result may be fetched from a worker that does not
        answer any more: others do not wait for it. A result that comes after its measurement was
        sent again, or given up, is ignored. A measurement that was lost with the connection to the
        scheduler, or cancelled by others, is sent again.
        """
        outcome: Measurement | DynasError | None = None
        try:
            measured: Measurement = await sent
            self._lead.note(measured.seconds)
            if task.outcome.worker not in ("", measured.worker):  # the last one's word is late
                task.outcome.lose_worker()
            outcome = measured
        except (CancelledError, OSError) as error:
            if sent.status == "error":
                outcome = error_of(error)
        except MissingFilesError as error:
            self._delivery.forget(error.address)  # and then sent again
        except Exception as error:  # noqa: BLE001 - reported by the future
            outcome = error_of(error)
        with self._lock:
            if task.on_cluster is not sent:
                return
            task.on_cluster = None
            if outcome is not None:
                self._tasks.pop(task.outcome)
            else:
                self._tasks.wait(task)
            self._send_waiting()
        if outcome is not None:
            _set_outcome(task.outcome, outcome)


def _set_outcome(future: MeasurementFuture, outcome: Measurement | DynasError) -> None:
    with contextlib.suppress(InvalidStateError):  # cancelled
        if isinstance(outcome, Measurement):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
