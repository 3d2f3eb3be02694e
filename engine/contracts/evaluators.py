"""The rules for evaluators: what a search relies on, wherever sub-networks are measured."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from engine.contracts.rules import rule
from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.measurement_future import MeasurementFuture
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.quoting import error_text

Behaviour = Literal["fine", "failing", "hanging"]
"""How a measurement goes: it ends with numbers, fails, or never ends."""

Request = tuple[Config, Sequence[str], EvaluationSettings]
"""What `Evaluator.submit` takes."""

Outcome = Measurement | BaseException | None
"""How a measurement ended; None if it has not."""

_POLL_INTERVAL = 0.01  # seconds
_AT_ONCE = 5.0  # seconds that giving up and closing may take


@dataclass(frozen=True)
class CheckedEvaluator:
    """An evaluator that rules are tried on: `make(workers)` makes one.

    `request(behaviour, number)` is what to submit so that a measurement goes so; the sub-networks
    number 0 and 1 differ. A measurement is awaited for `timeout` seconds.
    """

    make: Callable[[int], Evaluator]
    request: Callable[[Behaviour, int], Request]
    timeout: float = 200.0

    @contextmanager
    def evaluator(self, workers: int = 1) -> Iterator[Evaluator]:
        """An evaluator, which is closed after the block."""
        evaluator = self.make(workers)
        try:
            yield evaluator
        finally:
            evaluator.close()

    def submit(
        self, evaluator: Evaluator, behaviour: Behaviour, number: int = 0
    ) -> "Future[Measurement]":
        """Submit a sub-network whose measurement goes as `behaviour` says."""
        return evaluator.submit(*self.request(behaviour, number))

    def outcome(self, future: "Future[Measurement]") -> Outcome:
        """How a measurement ends."""
        if not wait([future], self.timeout).done:
            return None
        try:
            return future.exception() or future.result()
        except CancelledError as error:
            return error

    def begins(self, future: "Future[Measurement]") -> bool:
        """Wait until a measurement has begun; false if it ends before, or does not begin."""
        end = time.monotonic() + self.timeout
        while not (future.running() or future.done()) and time.monotonic() < end:
            time.sleep(_POLL_INTERVAL)
        return future.running()

    def unmeasured(self, evaluator: Evaluator, number: int = 0) -> Iterator[str]:
        """A sentence if a sub-network cannot be measured now."""
        outcome = self.outcome(self.submit(evaluator, "fine", number))
        if not isinstance(outcome, Measurement):
            yield f"A measurement that should succeed {_described(outcome)}."


@rule("evaluator", "what was asked for is measured, and nothing else")
def _measures_what_was_asked(subject: CheckedEvaluator) -> Iterator[str]:
    with subject.evaluator() as evaluator:
        _, metrics, _ = subject.request("fine", 0)
        future = subject.submit(evaluator, "fine")
        outcome = subject.outcome(future)
        if not isinstance(outcome, Measurement):
            yield f"A measurement that should succeed {_described(outcome)}."
            return
        if isinstance(future, MeasurementFuture) and future.worker not in ("", outcome.worker):
            yield f"The future names the worker {future.worker}, and its result {outcome.worker}."
        if outcome.values.keys() != set(metrics):
            yield f"{', '.join(metrics)} was asked for, and {sorted(outcome.values)} measured."
        elif any(type(value) is not float for value in outcome.values.values()):
            yield f"The values {dict(outcome.values)} have to be floats of Python."


@rule("evaluator", "a failure is that of one measurement")
def _failures_stay_alone(subject: CheckedEvaluator) -> Iterator[str]:
    with subject.evaluator() as evaluator:
        outcome = subject.outcome(subject.submit(evaluator, "failing"))
        if not isinstance(outcome, EvaluationError):
            yield f"A measurement that should fail with EvaluationError {_described(outcome)}."
        yield from subject.unmeasured(evaluator, 1)


@rule("evaluator", "a measurement that hangs is given up at once, and its worker goes on")
def _hanging_ones_are_given_up(subject: CheckedEvaluator) -> Iterator[str]:
    with subject.evaluator() as evaluator:
        hanging_future = subject.submit(evaluator, "hanging")
        if not subject.begins(hanging_future):
            yield "The future of a measurement under way is not running(): time limits never apply."
            return
        start = time.monotonic()
        evaluator.abandon(hanging_future)
        if time.monotonic() - start > _AT_ONCE:
            yield f"abandon took more than {_AT_ONCE:g} s. It has to return without waiting."
        outcome = subject.outcome(hanging_future)
        if not isinstance(outcome, EvaluationError):
            yield f"A measurement that was abandoned {_described(outcome)}."
        yield from subject.unmeasured(evaluator, 1)


@rule("evaluator", "no more begin than there are workers, and one that waits can be given up")
def _others_wait(subject: CheckedEvaluator) -> Iterator[str]:
    with subject.evaluator() as evaluator:
        running_future = subject.submit(evaluator, "hanging", 0)
        queued_future = subject.submit(evaluator, "hanging", 1)
        if not subject.begins(running_future):
            yield "The first of two measurements does not begin."
        if queued_future.running():
            yield "Two measurements are under way with one worker."
        evaluator.abandon(queued_future)
        if not queued_future.cancelled():
            yield "The future of a waiting measurement is not cancelled when it is abandoned."
        if not running_future.running():
            yield "Abandoning one measurement has ended another."
        evaluator.abandon(running_future)


@rule("evaluator", "giving up what has ended changes nothing")
def _ended_ones_stay(subject: CheckedEvaluator) -> Iterator[str]:
    with subject.evaluator() as evaluator:
        future = subject.submit(evaluator, "fine")
        before = subject.outcome(future)
        evaluator.abandon(future)
        if subject.outcome(future) is not before:
            yield "Abandoning a measurement that has ended changes its outcome."
        yield from subject.unmeasured(evaluator)


@rule("evaluator", "closed, it ends what is under way and takes nothing more")
def _closed_it_takes_nothing(subject: CheckedEvaluator) -> Iterator[str]:
    evaluator = subject.make(1)
    hanging_future = subject.submit(evaluator, "hanging")
    subject.begins(hanging_future)
    start = time.monotonic()
    evaluator.close()
    if time.monotonic() - start > _AT_ONCE:
        yield f"close took more than {_AT_ONCE:g} s. It has to end the workers at once."
    outcome = subject.outcome(hanging_future)
    if not isinstance(outcome, EvaluationError):
        yield f"A measurement that was under way at close {_described(outcome)}."
    try:
        subject.submit(evaluator, "fine")
    except EvaluationError:
        return
    yield "submit has to raise EvaluationError once the evaluator is closed."


def _described(outcome: Outcome) -> str:
    """How a measurement ended, as the end of a sentence."""
    if outcome is None:
        return "does not end"
    if isinstance(outcome, Measurement):
        return f"succeeded with {dict(outcome.values)}"
    return f"failed: {error_text(outcome)}"


RULES = (
    _measures_what_was_asked,
    _failures_stay_alone,
    _hanging_ones_are_given_up,
    _others_wait,
    _ended_ones_stay,
    _closed_it_takes_nothing,
)
