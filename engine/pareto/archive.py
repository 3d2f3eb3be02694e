"""Archives: fronts that are updated point by point at little cost.

Everything is minimised. A point has its objective values, which decide dominance, and its
coordinates in the unit cube (0 ideal, 1 the reference), which decide volume; a coordinate of 1
encloses none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.pareto.improvement import hypervolume_improvement
from engine.pareto.points import Points


class Archive(Protocol):
    """A front that grows point by point."""

    dropped_members: list[int]
    """The numbers of the members that the last point to join has dominated."""

    @property
    def members(self) -> list[int]:
        """The numbers of the points on the front, ascending."""
        ...

    def insert(self, values: Sequence[float], unit: Sequence[float], number: int) -> float | None:
        """Add a finite point, drop the members that it dominates.

        Returns the volume that it adds in the unit cube, None if it is dominated by or equal to a
        member.
        """
        ...


class Staircase:
    """The front of two objectives, sorted by the first, along which the second falls.

    A point finds its neighbours by bisection, and the area that it adds lies between them.
    """

    def __init__(self) -> None:
        self._first: list[float] = []
        self._second: list[float] = []
        self._units: list[Sequence[float]] = []
        self._numbers: list[int] = []
        self.dropped_members: list[int] = []

    @property
    def members(self) -> list[int]:
        """The numbers of the points on the front, ascending."""
        return sorted(self._numbers)

    def insert(self, values: Sequence[float], unit: Sequence[float], number: int) -> float | None:
        """Add a point; returns the added area, None if the point is not on the front."""
        first, second = values
        left = bisect_right(self._first, first)
        if left and self._second[left - 1] <= second:
            return None
        start = end = bisect_left(self._first, first, hi=left)
        while end < len(self._first) and self._second[end] >= second:
            end += 1
        added_area = self._added_area(unit, start, end)
        self._first[start:end] = [first]
        self._second[start:end] = [second]
        self._units[start:end] = [unit]
        self.dropped_members = self._numbers[start:end]
        self._numbers[start:end] = [number]
        return added_area

    def _added_area(self, unit: Sequence[float], start: int, end: int) -> float:
        """The area that a point adds in place of the members `start` to `end`, step by step."""
        x, y = unit
        ceiling = self._units[start - 1][1] if start else 1.0
        area = 0.0
        for right, below in self._units[start:end]:
            area += (right - x) * (ceiling - y)
            x, ceiling = right, below
        right = self._units[end][0] if end < len(self._units) else 1.0
        return area + (right - x) * (ceiling - y)


class PointSet:
    """The front of any number of objectives, as one array.

    A point is compared with all members at once. One that joins adds its box less the part of it
    that the front dominates already.
    """

    def __init__(self, objectives: int) -> None:
        self._values = np.empty((objectives, 0))  # (m, k): a row an objective, to compare fast
        self._units = np.empty((0, objectives))
        self._numbers: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.dropped_members: list[int] = []

    @property
    def members(self) -> list[int]:
        """The numbers of the points on the front, ascending."""
        numbers: list[int] = self._numbers.tolist()
        return numbers

    def insert(self, values: Sequence[float], unit: Sequence[float], number: int) -> float | None:
        """Add a point; returns the added volume, None if the point is not on the front."""
        column = np.array(values)[:, None]
        if np.logical_and.reduce(self._values <= column).any():
            return None
        row: Points = np.array(unit)[None]
        added_volume = float(hypervolume_improvement(self._units, row, np.ones(len(unit)))[0])
        is_kept = ~np.logical_and.reduce(self._values >= column)
        self.dropped_members = self._numbers[~is_kept].tolist()
        self._values = np.hstack([self._values[:, is_kept], column])
        self._units = np.vstack([self._units[is_kept], row])
        self._numbers = np.append(self._numbers[is_kept], number)
        return added_volume
