"""Which points of a front to look at first, by the methods of pymoo. Everything is minimised.

All functions take `(k, m)` points of a front, none of which dominates another, and answer with
indices of rows. Objectives are compared as shares of their range over the given points, so that
units do not matter; one in which all points are equal decides nothing. Of equals the first counts.
"""

import warnings

import numpy as np
from pymoo.decomposition.asf import ASF
from pymoo.mcdm.high_tradeoff import HighTradeoffPoints
from pymoo.mcdm.pseudo_weights import PseudoWeights

from engine.pareto.points import Points

_NO_WEIGHT = 1e-9  # in place of 0, so that of points equal in all else the better one is taken
_FEWEST = 3  # points of which one can lie between others


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
    if len(points) < _FEWEST:
        return None
    shares = normalised(points)
    total = shares.sum(axis=1)
    ends = (_varying(points) == 0).any(axis=1)
    best = int(np.argmin(total))
    return None if ends[best] else best


def high_tradeoff(points: Points) -> list[int]:
    """Points that can be left only at a price far higher than that of leaving others.

    The price is what is lost, summed over the objectives, per unit that is gained in the others;
    a point stands out by two standard deviations, or by one if none does by two.
    Source: Rachmawati, Srinivasan, "Multiobjective Evolutionary Algorithm With Controllable Focus
    on the Knees of the Pareto Front", IEEE TEVC 13(4), 2009, as pymoo implements it.
    """
    varying = _varying(points)
    if len(points) < _FEWEST or varying.shape[1] < 2:
        return []
    with warnings.catch_warnings():  # a ratio of zero by zero is what it leaves out
        warnings.simplefilter("ignore")
        found = HighTradeoffPoints().do(varying)
    return [] if found is None else sorted(int(i) for i in np.atleast_1d(found))


def pseudo_weights(points: Points) -> Points:
    """`(k, m)` what each point's place on the front says of the weight of each objective.

    Rows sum to 1: the share of an objective is how far the point is from the worst in it, compared
    with the others. All are 0 in objectives without extent, and even where there is none with.
    Source: Deb, "Multi-Objective Optimization Using Evolutionary Algorithms", 2001, section 4.7.
    """
    k, m = points.shape
    extent = normalised(points).any(axis=0)
    if k < 2 or not extent.any():
        return np.full((k, m), 1.0 / max(m, 1))
    weights = np.zeros((k, m))
    even = np.full(int(extent.sum()), 1.0 / extent.sum())
    _, weights[:, extent] = PseudoWeights(even).do(_varying(points), return_pseudo_weights=True)
    return weights


def nearest_pseudo_weights(points: Points, weights: Points) -> int:
    """The point whose pseudo-weights are nearest to `(m,)` weights.

    Raises ValueError if there are no points.
    """
    distance = np.abs(pseudo_weights(points) - shares_of(weights)).sum(axis=1)
    return int(np.argmin(distance))


def compromise(points: Points, weights: Points) -> int:
    """The point whose worst weighted share is the smallest; raises ValueError if there is none.

    The achievement scalarising function of `(m,)` weights with the best value of each objective as
    the aspiration: an objective with twice the weight may miss its best by half as much. Of equals
    the one with the smaller weighted sum is taken.
    Source: Wierzbicki, "The Use of Reference Objectives in Multiobjective Optimization", 1980.
    """
    if not len(points):
        raise ValueError("no points to choose from")
    shares, wanted = normalised(points), np.maximum(shares_of(weights), _NO_WEIGHT)
    worst = np.asarray(ASF().do(shares, 1.0 / wanted)).reshape(len(points))
    return int(np.lexsort((shares @ wanted, worst))[0])


def shares_of(weights: Points) -> Points:
    """`(m,)` weights, none negative, as shares of their sum; even if all are 0."""
    total = float(weights.sum())
    even: Points = np.full(len(weights), 1.0 / max(len(weights), 1))
    return weights / total if total > 0 else even


def _varying(points: Points) -> Points:
    """The normalised columns in which points differ."""
    shares = normalised(points)
    varying: Points = shares[:, shares.any(axis=0)] if len(points) else shares
    return varying
