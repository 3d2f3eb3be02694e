"""Hypervolume improvement of candidate points. Everything is minimised."""

import moocore
import numpy as np
import numpy.typing as npt

from engine.pareto.points import Points


def hypervolume_improvement(front: Points, candidates: Points, reference: Points) -> Points:
    """`(..., c)` hypervolume that each of `(..., c, m)` candidates alone adds to its front.

    `(..., k, m)` fronts may hold dominated points. One and two objectives are computed in closed
    form, more of them by moocore as the volume below the candidate less the part of it that the
    front already dominates.
    """
    objectives = candidates.shape[-1]
    if objectives == 1:
        best = front[..., 0].min(axis=-1, initial=reference[0])
        gains: Points = np.maximum(best[..., None] - candidates[..., 0], 0.0)
        return gains
    if objectives == 2:
        return _staircase(front, candidates, reference)
    batch_shape = np.broadcast_shapes(front.shape[:-2], candidates.shape[:-2])
    fronts = np.broadcast_to(front, batch_shape + front.shape[-2:])
    candidates = np.broadcast_to(candidates, batch_shape + candidates.shape[-2:])
    improvements: Points = np.maximum(reference - candidates, 0.0).prod(axis=-1)
    improvements[_is_dominated(fronts, candidates)] = 0.0
    if not front.shape[-2]:
        return improvements
    hypervolume = moocore.Hypervolume(ref=reference)  # quicker than the function, many times
    for index in zip(*np.nonzero(improvements), strict=True):
        dominated = np.maximum(fronts[index[:-1]], candidates[index])
        improvements[index] -= hypervolume(dominated)
    return np.maximum(improvements, 0.0, out=improvements)


def improvement_bound(front: Points, candidates: Points, reference: Points) -> Points:
    """`(c,)` upper bounds of what each of `(c, m)` candidates adds to one `(k, m)` front.

    Only the point of the front is subtracted that dominates most of what the candidate does.
    """
    volumes: Points = np.maximum(reference - candidates, 0.0).prod(axis=-1)
    if not len(front):
        return volumes
    shared = np.ones((len(candidates), len(front)))
    for objective, edge in enumerate(reference):
        worse = np.maximum(candidates[:, None, objective], front[:, objective])
        shared *= np.maximum(edge - worse, 0.0)
    bounds: Points = volumes - shared.max(axis=1)
    return bounds


def _is_dominated(fronts: Points, candidates: Points) -> npt.NDArray[np.bool_]:
    """`(..., c)` whether a point of `(..., k, m)` is nowhere worse than one of `(..., c, m)`."""
    is_beaten = np.ones((*candidates.shape[:-1], fronts.shape[-2]), dtype=bool)
    for objective in range(candidates.shape[-1]):
        is_beaten &= fronts[..., None, :, objective] <= candidates[..., objective, None]
    return np.asarray(is_beaten.any(axis=-1))


def _staircase(front: Points, candidates: Points, reference: Points) -> Points:
    """Sum over the steps of the front of width times height that a candidate adds to each."""
    steps = np.minimum(front, reference)  # points beyond the reference have no width
    order = np.argsort(steps[..., 0], axis=-1, kind="stable")
    steps = np.take_along_axis(steps, order[..., None], axis=-2)
    edge = np.broadcast_to(reference, (*steps.shape[:-2], 1, 2))
    right = np.concatenate([steps[..., 0], edge[..., 0]], axis=-1)[..., None, :]
    left = np.concatenate([np.full_like(edge[..., 0], -np.inf), steps[..., 0]], axis=-1)
    ceiling = np.concatenate([edge[..., 1], steps[..., 1]], axis=-1)
    ceiling = np.minimum.accumulate(ceiling, axis=-1)[..., None, :]
    width = right - np.maximum(left[..., None, :], candidates[..., :1])
    height = ceiling - candidates[..., 1:]
    improvements: Points = (np.maximum(width, 0.0) * np.maximum(height, 0.0)).sum(axis=-1)
    return improvements
