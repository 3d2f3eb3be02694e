"""A metric over the choices of one gene: every sub-network, and the quartiles of each choice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.axes import Axis, Limit, axis_for, limits_on
from engine.analysis.charts.downsampling import downsample
from engine.analysis.charts.gene_levels import GeneLevels, drawable_rows, gene_levels
from engine.analysis.grouped_quantiles import grouped_quantiles
from engine.constraints import Constraint
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_POINTS = 6000
"""Points that are drawn at most, with the whole front."""

_QUARTILES = np.array([0.25, 0.5, 0.75])
_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill an interval evenly
_WIDTH = 0.56  # of the strip of points of a level


@dataclass(frozen=True)
class SliceInfo:
    """Plain data of the chart.

    `x` and `y` are `(k,)`: the level of each point, spread out so that points do not hide each
    other, and its value in drawn units; `number` and `on_front` are `(k,)` too. `counts` is
    `(levels,)`, `quartiles` `(3, levels)`: the lower one, the median and the upper one, in drawn
    units, of all `total` sub-networks. `limits` are the constraints on the metric.
    """

    run: str
    axis: Axis
    gene: GeneLevels
    x: Values
    y: Values
    number: Integers
    on_front: Mask
    counts: Integers
    quartiles: Values
    total: int
    budget: int
    limits: tuple[Limit, ...] = ()
    counted: str = "evaluations"

    @property
    def title(self) -> str:
        """A title such as `Top-1 accuracy by stage 1 depth`."""
        return f"{self.axis.metric.label} by {self.gene.label}"

    @property
    def description(self) -> str:
        """A text alternative of the chart: the median of each level."""
        if not self.total:
            return "No sub-network has this metric."
        medians = (
            f"{text} {median:.{self.axis.scale.decimals}f} ({count:,})"
            for text, median, count in zip(
                self.gene.texts, self.quartiles[1].tolist(), self.counts.tolist(), strict=True
            )
            if count
        )
        unit = self.axis.scale.unit
        return f"{self.title}, median{f' in {unit}' if unit else ''}: {', '.join(medians)}."

    @property
    def note(self) -> str:
        """What the marks mean, and what is not drawn."""
        drawn = (
            f"{len(self.number):,} of {self.total:,} sub-networks drawn, with the whole front. "
            if len(self.number) < self.total
            else ""
        )
        return (
            f"{drawn}A bar spans the middle half of the values of a choice, and its line is the "
            "median. The choices of other genes differ within a bar."
        )


def slice_info(
    run: str,
    columns: RunColumns,
    metric: str,
    gene: str,
    candidates: Mask,
    constraints: Sequence[Constraint],
    budget: int,
    counted: str = "evaluations",
) -> SliceInfo:
    """The metric `metric` over the gene `gene`, of the `(n,)` candidates among the first `n`."""
    rows = drawable_rows(columns, metric, candidates)
    values = columns.metrics[metric][rows]
    axis = axis_for(columns.metric(metric), values)
    divisor = axis.scale.divisor
    levels = gene_levels(columns, gene, rows)
    quartiles = grouped_quantiles(levels.level, values / divisor, len(levels), _QUARTILES)
    on_front = columns.front(len(candidates))[rows]
    x = levels.level + _WIDTH * ((rows + 1) * _GOLDEN % 1.0 - 0.5)
    y = values / divisor
    points = np.column_stack([x, y])
    drawn = downsample(points, on_front, MAX_POINTS) if len(rows) else on_front
    return SliceInfo(
        run,
        axis,
        levels,
        x[drawn],
        y[drawn],
        rows[drawn] + 1,
        on_front[drawn],
        np.bincount(levels.level, minlength=len(levels)),
        quartiles,
        len(rows),
        budget,
        limits_on(axis, constraints),
        counted,
    )
