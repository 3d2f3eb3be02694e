"""FrontLifetimes: when each point joined the front, and when a later one pushed it off."""

import numpy as np
import numpy.typing as npt

from engine.pareto.front import FrontTracker
from engine.pareto.points import Points

Numbers = npt.NDArray[np.int64]

NEVER = 0
"""In place of an end: the point was never on the front."""

STILL = np.iinfo(np.int32).max
"""In place of an end: the point is on the front to this day."""


class FrontLifetimes:
    """The front after every number of points, at the cost of following it once.

    Points `(m,)`, all minimised, arrive one by one and are numbered from 1. `ends[i]` is the number
    of the point that pushed point `i + 1` off the front, `STILL` if none has, `NEVER` if it has
    never been there. A point that is ever on the front joins with its own number.
    """

    def __init__(self, objectives: int) -> None:
        nowhere = np.zeros(objectives)  # a box without extent: no volume to be counted
        self._tracker = FrontTracker(nowhere, nowhere)
        self._ends: list[int] = []

    def add(self, points: Points, feasible: npt.NDArray[np.bool_]) -> None:
        """Follow `(n, m)` further points, `(n,)` of which keep to the constraints."""
        for point, keeps in zip(points, feasible.tolist(), strict=True):
            joined = self._tracker.joined
            self._tracker.add(point, feasible=keeps)
            self._ends.append(NEVER)
            if self._tracker.joined != joined:
                self._ends[-1] = STILL
                for index in self._tracker.dropped:
                    self._ends[index] = len(self._ends)

    @property
    def ends(self) -> Numbers:
        """`(n,)` by point, in the order of their arrival."""
        return np.array(self._ends, dtype=np.int64)


def front_at(ends: Numbers, n: int) -> npt.NDArray[np.bool_]:
    """`(len(ends),)` whether each point was on the front after the first `n` points."""
    arrived = np.arange(1, len(ends) + 1) <= n
    return arrived & (ends > n)


def front_sizes(ends: Numbers) -> Numbers:
    """`(n,)` the size of the front after each point."""
    change = np.zeros(len(ends) + 1, dtype=np.int64)
    ever = np.flatnonzero(ends != NEVER)
    np.add.at(change, ever, 1)
    gone = ends[ever]
    np.subtract.at(change, gone[gone != STILL] - 1, 1)
    sizes: Numbers = np.cumsum(change[:-1])
    return sizes
