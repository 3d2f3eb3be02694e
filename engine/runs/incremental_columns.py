"""IncrementalColumns: the evaluations of a growing run as arrays, extended at their ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.constraints import Constraint
from engine.evaluation.record import Evaluation

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_FIRST_ROOM = 256  # rows


def prediction_of(metric: str) -> str:
    """The column of what was predicted of a metric."""
    return f"predicted.{metric}"


@dataclass(frozen=True)
class ColumnArrays:
    """The evaluations so far, `(n,)` arrays in the order of the log; read them only.

    `values` holds metrics and, as `prediction_of` names them, predictions: NaN where there is none
    and in evaluations that failed. `missed` has bit i set where constraint i is missed, and is 0 in
    evaluations that failed. `extrapolated` is 1 where a number lies beyond the measurements that it
    was calibrated on, else 0.
    """

    cycle: Numbers
    missed: Numbers
    extrapolated: Numbers
    values: Mapping[str, Values]

    def __len__(self) -> int:
        return len(self.cycle)

    def column(self, name: str) -> Values:
        """A column of `values`; NaN throughout if there is none of that name."""
        known = self.values.get(name)
        return np.full(len(self), np.nan) if known is None else known


class _Column:
    """An array with room to grow: adding costs what is added."""

    def __init__(self, empty: float | int, dtype: type[np.generic], length: int) -> None:
        self._empty, self._length = empty, length
        self._room: npt.NDArray[Any] = np.full(max(_FIRST_ROOM, 2 * length), empty, dtype)

    def extend(self, values: Sequence[float | int]) -> None:
        end = self._length + len(values)
        if end > len(self._room):
            larger = np.full(2 * end, self._empty, self._room.dtype)
            larger[: self._length] = self._room[: self._length]
            self._room = larger  # what was handed out before keeps the old one
        self._room[self._length : end] = values
        self._length = end

    @property
    def array(self) -> npt.NDArray[Any]:
        return self._room[: self._length]


class IncrementalColumns:
    """Follows a list of evaluations that grows at its end. Not thread-safe."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self._constraints = list(constraints)
        self._cycle = _Column(0, np.int64, 0)
        self._missed = _Column(0, np.int64, 0)
        self._extrapolated = _Column(0, np.int64, 0)
        self._values: dict[str, _Column] = {}
        self._length = 0

    def follow(self, evaluations: Sequence[Evaluation]) -> ColumnArrays:
        """Take in those that are new; all columns as they are now."""
        fresh = evaluations[self._length :]
        if fresh:
            self._cycle.extend([e.cycle for e in fresh])
            self._extrapolated.extend([int(e.extrapolated) for e in fresh])
            rows = [_row(e) for e in fresh]
            for name in dict.fromkeys(name for row in rows for name in row):
                if name not in self._values:
                    self._values[name] = _Column(np.nan, np.float64, self._length)
            for name, column in self._values.items():
                column.extend([row.get(name, np.nan) for row in rows])
            self._missed.extend(self._bits(rows, np.array([e.ok for e in fresh])))
            self._length += len(fresh)
        columns = {name: column.array for name, column in self._values.items()}
        return ColumnArrays(
            self._cycle.array, self._missed.array, self._extrapolated.array, columns
        )

    def _bits(self, rows: Sequence[Mapping[str, float]], ok: npt.NDArray[np.bool_]) -> list[int]:
        bits = np.zeros(len(rows), dtype=np.int64)
        for i, constraint in enumerate(self._constraints):
            values = [row.get(constraint.metric.name, np.nan) for row in rows]
            bits |= ((constraint.violation(values) > 0) & ok).astype(np.int64) << i
        return [int(one) for one in bits]


def _row(evaluation: Evaluation) -> dict[str, float]:
    if not evaluation.ok:
        return {}
    said = {prediction_of(name): value for name, value in evaluation.predicted.items()}
    return {**evaluation.metrics, **said}
