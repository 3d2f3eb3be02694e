"""Which of many measurements a predictor learns from, where all of them would cost too much."""

import moocore
import numpy as np
import numpy.typing as npt

from engine.pareto.front import Points


def informative(values: Points, limit: int) -> npt.NDArray[np.int64]:
    """Indices, ascending, of at most `limit` rows of `(n, m)` minimised values.

    Half of them are nearest to the front, by rank: there a predictor must tell sub-networks apart.
    The rest are evenly spread over the order of measurement, so that it knows the other ones too.
    """
    if len(values) <= limit:
        return np.arange(len(values))
    by_rank = np.argsort(moocore.pareto_rank(values), kind="stable")
    near, others = by_rank[: limit // 2], np.sort(by_rank[limit // 2 :])
    spread = np.linspace(0, len(others) - 1, limit - len(near)).astype(np.int64)
    return np.sort(np.concatenate([near, others[spread]]))
