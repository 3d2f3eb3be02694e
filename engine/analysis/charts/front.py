"""The front of two or three metrics among all sub-networks, at any moment of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.axes import ORDER, Axis, Limit, axis_for, axis_metric, limits_on
from engine.analysis.charts.downsampling import downsample, robust_range
from engine.analysis.charts.hover_columns import HoverColumn, hover_columns
from engine.analysis.number_text import cycle_name
from engine.constraints import Constraint
from engine.count_text import count_text
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

MAX_POINTS = 12_000
"""Points off the front that are drawn at most."""

_MARGIN = 0.05  # beyond the outermost points, as a share of their range
_NEAR = 0.5  # the same for a limit that an axis is made longer for


@dataclass(frozen=True)
class FrontAxis:
    """One axis: the metric, whether it is logarithmic, its range in drawn units, and its limits."""

    axis: Axis
    log: bool
    low: float
    high: float
    limits: tuple[Limit, ...]

    @property
    def range(self) -> list[float]:
        """The range for Plotly: exponents of a logarithmic axis."""
        ends = (self.low, self.high)
        return [float(np.log10(end)) for end in ends] if self.log else list(ends)


@dataclass(frozen=True)
class FrontInfo:
    """Plain data of the chart.

    `values` is `(k, axes)` in drawn units, in the order x, y, z; `number`, `cycle`, `feasible`,
    `dominated_at` and `extrapolated` are `(k,)`, ascending by number. `dominated` counts the points
    off the front, `drawn` those of them in the chart and `outside` those beyond the axes. `cycles`
    are pairs of an evaluation and the cycle that is the newest from there on. `hover` are columns
    of the points for their hover texts, `notes` those on evaluations by number.
    """

    run: str
    axes: tuple[FrontAxis, ...]
    values: Values
    number: Numbers
    cycle: Numbers
    feasible: npt.NDArray[np.bool_]
    dominated_at: Numbers
    extrapolated: npt.NDArray[np.bool_]
    cycles: tuple[tuple[int, int], ...]
    dominated: int
    drawn: int
    outside: int
    has_line: bool
    budget: int
    front: int
    counted: str = "evaluations"
    hover: tuple[HoverColumn, ...] = ()
    notes: Mapping[int, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        if not len(self.number):
            return "No sub-network has been measured yet."
        names = [axis.axis.metric.label for axis in self.axes]
        verb = "evaluated" if any(axis.axis.note for axis in self.axes) else "measured"
        title = " and ".join([f"{names[1]} over {names[0]}", *names[2:]])
        count = count_text(self.front + self.dominated, f"{verb} sub-network")
        return f"{title}: {count}, {self.front} of them on the Pareto front now."

    @property
    def note(self) -> str:
        """What the chart leaves out, if anything."""
        parts = []
        if self.drawn < self.dominated:
            parts.append(
                f"{self.drawn:,} of {self.dominated:,} points off the front drawn; the front is "
                "complete."
            )
        if self.outside:
            parts.append(f"{self.outside:,} outliers lie outside the axes.")
        return " ".join(parts)

    @property
    def cycle_names(self) -> dict[str, str]:
        """The names of the special cycles, by cycle."""
        return {str(cycle): cycle_name(cycle) for cycle in (-1, 0)}


@dataclass(frozen=True)
class FrontView:
    """The view of a front: metrics in the order x, y, z, logarithmic axes, and shown points.

    With `baselines`, these are drawn over a front of two metrics. `hover` names the columns that a
    pointer on a point shows as well.
    """

    metrics: tuple[str, ...]
    log: frozenset[Literal["x", "y", "z"]] = frozenset()
    robust: bool = False
    infeasible: bool = True
    baselines: bool = False
    hover: tuple[str, ...] = ()


def front_info(
    run: str,
    columns: RunColumns,
    view: FrontView,
    objectives: tuple[str, ...],
    constraints: Sequence[Constraint],
    budget: int,
    counted: str = "evaluations",
    notes: Mapping[int, str] = {},
) -> FrontInfo:
    """The chart of a view, with the `notes` on evaluations by number.

    Failed evaluations and those without one of the metrics are left out. The line joins the front
    only where the axes are the two objectives: over other axes the front of the search is no front
    of the chart.
    """
    metric_values = np.column_stack([axis_column(columns, name) for name in view.metrics])
    is_drawable = (
        columns.ok & np.isfinite(metric_values).all(axis=1) & (columns.feasible | view.infeasible)
    )
    rows = np.flatnonzero(is_drawable)
    is_on_front = columns.front(len(columns))[rows]
    axes, values = [], np.empty((len(rows), len(view.metrics)))
    for i, name in enumerate(view.metrics):
        axis, letter = axis_for(axis_metric(columns, name), metric_values[rows, i]), "xyz"[i]
        values[:, i] = metric_values[rows, i] / axis.scale.divisor
        log = letter in view.log
        limits = limits_on(axis, constraints)
        axes.append(_axis(axis, values[:, i], is_on_front, log, view.robust, limits))
    is_within_axes = np.ones(len(rows), dtype=bool)
    scaled_values = values.copy()
    for i, front_axis in enumerate(axes):
        is_within_axes &= (values[:, i] >= front_axis.low) & (values[:, i] <= front_axis.high)
        scaled_values[:, i] = np.log10(values[:, i]) if front_axis.log else values[:, i]
    was_on_front = columns.dominated_at[rows] > 0
    is_drawn = downsample(scaled_values, was_on_front, MAX_POINTS) if len(rows) else was_on_front
    dominated = len(rows) - int(is_on_front.sum())
    return FrontInfo(
        run,
        tuple(axes),
        values[is_drawn],
        rows[is_drawn] + 1,
        columns.cycle[rows][is_drawn],
        columns.feasible[rows][is_drawn],
        columns.dominated_at[rows][is_drawn],
        columns.extrapolated[rows][is_drawn],
        newest_cycles(columns.cycle),
        dominated,
        dominated - int((~is_drawn).sum()),
        int((~is_within_axes).sum()),
        len(view.metrics) == len(objectives) == 2 and set(view.metrics) == set(objectives),
        budget,
        int(is_on_front.sum()),
        counted,
        hover_columns(columns, view.hover, rows[is_drawn]),
        notes,
    )


def axis_column(columns: RunColumns, name: str) -> Values:
    """`(n,)` the values of all evaluations on an axis; NaN where the metric is missing."""
    if name == ORDER.name:
        return columns.number.astype(np.float64)
    return columns.metrics.get(name, np.full(len(columns), np.nan))


def _axis(
    axis: Axis,
    values: Values,
    front: npt.NDArray[np.bool_],
    log: bool,
    robust: bool,
    limits: tuple[Limit, ...],
) -> FrontAxis:
    if not len(values):
        return FrontAxis(axis, False, 0.0, 1.0, limits)
    log = log and float(values.min()) > 0
    scaled_values = np.log10(values) if log else values
    low, high = (
        robust_range(scaled_values, scaled_values[front])
        if robust
        else (scaled_values.min(), scaled_values.max())
    )
    drawn = np.array([limit.position for limit in limits if limit.position > 0 or not log])
    drawn, reach = np.log10(drawn) if log else drawn, _NEAR * float(high - low)
    near = drawn[(drawn >= low - reach) & (drawn <= high + reach)]
    low, high = near.min(initial=low), near.max(initial=high)
    margin = _MARGIN * float(high - low) or max(_MARGIN * abs(float(high)), _MARGIN)
    low, high = float(low) - margin, float(high) + margin
    return FrontAxis(axis, log, *((10**low, 10**high) if log else (low, high)), limits)


def newest_cycles(cycle: Numbers) -> tuple[tuple[int, int], ...]:
    """`(number, cycle)` pairs: the newest cycle from an evaluation on."""
    newest = np.maximum.accumulate(cycle) if len(cycle) else cycle
    starts = np.flatnonzero(np.diff(newest, prepend=newest[:1] - 1))
    return tuple((int(i) + 1, int(newest[i])) for i in starts)
