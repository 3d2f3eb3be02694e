"""RunningEvaluations: the measurements of a search that are not recorded yet."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.search.strategy import Proposal

_STDERR_TIMEOUT = 1.0  # seconds to wait for the output of an ended worker


@dataclass(eq=False)
class RunningEvaluation:
    """A proposal and the future of its measurement. `reused` marks cached values."""

    proposal: Proposal
    future: "Future[Measurement]"
    reused: bool = False
    is_cached: bool = False
    started_at: float | None = None
    timeout_error: EvaluationError | None = None

    @property
    def is_done(self) -> bool:
        """Whether it has succeeded, failed or timed out."""
        return self.timeout_error is not None or self.future.done()

    def error(self) -> BaseException | None:
        """Why it failed; None if it succeeded. Requires `is_done`."""
        return self.timeout_error or self.future.exception()


class RunningEvaluations:
    """The running evaluations of a search, in the order of submission.

    With `in_order` they are popped in that order, otherwise in the order of completion.
    """

    def __init__(self, evaluator: Evaluator, in_order: bool) -> None:
        self._evaluator, self._in_order = evaluator, in_order
        self._running: list[RunningEvaluation] = []

    def __len__(self) -> int:
        return len(self._running)

    @property
    def free_workers(self) -> int:
        """The number of evaluations that may be submitted now.

        Completed evaluations still occupy a worker until they are popped, since the next proposal
        may depend on them. With `in_order` they do not: cycles are planned after all results.
        """
        occupying = [f for f in self._running if not (self._in_order and f.is_done)]
        return self._evaluator.workers - len(occupying)

    def add(self, proposal: Proposal, future: "Future[Measurement]") -> None:
        """Add a submitted measurement."""
        self._running.append(RunningEvaluation(proposal, future))

    def add_completed(self, proposal: Proposal, measurement: Measurement, reused: bool) -> None:
        """Add a measurement that is already available."""
        future: Future[Measurement] = Future()
        future.set_result(measurement)
        self._running.append(RunningEvaluation(proposal, future, reused))

    def wait(self, timeout: float) -> None:
        """Wait until an evaluation can be popped, at most `timeout` seconds."""
        if self._next() is None:
            wait([f.future for f in self._running if not f.is_done], timeout, FIRST_COMPLETED)

    def completed(self) -> list[RunningEvaluation]:
        """All completed evaluations, whether or not they can be popped yet."""
        return [evaluation for evaluation in self._running if evaluation.is_done]

    def pop_completed(self) -> RunningEvaluation | None:
        """Remove and return the next completed evaluation; None if there is none."""
        evaluation = self._next()
        if evaluation is not None:
            self._running.remove(evaluation)
        return evaluation

    def time_out(self, limit: float | None, message: Callable[[float], str]) -> None:
        """Fail and abandon evaluations that take longer than `limit` seconds."""
        now = time.monotonic()
        for evaluation in self._running:
            if evaluation.is_done:
                continue
            if evaluation.started_at is None and evaluation.future.running():
                evaluation.started_at = now
            if (
                limit is not None
                and evaluation.started_at is not None
                and now - evaluation.started_at >= limit
            ):
                self._evaluator.abandon(evaluation.future)
                error = EvaluationError(message(limit))
                wait([evaluation.future], _STDERR_TIMEOUT)
                if evaluation.future.done() and not evaluation.future.cancelled():
                    error.stderr = getattr(evaluation.future.exception(), "stderr", "")
                evaluation.timeout_error = error

    def abandon(self) -> int:
        """Abandon and remove all evaluations; returns how many were not done."""
        unfinished = [evaluation for evaluation in self._running if not evaluation.is_done]
        for evaluation in unfinished:
            self._evaluator.abandon(evaluation.future)
        self._running.clear()
        return len(unfinished)

    def _next(self) -> RunningEvaluation | None:
        if self._in_order:
            candidates = self._running[:1]
            return next((evaluation for evaluation in candidates if evaluation.is_done), None)
        return next((evaluation for evaluation in self._running if evaluation.is_done), None)
