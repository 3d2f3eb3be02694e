"""Dominance, front and hypervolume, computed with moocore. Everything is minimised."""

import math
from collections.abc import Sequence

import moocore
import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.archive import Archive, PointSet, Staircase
from engine.pareto.points import Points

__all__ = ["FrontTracker", "Points", "minimised", "non_dominated"]


def minimised(evaluations: Sequence[Evaluation], objectives: Sequence[Metric]) -> Points:
    """`(n, m)` objective values with maximised ones negated.

    Rows are NaN for evaluations that failed or lack one of the objectives.
    """
    missing_row = [math.nan] * len(objectives)
    rows = [
        [o.sign * metrics[o.name] for o in objectives]
        if ok and all(o.name in metrics for o in objectives)
        else missing_row
        for ok, metrics in ((e.ok, e.metrics) for e in evaluations)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(objectives))


def non_dominated(points: Points) -> npt.NDArray[np.bool_]:
    """`(n,)` whether each of `(n, m)` points is on the front; rows with NaN never are.

    Of equal points the first is kept.
    """
    is_on_front = np.zeros(len(points), dtype=bool)
    finite = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(finite):
        is_on_front[finite] = moocore.is_nondominated(points[finite], keep_weakly=False)
    return is_on_front


class FrontTracker:
    """The front and the normalised hypervolume of points `(m,)` that arrive one by one.

    `reference` and `ideal` `(m,)` span the box whose dominated share, in [0, 1], is the
    hypervolume. A point outside the box can be on the front but adds nothing to the hypervolume;
    one that is not finite or not feasible does neither. Of equal points the first is kept.
    A box without extent (`reference` not beyond `ideal`) has the hypervolume 0.

    With two objectives `add` takes time logarithmic in the size of the front, on average over many
    points; with more a comparison with each member, and the hypervolume of the part of the front in
    the point's box where it joins. Sums of exclusive volumes drift by less than 1e-9.

    Raises ValueError if `reference` and `ideal` are not finite or not of one shape `(m,)`.
    """

    def __init__(self, reference: Points, ideal: Points) -> None:
        if reference.ndim != 1 or reference.shape != ideal.shape:
            raise ValueError(f"no box from {reference.shape} to {ideal.shape}: one shape (m,)")
        extents = [r - i for r, i in zip(reference.tolist(), ideal.tolist(), strict=True)]
        if not all(map(math.isfinite, extents)):
            raise ValueError(f"no box from {reference} to {ideal}: finite extents only")
        self.reference, self.ideal = reference, ideal
        self.hypervolume = 0.0
        self.joined_count = 0
        self._count = 0
        self._box = list(zip(ideal.tolist(), extents, strict=True))
        self._has_no_extent = min(extents, default=0.0) <= 0.0
        self._archive: Archive = Staircase() if len(reference) == 2 else PointSet(len(reference))

    @property
    def members(self) -> list[int]:
        """The indices of the added points that are on the front, ascending.

        Changes exactly when `joined_count`, the number of points that ever joined the front, does.
        """
        return self._archive.members

    @property
    def dropped_members(self) -> list[int]:
        """The members that the last point to join has dominated."""
        return self._archive.dropped_members

    def add(self, point: Points, *, feasible: bool = True) -> float:
        """Add `point` `(m,)`, `feasible` or not, and return the hypervolume."""
        number = self._count
        self._count += 1
        values = point.tolist()
        if feasible and all(map(math.isfinite, values)):
            added_volume = self._archive.insert(values, self._in_box(values), number)
            if added_volume is not None:
                self.joined_count += 1
                self.hypervolume = min(self.hypervolume + added_volume, 1.0)
        return self.hypervolume

    def _in_box(self, values: list[float]) -> list[float]:
        """The coordinates of a point between ideal (0) and reference (1), clipped to the box."""
        if self._has_no_extent:
            return [1.0] * len(values)
        return [
            min(max((value - ideal) / extent, 0.0), 1.0)
            for value, (ideal, extent) in zip(values, self._box, strict=True)
        ]
