"""RunningEvaluations: the measurements of a search that are not recorded yet."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import NamedTuple

from engine.cluster.base import ClusterState
from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import MeasurementFuture
from engine.search.strategy import Proposal

_STDERR_TIMEOUT = 1.0  # seconds to wait for the output of an ended worker
_TIMEOUT_INTERVAL = 0.2  # seconds between two looks at the time of running measurements


class Placement(NamedTuple):
    """A `worker` that measures since `began`, a POSIX time, after `lost_workers`."""

    worker: str = ""
    began: float | None = None
    lost_workers: tuple[str, ...] = ()


@dataclass(eq=False)
class RunningEvaluation:
    """A proposal and the future of its measurement. `reused` marks cached values."""

    proposal: Proposal
    future: "Future[Measurement]"
    reused: bool = False
    is_cached: bool = False
    started_at: float | None = None
    timeout_error: EvaluationError | None = None
    is_counted: bool = False  # among the completed ones
    ended: float | None = None  # POSIX time

    @property
    def placement(self) -> Placement:
        """Which worker measures it, as far as the evaluator says so."""
        future = self.future
        if not isinstance(future, MeasurementFuture):
            return Placement()
        return Placement(future.worker, future.began, future.lost_workers)

    @property
    def is_done(self) -> bool:
        """Whether it has succeeded, failed or timed out."""
        return self.timeout_error is not None or self.future.done()

    def seconds(self, now: float) -> float:
        """For how long it is being measured at `now`, a monotonic time; 0 before it begins.

        Where a worker says that itself, its word counts: the worker may be gone without anyone
        knowing it yet, and the measurement is not to blame.
        """
        if isinstance(self.future, MeasurementFuture) and self.future.reported_seconds is not None:
            return self.future.reported_seconds
        if self.started_at is None and self.future.running():
            self.started_at = now
        return 0.0 if self.started_at is None else now - self.started_at

    def error(self) -> BaseException | None:
        """Why it failed; None if it succeeded. Requires `is_done`."""
        return self.timeout_error or self.future.exception()


class RunningEvaluations:
    """The running evaluations of a search, in the order of submission.

    With `in_order` they are popped in that order, otherwise in the order of completion. What each
    call costs does not grow with their number, except for `time_out`, which looks at all of them
    some times a second.
    """

    def __init__(self, evaluator: Evaluator, in_order: bool) -> None:
        self._evaluator, self._in_order = evaluator, in_order
        self._running: dict[RunningEvaluation, None] = {}  # in the order of submission
        self._arrived: deque[RunningEvaluation] = deque()  # from other threads
        self._completed: deque[RunningEvaluation] = deque()  # in the order of completion
        self._looked_at = 0.0
        self._wake = threading.Event()

    def __len__(self) -> int:
        return len(self._running)

    def under_way(self) -> list[RunningEvaluation]:
        """Those that are not done, in the order of submission; thread-safe."""
        return [evaluation for evaluation in list(self._running) if not evaluation.is_done]

    @property
    def cluster_state(self) -> ClusterState | None:
        """The cluster as the run sees it; None where its evaluator says nothing of one."""
        state: ClusterState | None = getattr(self._evaluator, "state", None)
        return state

    @property
    def has_begun(self) -> bool:
        """Whether any of them is being measured, or was measured and is not popped."""
        return any(e.is_done or e.future.running() for e in self._running)

    @property
    def free_workers(self) -> int:
        """The number of evaluations that may be submitted now.

        Completed evaluations still occupy a worker until they are popped, since the next proposal
        may depend on them. With `in_order` they do not: cycles are planned after all results.
        """
        self._count_arrived()
        occupying = len(self._running) - (len(self._completed) if self._in_order else 0)
        places: int = getattr(self._evaluator, "places", self._evaluator.workers)
        return places - occupying

    def add(self, proposal: Proposal, future: "Future[Measurement]") -> None:
        """Add a submitted measurement."""
        self._add(RunningEvaluation(proposal, future))

    def add_completed(self, proposal: Proposal, measurement: Measurement, reused: bool) -> None:
        """Add a measurement that is already available."""
        future: Future[Measurement] = Future()
        future.set_result(measurement)
        self._add(RunningEvaluation(proposal, future, reused))

    def wait(self, timeout: float) -> None:
        """Wait until an evaluation can be popped or `wake` is called, at most `timeout` seconds."""
        if self._next() is None:
            self._wake.wait(timeout)
        self._wake.clear()

    def wake(self) -> None:
        """End a `wait`; thread-safe."""
        self._wake.set()

    def completed(self) -> list[RunningEvaluation]:
        """All completed evaluations, whether or not they can be popped yet."""
        self._count_arrived()
        return list(self._completed)

    def pop_completed(self) -> RunningEvaluation | None:
        """Remove and return the next completed evaluation; None if there is none."""
        evaluation = self._next()
        if evaluation is not None:
            del self._running[evaluation]
            if self._completed[0] is evaluation:
                self._completed.popleft()
            else:
                self._completed.remove(evaluation)
        return evaluation

    def time_out(self, limit: float | None, message: Callable[[float], str]) -> None:
        """Fail and abandon evaluations that take longer than `limit` seconds."""
        now = time.monotonic()
        if now - self._looked_at < _TIMEOUT_INTERVAL:
            return
        self._looked_at = now
        for evaluation in self._running:
            if evaluation.is_done:
                continue
            seconds = evaluation.seconds(now)
            if limit is not None and seconds > 0 and seconds >= limit:
                self._time_out(evaluation, EvaluationError(message(limit)))

    def _time_out(self, evaluation: RunningEvaluation, error: EvaluationError) -> None:
        self._evaluator.abandon(evaluation.future)
        wait([evaluation.future], _STDERR_TIMEOUT)
        if evaluation.future.done() and not evaluation.future.cancelled():
            error.stderr = getattr(evaluation.future.exception(), "stderr", "")
        evaluation.timeout_error, evaluation.ended = error, time.time()
        self._arrived.append(evaluation)

    def restart_clocks(self) -> None:
        """Count the time of running measurements anew, since they begin anew themselves."""
        for evaluation in self._running:
            evaluation.started_at = None

    def abandon(self) -> int:
        """Abandon and remove all evaluations; returns how many were not done."""
        unfinished = self.under_way()
        for evaluation in unfinished:
            self._evaluator.abandon(evaluation.future)
        self._running.clear()
        self._completed.clear()
        return len(unfinished)

    def _add(self, evaluation: RunningEvaluation) -> None:
        self._running[evaluation] = None
        evaluation.future.add_done_callback(lambda future: self._arrive(evaluation))

    def _arrive(self, evaluation: RunningEvaluation) -> None:
        """Called in the thread that completes the future."""
        evaluation.ended = evaluation.ended or time.time()
        self._arrived.append(evaluation)
        self._wake.set()

    def _count_arrived(self) -> None:
        while self._arrived:
            evaluation = self._arrived.popleft()
            if evaluation in self._running and not evaluation.is_counted:
                evaluation.is_counted = True
                self._completed.append(evaluation)

    def _next(self) -> RunningEvaluation | None:
        self._count_arrived()
        if not self._in_order:
            return self._completed[0] if self._completed else None
        first = next(iter(self._running), None)
        return first if first is not None and first.is_counted else None


def abandoned_sentence(count: int) -> str:
    """What is said of `count` evaluations that were abandoned; empty for none."""
    if not count:
        return ""
    subject = "1 running evaluation was" if count == 1 else f"{count} running evaluations were"
    return f"{subject} abandoned. Resume the run to measure again."
