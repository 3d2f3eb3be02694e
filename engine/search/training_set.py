"""Selection of training rows, where all of them would cost a predictor too much."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


def informative_rows(by_rank: Rows, count: int, limit: int) -> Rows:
    """At most `limit` of the rows 0 to `count` - 1, ascending.

    `by_rank` are the rows of the best ranks, the best first, at least half of `limit`. Half of the
    result is nearest to the front: there a predictor must tell sub-networks apart. The others are
    evenly spread over the order of measurement, so that it covers the whole space.
    """
    if count <= limit:
        return np.arange(count)
    front_rows = by_rank[: limit // 2]
    other_rows = np.delete(np.arange(count), front_rows)
    spread_positions = np.linspace(0, len(other_rows) - 1, limit - len(front_rows)).astype(np.int64)
    return np.sort(np.concatenate([front_rows, other_rows[spread_positions]]))
