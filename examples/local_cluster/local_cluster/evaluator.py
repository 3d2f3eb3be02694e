"""The evaluator of a run: as many measurements at a time as the run may have now."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from dynas_studio import (
    Config,
    EvaluationError,
    EvaluationJob,
    EvaluationSettings,
    Measurement,
    ProcessEvaluator,
)

Request = tuple[Config, Sequence[str], EvaluationSettings]


class LimitedEvaluator:
    """Hands measurements to `ProcessEvaluator`, `slots` or as many as `limit` says at a time.

    Another engine stands where `ProcessEvaluator` does here: it takes a sub-network, and answers
    with a `Measurement` or an error. On a machine of its own, that part is again a
    `ProcessEvaluator(job.supernet, ..., job=job)`.
    """

    waiting_reason = ""

    def __init__(
        self, job: EvaluationJob, slots: int, threads: int, limit: Callable[[], int]
    ) -> None:
        self._processes = ProcessEvaluator(job.supernet, slots, threads=threads, job=job)
        self._slots, self._limit = slots, limit
        self._lock = threading.RLock()
        self._waiting: deque[tuple[Future[Measurement], Request]] = deque()
        self._under_way: dict[Future[Measurement], Future[Measurement]] = {}
        self._closed = False

    @property
    def workers(self) -> int:
        """How many measurements run at a time now."""
        return min(self._slots, self._limit())

    def submit(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> "Future[Measurement]":
        """Queue a measurement."""
        outcome: Future[Measurement] = Future()
        with self._lock:
            if self._closed:
                raise EvaluationError("The workers of this run have ended. Resume the run.")
            self._waiting.append((outcome, (config, metrics, settings)))
            self._begin_waiting()
        return outcome

    def abandon(self, future: "Future[Measurement]") -> None:
        """Cancel a measurement that waits, or end the process of one that is under way."""
        with self._lock:
            if future.cancel():
                self._waiting = deque(entry for entry in self._waiting if entry[0] is not future)
            elif future in self._under_way:
                self._processes.abandon(self._under_way[future])

    def close(self) -> None:
        """End every process at once."""
        with self._lock:
            self._closed = True
            for outcome, _ in self._waiting:
                outcome.set_exception(EvaluationError("The workers of this run have ended."))
            self._waiting.clear()
        self._processes.close()

    def _begin_waiting(self) -> None:
        """Begin measurements, the oldest first, until there are as many as may run."""
        while self._waiting and len(self._under_way) < self.workers:
            outcome, request = self._waiting.popleft()
            outcome.set_running_or_notify_cancel()
            self._under_way[outcome] = measured = self._processes.submit(*request)
            measured.add_done_callback(lambda done, outcome=outcome: self._finish(outcome, done))

    def _finish(self, outcome: "Future[Measurement]", measured: "Future[Measurement]") -> None:
        with self._lock:
            self._under_way.pop(outcome, None)
            if not self._closed:
                self._begin_waiting()
        if measured.cancelled():
            outcome.set_exception(EvaluationError("This measurement was given up."))
        elif (error := measured.exception()) is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(measured.result())
