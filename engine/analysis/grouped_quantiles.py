"""Quantiles of values by group, for many groups at once."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def grouped_quantiles(group: Integers, values: Values, groups: int, shares: Values) -> Values:
    """`(len(shares), groups)` quantiles of the `(n,)` finite values in each group.

    They are NaN in groups without values. `group` is `(n,)`, from 0 to `groups - 1`; `shares` are
    in [0, 1]. Values between two of a group are interpolated, as NumPy does: Hyndman and Fan,
    "Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996, definition 7.

    >>> grouped_quantiles(np.array([0, 0, 2]), np.array([1.0, 3.0, 5.0]), 3, np.array([0.5]))
    array([[ 2., nan,  5.]])
    """
    counts = np.bincount(group, minlength=groups)
    if not len(values):
        return np.full((len(shares), groups), np.nan)
    ordered = values[np.lexsort((values, group))]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    last = np.maximum(counts - 1, 0)
    position = shares[:, None] * last
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, last)
    first = np.minimum(starts, len(ordered) - 1)  # of groups without values, which are NaN below
    low, high = ordered[first + below], ordered[first + above]
    quantiles = low + (position - below) * (high - low)
    return np.where(counts > 0, quantiles, np.nan)
