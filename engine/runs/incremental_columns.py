"""IncrementalColumns: the evaluations of a growing run as arrays, extended at their ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.runs.growing_array import GrowingArray

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

NUMBER = "number"
"""The name of the column with the numbers of evaluations."""


def prediction_of(metric: str) -> str:
    """The name of the column with the predictions of a metric."""
    return f"predicted.{metric}"


@dataclass(frozen=True)
class ColumnArrays:
    """The evaluations so far as read-only `(n,)` arrays, in the order of the log.

    `values` holds metrics and predictions, which `prediction_of` names: NaN where there is none and
    for failed evaluations. Bit i of `missed` is set where constraint i is violated; it is 0 for
    failed evaluations. `extrapolated` is 1 where a value lies outside the range of its calibration,
    else 0.
    """

    cycle: Numbers
    missed: Numbers
    extrapolated: Numbers
    values: Mapping[str, Values]

    def __len__(self) -> int:
        return len(self.cycle)

    def column(self, name: str) -> Values:
        """A column of `values`, or of their numbers; all NaN if there is none of that name."""
        if name == NUMBER:
            return np.arange(1.0, len(self) + 1)
        values = self.values.get(name)
        return np.full(len(self), np.nan) if values is None else values


class IncrementalColumns:
    """Builds columns from an append-only list of evaluations. Not thread-safe."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self._constraints = list(constraints)
        self._cycle = GrowingArray(np.int64)
        self._missed = GrowingArray(np.int64)
        self._extrapolated = GrowingArray(np.int64)
        self._values: dict[str, GrowingArray] = {}
        self._length = 0

    def follow(self, evaluations: Sequence[Evaluation]) -> ColumnArrays:
        """Add the new evaluations; returns all columns."""
        new_evaluations = evaluations[self._length :]
        if new_evaluations:
            self._cycle.extend([e.cycle for e in new_evaluations])
            self._extrapolated.extend([int(e.extrapolated) for e in new_evaluations])
            rows = [_row(e) for e in new_evaluations]
            for name in dict.fromkeys(name for row in rows for name in row):
                if name not in self._values:
                    self._values[name] = GrowingArray(np.float64, np.nan, self._length)
            for name, column in self._values.items():
                column.extend([row.get(name, np.nan) for row in rows])
            self._missed.extend(self._missed_bits(rows, np.array([e.ok for e in new_evaluations])))
            self._length += len(new_evaluations)
        columns = {name: column.array for name, column in self._values.items()}
        return ColumnArrays(
            self._cycle.array, self._missed.array, self._extrapolated.array, columns
        )

    def _missed_bits(
        self, rows: Sequence[Mapping[str, float]], ok: npt.NDArray[np.bool_]
    ) -> list[int]:
        bits = np.zeros(len(rows), dtype=np.int64)
        for i, constraint in enumerate(self._constraints):
            values = [row.get(constraint.metric.name, np.nan) for row in rows]
            bits |= ((constraint.violation(values) > 0) & ok).astype(np.int64) << i
        return [int(value) for value in bits]


def _row(evaluation: Evaluation) -> dict[str, float]:
    if not evaluation.ok:
        return {}
    predictions = {prediction_of(name): value for name, value in evaluation.predicted.items()}
    return {**evaluation.metrics, **predictions}
