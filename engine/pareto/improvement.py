"""How much hypervolume a further point would add. Everything is minimised."""

import moocore
import numpy as np

from engine.pareto.points import Points


def hypervolume_improvement(front: Points, candidates: Points, reference: Points) -> Points:
    """`(c,)` hypervolume that each of `(c, m)` candidates alone adds to the `(k, m)` front.

    One and two objectives are computed in closed form, more of them by moocore as the volume below
    the candidate less the part of it that the front already dominates.
    """
    if candidates.shape[1] == 1:
        best = float(front.min(initial=reference[0]))
        alone: Points = np.maximum(best - candidates[:, 0], 0.0)
        return alone
    if candidates.shape[1] == 2:
        return _staircase(front, candidates, reference)
    volumes = np.maximum(reference - candidates, 0.0).prod(axis=1)
    for i in np.flatnonzero(volumes):
        dominated = np.maximum(front, candidates[i])
        volumes[i] -= moocore.hypervolume(dominated, ref=reference) if len(front) else 0.0
    gained: Points = np.maximum(volumes, 0.0)
    return gained


def _staircase(front: Points, candidates: Points, reference: Points) -> Points:
    """Sum over the steps of the front of width times height that a candidate adds to each."""
    steps = front[np.lexsort(front.T[::-1])]
    steps = steps[(steps < reference).all(axis=1)]
    right = np.concatenate([steps[:, 0], reference[:1]])
    left = np.concatenate([[-np.inf], steps[:, 0]])
    ceiling = np.minimum.accumulate(np.concatenate([reference[1:], steps[:, 1]]))
    width = np.maximum(right - np.maximum(left, candidates[:, :1]), 0.0)
    height = np.maximum(ceiling - candidates[:, 1:], 0.0)
    total: Points = (width * height).sum(axis=1)
    return total
