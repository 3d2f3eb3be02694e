"""Selection of training rows, where all of them would cost a predictor too much."""

import moocore
import numpy as np
import numpy.typing as npt

from engine.pareto.front import Points


def informative_rows(values: Points, limit: int) -> npt.NDArray[np.int64]:
    """Indices, ascending, of at most `limit` rows of `(n, m)` minimised values.

    Half of them are nearest to the front, by rank: there a predictor must tell sub-networks apart.
    The others are evenly spread over the order of measurement, so that it covers the whole space.
    """
    if len(values) <= limit:
        return np.arange(len(values))
    by_rank = np.argsort(moocore.pareto_rank(values), kind="stable")
    front_rows, other_rows = by_rank[: limit // 2], np.sort(by_rank[limit // 2 :])
    spread_positions = np.linspace(0, len(other_rows) - 1, limit - len(front_rows)).astype(np.int64)
    return np.sort(np.concatenate([front_rows, other_rows[spread_positions]]))
