"""Multi-criteria decision making on a front, by the methods of pymoo. Everything is minimised.

All functions take `(k, m)` points of a front, none of which dominates another, and return row
indices. Objectives are compared as shares of their range over the given points, so that units do
not matter; one in which all points are equal decides nothing. The first of equal points is taken.
"""

import warnings

import numpy as np
from pymoo.decomposition.asf import ASF
from pymoo.mcdm.high_tradeoff import HighTradeoffPoints
from pymoo.mcdm.pseudo_weights import PseudoWeights

from engine.pareto.points import Points

_SMALLEST_WEIGHT = 1e-9  # in place of 0, so that the objective still breaks ties
_MIN_POINTS = 3  # so that one lies between others


def normalised(points: Points) -> Points:
    """`(k, m)` shares of each column's range: 0 the best, 1 the worst; 0 where all are equal."""
    if not len(points):
        return points
    low, high = points.min(axis=0), points.max(axis=0)
    shares: Points = (points - low) / np.where(high > low, high - low, 1.0)
    return shares


def knee(points: Points) -> int | None:
    """The point at which the front bends most; None if it has none.

    It has the smallest sum of shares, which with two objectives is the largest distance from the
    line through the ends of the front. A front of fewer than three points, or one that does not
    bulge towards the ideal point, has no knee.
    Source: Chiu, Yen, Juan, "Minimum Manhattan Distance Approach to Multiple Criteria Decision
    Making in Multiobjective Optimization Problems", IEEE TEVC 20(6), 2016; for two objectives Das,
    "On characterizing the knee of the Pareto curve", Structural Optimization 18, 1999.
    """
    if len(points) < _MIN_POINTS:
        return None
    shares = normalised(points)
    sums = shares.sum(axis=1)
    is_end = (_varying_shares(points) == 0).any(axis=1)
    best = int(np.argmin(sums))
    return None if is_end[best] else best


def high_tradeoff(points: Points) -> list[int]:
    """Points whose neighbours gain little for what they lose.

    The trade-off is the loss, summed over the objectives, per unit gained in the others; a point
    stands out by two standard deviations, or by one if none does by two.
    Source: Rachmawati, Srinivasan, "Multiobjective Evolutionary Algorithm With Controllable Focus
    on the Knees of the Pareto Front", IEEE TEVC 13(4), 2009, as pymoo implements it.
    """
    shares = _varying_shares(points)
    if len(points) < _MIN_POINTS or shares.shape[1] < 2:
        return []
    with warnings.catch_warnings():  # pymoo ignores ratios of zero by zero
        warnings.simplefilter("ignore")
        indices = HighTradeoffPoints().do(shares)
    return [] if indices is None else sorted(int(i) for i in np.atleast_1d(indices))


def pseudo_weights(points: Points) -> Points:
    """`(k, m)` the weight of each objective that the position of each point implies.

    Rows sum to 1: the share of an objective is how far the point is from the worst in it, compared
    with the others. It is 0 in objectives without extent, and uniform if no objective has extent.
    Source: Deb, "Multi-Objective Optimization Using Evolutionary Algorithms", 2001, section 4.7.
    """
    k, m = points.shape
    extent = normalised(points).any(axis=0)
    if k < 2 or not extent.any():
        return np.full((k, m), 1.0 / max(m, 1))
    weights = np.zeros((k, m))
    even = np.full(int(extent.sum()), 1.0 / extent.sum())
    _, weights[:, extent] = PseudoWeights(even).do(
        _varying_shares(points), return_pseudo_weights=True
    )
    return weights


def nearest_pseudo_weights(points: Points, weights: Points) -> int:
    """The point whose pseudo-weights are nearest to `(m,)` weights.

    Raises ValueError if there are no points.
    """
    distance = np.abs(pseudo_weights(points) - normalised_weights(weights)).sum(axis=1)
    return int(np.argmin(distance))


def compromise(points: Points, weights: Points) -> int:
    """The point whose largest weighted share is the smallest; raises ValueError if there is none.

    The achievement scalarising function of `(m,)` weights with the best value of each objective as
    the aspiration: an objective with twice the weight may miss its best by half as much. Of equal
    points the one with the smaller weighted sum is taken.
    Source: Wierzbicki, "The Use of Reference Objectives in Multiobjective Optimization", 1980.
    """
    if not len(points):
        raise ValueError("no points to choose from")
    shares, weight_shares = (
        normalised(points),
        np.maximum(normalised_weights(weights), _SMALLEST_WEIGHT),
    )
    worst = np.asarray(ASF().do(shares, 1.0 / weight_shares)).reshape(len(points))
    return int(np.lexsort((shares @ weight_shares, worst))[0])


def normalised_weights(weights: Points) -> Points:
    """`(m,)` weights, none negative, as shares of their sum; uniform if all are 0."""
    total = float(weights.sum())
    even: Points = np.full(len(weights), 1.0 / max(len(weights), 1))
    return weights / total if total > 0 else even


def _varying_shares(points: Points) -> Points:
    """The normalised columns in which points differ."""
    shares = normalised(points)
    varying_shares: Points = shares[:, shares.any(axis=0)] if len(points) else shares
    return varying_shares
