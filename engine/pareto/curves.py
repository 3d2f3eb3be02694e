"""Curves of hypervolume over evaluations: evaluations to a level, quartiles, steps."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Curve = npt.NDArray[np.float64]
"""`(n,)` hypervolume after evaluations 1 to n; it never falls."""

_TOLERANCE = 1e-9  # above the drift of sums of volumes


class Quartiles(NamedTuple):
    """Quartiles of several curves after each evaluation, all `(n,)`."""

    low: Curve
    median: Curve
    high: Curve


def quartiles(curves: Sequence[Curve]) -> Quartiles:
    """The quartiles of curves up to the shortest length; raises ValueError if there are none."""
    shortest = min(len(curve) for curve in curves)
    low, median, high = np.percentile([c[:shortest] for c in curves], [25, 50, 75], axis=0)
    return Quartiles(low, median, high)


def evaluations_to_reach(curve: Curve, level: float) -> int | None:
    """The number of evaluations, from 1, after which `curve` reaches `level`; None if never."""
    index = int(np.searchsorted(curve, level - _TOLERANCE))
    return index + 1 if index < len(curve) else None


def change_indices(*curves: Curve) -> npt.NDArray[np.int64]:
    """The indices at which a step drawing of curves of one length needs a point.

    The first, each at which one of them changes, and the last: of 20,000 evaluations some hundreds.
    """
    if not len(curves[0]):
        return np.empty(0, dtype=np.int64)
    changes = np.zeros(len(curves[0]), dtype=bool)
    for curve in curves:
        changes[1:] |= np.diff(curve) != 0
    changes[[0, -1]] = True
    return np.flatnonzero(changes)
