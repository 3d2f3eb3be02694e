"""Which candidates to measure next: the batch of largest expected hypervolume improvement."""

import numpy as np
import numpy.typing as npt

from engine.pareto.front import Points, non_dominated
from engine.pareto.improvement import hypervolume_improvement

_CHECKED = 20  # candidates whose gain is computed anew at a time
_BEYOND = 0.1  # the reference point lies this share of the range beyond the worst measured values


def select_batch(
    measured: Points, samples: Points, n: int, feasible: npt.NDArray[np.bool_] | None = None
) -> list[int]:
    """Indices of up to `n` candidates, each adding most on average to the front and those before.

    `measured` is `(k, m)`; `samples` `(s, c, m)` holds `s` joint draws of what the predictors hold
    possible for `c` candidates. All are minimised. Averaging over draws values a candidate for
    what it might turn out to be, and one much like another for little once that one is taken.
    A draw of infinite value adds nothing: a candidate that misses a constraint in it. Of `measured`
    only what is `feasible`, `(k,)`, makes up the front.

    Source: q-expected hypervolume improvement (Daulton et al., NeurIPS 2020), chosen greedily with
    stale gains as upper bounds (Minoux, 1978): the gain of a candidate only falls as others join.
    """
    low = measured.min(axis=0)
    span = measured.max(axis=0) - low
    span = np.where(span > 0, span, 1.0)
    reference = np.full(measured.shape[1], 1.0 + _BEYOND)
    draws = (samples - low) / span
    counted = measured if feasible is None else measured[feasible]
    front = (counted[non_dominated(counted)] - low) / span
    gains = np.mean([hypervolume_improvement(front, draw, reference) for draw in draws], axis=0)
    fronts = np.repeat(front[None], len(draws), axis=0)
    chosen: list[int] = []
    while len(chosen) < min(n, draws.shape[1]):
        fresh = np.zeros(len(gains), dtype=bool)
        while not fresh[best := int(np.argmax(gains))]:
            stale = np.argsort(-np.where(fresh, -np.inf, gains), kind="stable")[:_CHECKED]
            own = hypervolume_improvement(fronts, draws[:, stale], reference)
            gains[stale], fresh[stale] = own.mean(axis=0), True
            gains[chosen] = -np.inf
        chosen.append(best)
        gains[best] = -np.inf
        joined = np.minimum(draws[:, [best]], reference)  # infinite where it adds nothing
        fronts = np.concatenate([fronts, joined], axis=1)
    return chosen
