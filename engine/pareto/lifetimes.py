"""FrontLifetimes: when each point joined the front, and when a later one dominated it."""

import numpy as np
import numpy.typing as npt

from engine.pareto.front import FrontTracker
from engine.pareto.points import Points

Numbers = npt.NDArray[np.int64]

NEVER_ON_FRONT = 0
"""End of a point that was never on the front."""

STILL_ON_FRONT = np.iinfo(np.int32).max
"""End of a point that is still on the front."""


class FrontLifetimes:
    """The front after every number of points, from a single pass over them.

    Points `(m,)`, all minimised, arrive one by one and are numbered from 1. `dominated_at[i]` is
    the number of the point that dominated point `i + 1`, `STILL_ON_FRONT` if none has,
    `NEVER_ON_FRONT` if it never was on the front. A point joins the front with its own number.
    """

    def __init__(self, objectives: int) -> None:
        origin = np.zeros(objectives)  # a box without extent: no volume is computed
        self._tracker = FrontTracker(origin, origin)
        self._dominated_at: list[int] = []

    def add(self, points: Points, feasible: npt.NDArray[np.bool_]) -> None:
        """Add `(n, m)` points, of which those that are `(n,)` `feasible` can join."""
        for point, is_feasible in zip(points, feasible.tolist(), strict=True):
            joined_count = self._tracker.joined_count
            self._tracker.add(point, feasible=is_feasible)
            self._dominated_at.append(NEVER_ON_FRONT)
            if self._tracker.joined_count != joined_count:
                self._dominated_at[-1] = STILL_ON_FRONT
                for index in self._tracker.dropped_members:
                    self._dominated_at[index] = len(self._dominated_at)

    @property
    def dominated_at(self) -> Numbers:
        """`(n,)` by point, in the order of their arrival; see the class."""
        return np.array(self._dominated_at, dtype=np.int64)


def front_at(dominated_at: Numbers, n: int) -> npt.NDArray[np.bool_]:
    """`(len(dominated_at),)` whether each point was on the front after the first `n` points."""
    has_arrived = np.arange(1, len(dominated_at) + 1) <= n
    return has_arrived & (dominated_at > n)


def front_sizes(dominated_at: Numbers) -> Numbers:
    """`(n,)` the size of the front after each point."""
    changes = np.zeros(len(dominated_at) + 1, dtype=np.int64)
    members = np.flatnonzero(dominated_at != NEVER_ON_FRONT)
    np.add.at(changes, members, 1)
    removals = dominated_at[members]
    np.subtract.at(changes, removals[removals != STILL_ON_FRONT] - 1, 1)
    sizes: Numbers = np.cumsum(changes[:-1])
    return sizes
