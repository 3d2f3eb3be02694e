"""The distribution of a metric: which share of the sub-networks is at least as good as a value."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.axes import Axis, Limit, axis_for, limits_on
from engine.analysis.charts.gene_levels import drawable_rows
from engine.constraints import Constraint
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MAX_STEPS = 400
"""Steps of a curve that are drawn at most."""


@dataclass(frozen=True)
class DistributionCurve:
    """One curve: `share` `(k,)` of its `count` sub-networks have at most `value` `(k,)`.

    Values ascend, in drawn units; shares are in [0, 1].
    """

    name: str
    value: Values
    share: Values
    count: int
    median: float


@dataclass(frozen=True)
class DistributionInfo:
    """Plain data of the chart; `limits` are the constraints on the metric."""

    run: str
    axis: Axis
    curves: tuple[DistributionCurve, ...]
    limits: tuple[Limit, ...] = ()

    @property
    def title(self) -> str:
        """A title such as `Distribution of Top-1 accuracy`."""
        return f"Distribution of {self.axis.metric.label}"

    @property
    def description(self) -> str:
        """A text alternative of the chart: the median of each curve."""
        if not self.curves:
            return "No sub-network has this metric."
        unit, decimals = self.axis.scale.unit, self.axis.scale.decimals
        medians = ", ".join(
            f"{curve.name.lower()} {curve.median:.{decimals}f} {unit}".rstrip()
            for curve in self.curves
        )
        return f"{self.title}, medians: {medians}."


def distribution_info(
    run: str, columns: RunColumns, metric: str, candidates: Mask, constraints: Sequence[Constraint]
) -> DistributionInfo:
    """The empirical distribution functions of a metric among the `(n,)` candidates.

    One of all, one of each half of the evaluations, which shows whether the search has moved on,
    and one of the front. A half is of the first `n` evaluations, not of the candidates.
    """
    n = len(candidates)
    rows = drawable_rows(columns, metric, candidates)
    values = columns.metrics[metric][rows]
    axis = axis_for(columns.metric(metric), values)
    is_late = rows >= n // 2
    parts = {
        "All": np.ones(len(rows), dtype=bool),
        "First half": ~is_late,
        "Second half": is_late,
        "On the front": columns.front(n)[rows],
    }
    curves = tuple(
        _curve(name, values[mask] / axis.scale.divisor)
        for name, mask in parts.items()
        if mask.any()
    )
    return DistributionInfo(run, axis, curves, limits_on(axis, constraints))


def _curve(name: str, values: Values) -> DistributionCurve:
    """The empirical distribution function of `(n,)` values, at evenly spaced ones if many."""
    value, counts = np.unique(values, return_counts=True)
    share = np.cumsum(counts) / len(values)
    kept = np.unique(np.linspace(0, len(value) - 1, min(len(value), MAX_STEPS)).astype(np.int64))
    return DistributionCurve(name, value[kept], share[kept], len(values), float(np.median(values)))
