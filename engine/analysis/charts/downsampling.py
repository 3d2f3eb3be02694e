"""Fewer points where too many lie on top of each other to be told apart."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_CELLS = 90  # along each axis, in which at least one point stays


def thinned(points: Values, keep: Mask, limit: int) -> Mask:
    """`(n,)` which of `(n, axes)` points to draw: all of `keep`, and about `limit` others.

    Each occupied cell of a grid keeps its first point, so that no lone point is lost; the rest is
    drawn at random, the same each time, so that crowded places stay crowded.
    """
    chosen = keep.copy()
    others = np.flatnonzero(~keep)
    if len(others) <= limit:
        return np.ones(len(points), dtype=bool)
    low, high = points[others].min(axis=0), points[others].max(axis=0)
    extent = np.where(high > low, high - low, 1.0)
    cells = np.minimum((points[others] - low) / extent * _CELLS, _CELLS - 1).astype(np.int64)
    cell = cells @ _CELLS ** np.arange(points.shape[1])
    first = np.zeros(len(others), dtype=bool)
    first[np.unique(cell, return_index=True)[1]] = True
    order = np.random.default_rng(0).random(len(others)) - first
    chosen[others[np.argsort(order, kind="stable")[:limit]]] = True
    return chosen


def robust_range(values: Values, always: Values) -> tuple[float, float]:
    """The range of `values` without outliers, of which those in `always` are none.

    Outliers lie further from the quartiles than 1.5 times their distance.
    Source: Tukey, "Exploratory Data Analysis", 1977.
    """
    low, high = np.percentile(values, [25, 75])
    reach = 1.5 * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    kept = np.concatenate([inside, always])
    return float(kept.min()), float(kept.max())
