"""A metric over the choices of two genes: the median of the sub-networks of each pair."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.axes import Axis, axis_for
from engine.analysis.charts.gene_levels import GeneLevels, drawable_rows, gene_levels
from engine.analysis.grouped_quantiles import grouped_quantiles
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PairInfo:
    """Plain data of the chart.

    `median` and `best` are `(levels of y, levels of x)` in drawn units, NaN where no sub-network
    has both choices; `count` says how many have. `total` counts all of them.
    """

    run: str
    axis: Axis
    x: GeneLevels
    y: GeneLevels
    median: Values
    best: Values
    count: Integers
    total: int

    @property
    def title(self) -> str:
        """A title such as `Top-1 accuracy by stage 1 depth and stage 2 depth`."""
        return f"{self.axis.metric.label} by {self.x.label} and {self.y.label}"

    @property
    def description(self) -> str:
        """A text alternative of the chart: the pair with the best median."""
        if not self.total:
            return "No sub-network has this metric."
        sign = 1.0 if self.axis.metric.direction == "min" else -1.0
        row, column = np.unravel_index(int(np.nanargmin(sign * self.median)), self.median.shape)
        value = f"{self.median[row, column]:.{self.axis.scale.decimals}f} {self.axis.scale.unit}"
        return (
            f"{self.title}: the best median is {value.rstrip()} at {self.x.label} "
            f"{self.x.texts[column]} and {self.y.label} {self.y.texts[row]}."
        )

    @property
    def note(self) -> str:
        """What an empty cell means."""
        empty = int((self.count == 0).sum())
        return "Each cell has the median of its sub-networks, and how many there are." + (
            f" In {empty:,} of {self.count.size:,} cells there is none." if empty else ""
        )


def pair_info(
    run: str, columns: RunColumns, metric: str, genes: tuple[str, str], candidates: Mask
) -> PairInfo:
    """The metric over two genes, horizontal and vertical, of the `(n,)` candidates."""
    rows = drawable_rows(columns, metric, candidates)
    values = columns.metrics[metric][rows]
    axis = axis_for(columns.metric(metric), values)
    x, y = (gene_levels(columns, gene, rows) for gene in genes)
    shape = (len(y), len(x))
    best_share = 0.0 if axis.metric.direction == "min" else 1.0
    shares = np.array([0.5, best_share])
    cell = y.level * len(x) + x.level
    cells = len(x) * len(y)
    median, best = grouped_quantiles(cell, values / axis.scale.divisor, cells, shares)
    count = np.bincount(cell, minlength=cells)
    return PairInfo(
        run,
        axis,
        x,
        y,
        median.reshape(shape),
        best.reshape(shape),
        count.reshape(shape),
        len(rows),
    )
