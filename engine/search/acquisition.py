"""Batch selection by expected hypervolume improvement."""

import numpy as np
import numpy.typing as npt

from engine.pareto.front import Points, non_dominated
from engine.pareto.improvement import hypervolume_improvement, improvement_bound

_RECOMPUTED_AT_A_TIME = 20  # candidates whose gain is recomputed in one step
_RECOMPUTED_OF_MANY = 5  # the same with three objectives or more, where each takes longer
_ADDED_AT_A_TIME = 20  # members of a batch, until dominated points are left out of the fronts
_REFERENCE_MARGIN = 0.1  # of the range, from the worst measured value to the reference point


def select_batch(
    measured_points: Points,
    point_samples: Points,
    n: int,
    is_feasible: npt.NDArray[np.bool_] | None = None,
    pending: int = 0,
) -> list[int]:
    """Indices of up to `n` candidates, chosen greedily for expected hypervolume improvement.

    `measured_points` is `(k, m)`; `point_samples` `(s, p + c, m)` holds `s` joint draws of the
    predicted values of `p` sub-networks whose measurements are `pending`, then of `c` candidates. A
    candidate counts for what it adds to both. All are minimised. The mean over draws accounts for
    uncertainty, and a candidate that is similar to a selected one gains little. A draw of infinite
    value adds nothing: it stands for a candidate that violates a constraint. Only the measured
    points that are feasible, `(k,)`, form the front.

    Source: q-expected hypervolume improvement (Daulton et al., NeurIPS 2020), chosen greedily with
    stale gains as upper bounds (Minoux, 1978): the gain of a candidate only falls as others join.
    """
    low = measured_points.min(axis=0)
    span = measured_points.max(axis=0) - low
    span = np.where(span > 0, span, 1.0)
    reference = np.full(measured_points.shape[1], 1.0 + _REFERENCE_MARGIN)
    draws = (point_samples - low) / span
    feasible_points = measured_points if is_feasible is None else measured_points[is_feasible]
    front = (feasible_points[non_dominated(feasible_points)] - low) / span
    fronts = np.repeat(front[None], len(draws), axis=0)
    if pending:
        expected = _pending_fronts(front, draws[:, :pending], reference)
        fronts = _leading(np.concatenate([fronts, expected], axis=1), reference)
        draws = draws[:, pending:]
    gains = _upper_bounds(fronts, draws, reference)
    at_a_time = _RECOMPUTED_AT_A_TIME if len(reference) <= 2 else _RECOMPUTED_OF_MANY
    batch: list[int] = []
    while len(batch) < min(n, draws.shape[1]):
        is_current = np.zeros(len(gains), dtype=bool)
        while not is_current[best := int(np.argmax(gains))]:
            recomputed = np.argsort(-np.where(is_current, -np.inf, gains), kind="stable")[
                :at_a_time
            ]
            improvements = hypervolume_improvement(fronts, draws[:, recomputed], reference)
            gains[recomputed], is_current[recomputed] = improvements.mean(axis=0), True
            gains[batch] = -np.inf
        batch.append(best)
        gains[best] = -np.inf
        batch_points = np.minimum(draws[:, [best]], reference)  # infinite where it adds nothing
        fronts = np.concatenate([fronts, batch_points], axis=1)
        if pending and len(batch) % _ADDED_AT_A_TIME == 0:
            fronts = _leading(fronts, reference)
    return batch


def _upper_bounds(fronts: Points, draws: Points, reference: Points) -> Points:
    """`(c,)` what no gain exceeds, of `(s, k, m)` fronts and `(s, c, m)` draws.

    With at most two objectives these are the gains themselves; with more, these would take longer
    than the selection.
    """
    compute = hypervolume_improvement if len(reference) <= 2 else improvement_bound
    bounds = [compute(f, draw, reference) for f, draw in zip(fronts, draws, strict=True)]
    gains: Points = np.mean(bounds, axis=0)
    return gains


def _pending_fronts(front: Points, draws: Points, reference: Points) -> Points:
    """`(s, q, m)` the draws `(s, p, m)` of those pending sub-networks that may join the front."""
    gains = np.mean([hypervolume_improvement(front, draw, reference) for draw in draws], axis=0)
    return np.minimum(draws[:, gains > 0], reference)


def _leading(fronts: Points, reference: Points) -> Points:
    """`(s, q, m)` fronts `(s, k, m)` without dominated points, filled up with the reference."""
    kept = [front[non_dominated(front)] for front in fronts]
    leading = np.tile(reference, (len(kept), max(map(len, kept)), 1))
    for row, front in zip(leading, kept, strict=True):
        row[: len(front)] = front
    return leading
