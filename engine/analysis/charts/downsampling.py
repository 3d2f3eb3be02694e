"""Downsampling of points that overlap, and ranges without outliers."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_CELLS = 90  # along each axis, in which at least one point stays


def downsample(points: Values, keep: Mask, limit: int) -> Mask:
    """`(n,)` mask of `(n, axes)` points to draw: all of `keep`, and about `limit` others.

    Each occupied cell of a grid keeps its first point, so that no isolated point is lost; the
    others are drawn at random with a fixed seed, so that dense regions stay dense.
    """
    mask = keep.copy()
    other_rows = np.flatnonzero(~keep)
    if len(other_rows) <= limit:
        return np.ones(len(points), dtype=bool)
    low, high = points[other_rows].min(axis=0), points[other_rows].max(axis=0)
    extent = np.where(high > low, high - low, 1.0)
    cells = np.minimum((points[other_rows] - low) / extent * _CELLS, _CELLS - 1).astype(np.int64)
    cell = cells @ _CELLS ** np.arange(points.shape[1])
    first = np.zeros(len(other_rows), dtype=bool)
    first[np.unique(cell, return_index=True)[1]] = True
    order = np.random.default_rng(0).random(len(other_rows)) - first
    mask[other_rows[np.argsort(order, kind="stable")[:limit]]] = True
    return mask


def robust_range(values: Values, required: Values) -> tuple[float, float]:
    """The range of `values` without outliers; the values `required` always count.

    Outliers lie further from the quartiles than 1.5 times their distance.
    Source: Tukey, "Exploratory Data Analysis", 1977.
    """
    low, high = np.percentile(values, [25, 75])
    fence = 1.5 * (high - low)
    inliers = values[(values >= low - fence) & (values <= high + fence)]
    included = np.concatenate([inliers, required])
    return float(included.min()), float(included.max())
