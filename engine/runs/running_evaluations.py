"""Measurements under way: what has ended is taken out, what takes too long is given up."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.search.strategy import Proposal

_LAST_WORDS = 1.0  # seconds to wait for what a worker wrote that was ended


@dataclass(eq=False)
class RunningEvaluation:
    """A proposal and what becomes of it. `reused` marks numbers that were known before."""

    proposal: Proposal
    future: "Future[Measurement]"
    reused: bool = False
    remembered: bool = False
    begun: float | None = None
    given_up: EvaluationError | None = None

    @property
    def landed(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.given_up is not None or self.future.done()

    def error(self) -> BaseException | None:
        """Why it failed; None if it was measured. Only of one that has landed."""
        return self.given_up or self.future.exception()


class RunningEvaluations:
    """All flights of a search, in the order in which they began.

    `in_order` takes them out in that order; otherwise as they land.
    """

    def __init__(self, evaluator: Evaluator, in_order: bool) -> None:
        self._evaluator, self._in_order = evaluator, in_order
        self._flights: list[RunningEvaluation] = []

    def __len__(self) -> int:
        return len(self._flights)

    @property
    def free(self) -> int:
        """How many more may begin.

        What has landed and was not told yet counts as under way, since what is proposed next
        may follow from it; not so in order, where cycles are planned when all has been told.
        """
        counted = [f for f in self._flights if not (self._in_order and f.landed)]
        return self._evaluator.workers - len(counted)

    def add(self, proposal: Proposal, future: "Future[Measurement]") -> None:
        """Follow a measurement."""
        self._flights.append(RunningEvaluation(proposal, future))

    def add_known(self, proposal: Proposal, measurement: Measurement, reused: bool) -> None:
        """Add one that need not be made."""
        future: Future[Measurement] = Future()
        future.set_result(measurement)
        self._flights.append(RunningEvaluation(proposal, future, reused))

    def wait(self, timeout: float) -> None:
        """Wait until something lands, for `timeout` seconds at most."""
        if self._next() is None:
            wait([f.future for f in self._flights if not f.landed], timeout, FIRST_COMPLETED)

    def landed(self) -> list[RunningEvaluation]:
        """All that have ended, whether their turn has come or not."""
        return [flight for flight in self._flights if flight.landed]

    def take(self) -> RunningEvaluation | None:
        """Take out one that has landed and whose turn it is; None if there is none."""
        flight = self._next()
        if flight is not None:
            self._flights.remove(flight)
        return flight

    def give_up(self, limit: float | None, why: Callable[[float], str]) -> None:
        """Let those fail that take longer than `limit` seconds."""
        now = time.monotonic()
        for flight in self._flights:
            if flight.landed:
                continue
            if flight.begun is None and flight.future.running():
                flight.begun = now
            if limit is not None and flight.begun is not None and now - flight.begun >= limit:
                self._evaluator.abandon(flight.future)
                error = EvaluationError(why(limit))
                wait([flight.future], _LAST_WORDS)
                if flight.future.done() and not flight.future.cancelled():
                    error.stderr = getattr(flight.future.exception(), "stderr", "")
                flight.given_up = error

    def abandon(self) -> int:
        """Give up all of them at once, as if they had never begun; how many were under way."""
        under_way = [flight for flight in self._flights if not flight.landed]
        for flight in under_way:
            self._evaluator.abandon(flight.future)
        self._flights.clear()
        return len(under_way)

    def _next(self) -> RunningEvaluation | None:
        if self._in_order:
            head = self._flights[:1]
            return next((flight for flight in head if flight.landed), None)
        return next((flight for flight in self._flights if flight.landed), None)
