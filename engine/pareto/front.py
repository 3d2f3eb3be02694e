"""Dominance, front and hypervolume. Everything is minimised here; moocore does the counting."""

from collections.abc import Sequence

import moocore
import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation
from engine.metrics import Metric

Points = npt.NDArray[np.float64]


def minimised(evaluations: Sequence[Evaluation], objectives: Sequence[Metric]) -> Points:
    """`(n, m)` objective values with maximised ones negated; NaN rows for failed evaluations."""
    rows = [
        [o.sign * e.metrics[o.name] for o in objectives] if e.ok else [np.nan] * len(objectives)
        for e in evaluations
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(objectives))


def non_dominated(points: Points) -> npt.NDArray[np.bool_]:
    """`(n,)` whether each of `(n, m)` points is on the front; rows with NaN never are.

    Of equal points the first is kept.
    """
    front = np.zeros(len(points), dtype=bool)
    finite = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(finite):
        front[finite] = moocore.is_nondominated(points[finite], keep_weakly=False)
    return front


class FrontTracker:
    """The front and the normalised hypervolume while points `(m,)` arrive one by one.

    `reference` and `ideal` `(m,)` span the box whose dominated share, in [0, 1], is the
    hypervolume. A point outside the box, or not finite, adds nothing to it.
    """

    def __init__(self, reference: Points, ideal: Points) -> None:
        self.reference, self.ideal = reference, ideal
        self._front = np.empty((0, len(reference)))
        self.hypervolume = 0.0

    def add(self, point: Points) -> float:
        """The hypervolume with `point`."""
        if not np.isfinite(point).all() or (self._front <= point).all(axis=1).any():
            return self.hypervolume
        kept = self._front[~(point <= self._front).all(axis=1)]
        self._front = np.vstack([kept, point])
        scaled = (self._front - self.ideal) / (self.reference - self.ideal)
        self.hypervolume = float(moocore.hypervolume(np.maximum(scaled, 0.0), ref=1.0))
        return self.hypervolume
