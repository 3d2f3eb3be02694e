"""When a search ends because its evaluations fail: it cannot succeed, or something broke."""

from collections.abc import Sequence

from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory

_ADVICE = (
    "Mend the cause, then resume the run and let it try failed evaluations again; max_failures "
    "(dynas) sets how many may fail in a row."
)


class FailureWatch:
    """Follows the evaluations of a run from when it was started or resumed.

    `before` are those of earlier times: their failures do not count any more. `most` failures in a
    row end the run, and so does an initial sample of which nothing succeeded; None for never.
    `any_ok` says whether anything succeeded so far, at any time.
    """

    def __init__(self, most: int | None, before: Sequence[Evaluation]) -> None:
        self._most = most
        self.any_ok = any(e.ok for e in before)
        self._earlier = next((e for e in before if not e.ok), None)
        self._count = len(before)
        self._fresh = 0
        self._row: list[Evaluation] = []

    def add(self, evaluation: Evaluation) -> None:
        """Take in an evaluation that was recorded."""
        self._fresh += 1
        self._count += 1
        if evaluation.ok:
            self.any_ok = True
            self._row.clear()
        else:
            self._row.append(evaluation)

    def verdict(self, initial: int) -> str:
        """Why the run cannot go on; empty if it can. `initial` is the size of the first sample."""
        if self._most is None or not self._row:
            return ""
        if not self.any_ok and len(self._row) == self._fresh >= initial > 0:
            return _sentence(f"All {self._fresh} evaluations of the initial sample", self._row[0])
        if len(self._row) >= self._most:
            return _sentence(f"{len(self._row)} evaluations in a row", self._row[0])
        return ""

    def verdict_at_end(self) -> str:
        """Why a run that has spent its budget has failed; empty if anything succeeded."""
        first = self._earlier or next(iter(self._row), None)
        if self.any_ok or first is None:
            return ""
        return _sentence(f"All {self._count} evaluations", first)


def _sentence(which: str, first: Evaluation) -> str:
    return (
        f"{which} failed, the first of them (number {first.number}) with: "
        f"{first.reason.rstrip('.')}. {_ADVICE}"
    )


def failure_report(history: RunHistory) -> str:
    """Why a run failed, and the end of what the worker of its last failed evaluations wrote."""
    wrote = next((e for e in reversed(history.evaluations) if not e.ok and e.stderr), None)
    last = history.evaluations[-1] if history.evaluations else None
    if wrote is None or last is None or last.ok:
        return history.message
    return (
        f"{history.message}\nThe worker of evaluation {wrote.number} wrote at last:\n{wrote.stderr}"
    )
