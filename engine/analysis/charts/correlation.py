"""How the metrics of a run go together: rank correlations of each pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.metrics import Metric
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MIN_ROWS = 3
"""Sub-networks with both metrics below which there is no correlation."""


@dataclass(frozen=True)
class CorrelationInfo:
    """Plain data of the chart: `(m, m)` coefficients in [-1, 1], NaN where there is none.

    `ranks` is Spearman's coefficient, `linear` Pearson's; `count` says how many sub-networks have
    both metrics. There is no coefficient of fewer than `MIN_ROWS`, or of a metric that is the same
    in all of them.
    """

    run: str
    metrics: tuple[Metric, ...]
    ranks: Values
    linear: Values
    count: Integers

    @property
    def description(self) -> str:
        """A text alternative of the chart: the strongest pairs."""
        m = len(self.metrics)
        pairs = [(i, j) for i in range(m) for j in range(i) if np.isfinite(self.ranks[i, j])]
        if not pairs:
            return f"Correlations need two metrics that {MIN_ROWS} sub-networks or more have."
        pairs.sort(key=lambda pair: -abs(float(self.ranks[pair])))
        texts = (
            f"{self.metrics[j].label} and {self.metrics[i].label} {self.ranks[i, j]:.2f}"
            for i, j in pairs[:3]
        )
        return f"Rank correlations, the strongest first: {'; '.join(texts)}."


def correlation_info(
    run: str, columns: RunColumns, names: Sequence[str], candidates: Mask
) -> CorrelationInfo:
    """The correlations of the metrics `names` among the `(n,)` candidates that have both.

    Ties share their mean rank. Source: Spearman, "The Proof and Measurement of Association between
    Two Things", The American Journal of Psychology 15(1), 1904.
    """
    n, m = len(candidates), len(names)
    is_used = candidates & columns.ok[:n]
    values = np.array([columns.metrics[name][:n][is_used] for name in names]).reshape(m, -1)
    ranks, linear = np.full((m, m), np.nan), np.full((m, m), np.nan)
    count = np.zeros((m, m), dtype=np.int64)
    is_finite = np.isfinite(values)
    for i in range(m):
        for j in range(i + 1):
            has_both = is_finite[i] & is_finite[j]
            count[i, j] = count[j, i] = int(has_both.sum())
            first, second = values[i][has_both], values[j][has_both]
            linear[i, j] = linear[j, i] = _pearson(first, second)
            ranks[i, j] = ranks[j, i] = _pearson(_mean_ranks(first), _mean_ranks(second))
    metrics = tuple(columns.metric(name) for name in names)
    return CorrelationInfo(run, metrics, ranks, linear, count)


def _pearson(first: Values, second: Values) -> float:
    if len(first) < MIN_ROWS or not np.ptp(first) or not np.ptp(second):
        return float("nan")
    return float(np.clip(np.corrcoef(first, second)[0, 1], -1.0, 1.0))


def _mean_ranks(values: Values) -> Values:
    """`(n,)` ranks from 0 on; equal values have the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts + 1) / 2)[inverse], dtype=np.float64)
