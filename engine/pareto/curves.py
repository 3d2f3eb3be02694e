"""Curves of hypervolume over evaluations: when they reach a level, how several spread."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Curve = npt.NDArray[np.float64]
"""`(n,)` hypervolume after evaluations 1 to n; it never falls."""

_TOLERANCE = 1e-9  # sums of volumes drift by less


class Spread(NamedTuple):
    """Quartiles of several curves after each evaluation, all `(n,)`."""

    low: Curve
    median: Curve
    high: Curve


def spread(curves: Sequence[Curve]) -> Spread:
    """The quartiles of curves, as far as the shortest goes; raises ValueError if there are none."""
    shortest = min(len(curve) for curve in curves)
    low, median, high = np.percentile([c[:shortest] for c in curves], [25, 50, 75], axis=0)
    return Spread(low, median, high)


def reached(curve: Curve, level: float) -> int | None:
    """The number of the evaluation, from 1, after which `curve` is at `level`; None if never."""
    at = int(np.searchsorted(curve, level - _TOLERANCE))
    return at + 1 if at < len(curve) else None


def corners(*curves: Curve) -> npt.NDArray[np.int64]:
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
