"""FailureMonitor: decides when failed evaluations end a search."""

from collections.abc import Sequence

from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory

_ADVICE = (
    "Fix the cause, then resume the run and retry failed evaluations. max_failures (dynas) sets "
    "how many may fail in a row."
)


class FailureMonitor:
    """Counts failures among the evaluations of a run since it was started or resumed.

    Failures among `earlier_evaluations` do not count. `max_failures` consecutive failures end the
    run, and so does an initial sample without a success; None for no limit. `has_success` tells
    whether any evaluation, earlier ones included, succeeded.
    """

    def __init__(self, max_failures: int | None, earlier_evaluations: Sequence[Evaluation]) -> None:
        self._max_failures = max_failures
        self.has_success = any(e.ok for e in earlier_evaluations)
        self._earlier_failure = next((e for e in earlier_evaluations if not e.ok), None)
        self._count = len(earlier_evaluations)
        self._new_count = 0
        self._consecutive_failures: list[Evaluation] = []

    def add(self, evaluation: Evaluation) -> None:
        """Count a recorded evaluation."""
        self._new_count += 1
        self._count += 1
        if evaluation.ok:
            self.has_success = True
            self._consecutive_failures.clear()
        else:
            self._consecutive_failures.append(evaluation)

    def failure_reason(self, initial_size: int) -> str:
        """Why the run must end; empty if not. `initial_size` is that of the initial sample."""
        if self._max_failures is None or not self._consecutive_failures:
            return ""
        if (
            not self.has_success
            and len(self._consecutive_failures) == self._new_count >= initial_size > 0
        ):
            return _sentence(
                f"All {self._new_count} evaluations of the initial sample",
                self._consecutive_failures[0],
            )
        if len(self._consecutive_failures) >= self._max_failures:
            return _sentence(
                f"{len(self._consecutive_failures)} evaluations in a row",
                self._consecutive_failures[0],
            )
        return ""

    def final_failure_reason(self) -> str:
        """Why a run that has used its budget has failed; empty if any evaluation succeeded."""
        first = self._earlier_failure or next(iter(self._consecutive_failures), None)
        if self.has_success or first is None:
            return ""
        return _sentence(f"All {self._count} evaluations", first)


def _sentence(subject: str, first: Evaluation) -> str:
    return (
        f"{subject} failed, the first of them (number {first.number}) with: "
        f"{first.reason.rstrip('.')}. {_ADVICE}"
    )


def failure_report(history: RunHistory) -> str:
    """Why a run failed, with the worker output of its last failed evaluation that has some."""
    reporter = next((e for e in reversed(history.evaluations) if not e.ok and e.stderr), None)
    last = history.evaluations[-1] if history.evaluations else None
    if reporter is None or last is None or last.ok:
        return history.message
    output = f"The worker of evaluation {reporter.number} wrote at last:\n{reporter.stderr}"
    return f"{history.message}\n{output}"
