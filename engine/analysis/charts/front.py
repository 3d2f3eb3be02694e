"""The front of two or three metrics with what surrounds it, as it was at any moment of the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.axes import Axis, axis_for
from engine.analysis.charts.downsampling import robust_range, thinned
from engine.analysis.number_text import cycle_name
from engine.runs.columns import RunColumns

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

DRAWN = 12_000
"""Points off the front that are drawn; of more, as many."""

_BESIDE = 0.05  # room beyond the outermost points, as a share of their range


@dataclass(frozen=True)
class FrontAxis:
    """One axis: the metric, whether it is logarithmic, its range in drawn units, and the limit."""

    axis: Axis
    log: bool
    low: float
    high: float
    limit: float | None

    @property
    def range(self) -> list[float]:
        """The range as Plotly takes it: of a logarithmic axis its exponents."""
        ends = (self.low, self.high)
        return [float(np.log10(end)) for end in ends] if self.log else list(ends)


@dataclass(frozen=True)
class FrontInfo:
    """Plain data of the chart.

    `values` is `(k, axes)` in drawn units, in the order x, y, z; `number`, `cycle`, `feasible`,
    `ends` and `extrapolated` are `(k,)`, ascending by number. `dominated` counts the points off the
    front of which `drawn` are here; `outside` those beyond the ranges. `cycles` says from which
    evaluation on which cycle was the newest.
    """

    run: str
    axes: tuple[FrontAxis, ...]
    values: Values
    number: Numbers
    cycle: Numbers
    feasible: npt.NDArray[np.bool_]
    ends: Numbers
    extrapolated: npt.NDArray[np.bool_]
    cycles: tuple[tuple[int, int], ...]
    dominated: int
    drawn: int
    outside: int
    line: bool
    budget: int
    front: int

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if not len(self.number):
            return "No sub-network has been measured yet."
        names = [axis.axis.metric.label for axis in self.axes]
        done = "evaluated" if any(axis.axis.note for axis in self.axes) else "measured"
        title = " and ".join([f"{names[1]} over {names[0]}", *names[2:]])
        return (
            f"{title}: {self.front + self.dominated} {done} sub-networks, {self.front} of them "
            "on the Pareto front now."
        )

    @property
    def note(self) -> str:
        """What is not drawn, if anything."""
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
    def names(self) -> dict[str, str]:
        """What the cycles that are no plain number are called."""
        return {str(cycle): cycle_name(cycle) for cycle in (-1, 0)}


@dataclass(frozen=True)
class FrontView:
    """How a front is looked at: metrics in the order x, y, z; what is logarithmic and shown."""

    metrics: tuple[str, ...]
    log: frozenset[Literal["x", "y", "z"]] = frozenset()
    robust: bool = False
    infeasible: bool = True


def front_info(
    run: str,
    columns: RunColumns,
    view: FrontView,
    objectives: tuple[str, ...],
    limits: Mapping[str, float],
    budget: int,
) -> FrontInfo:
    """The chart of a view. Failed evaluations and those without one of the metrics are left out.

    The line joins the front only where the axes are the two objectives: elsewhere the front of the
    search is no front of the picture.
    """
    missing = np.full(len(columns), np.nan)
    raw = np.column_stack([columns.metrics.get(name, missing) for name in view.metrics])
    shown = columns.ok & np.isfinite(raw).all(axis=1) & (columns.feasible | view.infeasible)
    rows = np.flatnonzero(shown)
    now = columns.front(len(columns))[rows]
    axes, values = [], np.empty((len(rows), len(view.metrics)))
    for i, name in enumerate(view.metrics):
        axis, letter = axis_for(columns.metric(name), raw[rows, i]), "xyz"[i]
        values[:, i] = raw[rows, i] / axis.scale.divisor
        log = letter in view.log
        limit = limits[name] / axis.scale.divisor if name in limits else None
        axes.append(_axis(axis, values[:, i], now, log, view.robust, limit))
    inside = np.ones(len(rows), dtype=bool)
    placed = values.copy()
    for i, own in enumerate(axes):
        inside &= (values[:, i] >= own.low) & (values[:, i] <= own.high)
        placed[:, i] = np.log10(values[:, i]) if own.log else values[:, i]
    ever = columns.ends[rows] > 0
    kept = thinned(placed, ever, DRAWN) if len(rows) else ever
    dominated = len(rows) - int(now.sum())
    return FrontInfo(
        run,
        tuple(axes),
        values[kept],
        rows[kept] + 1,
        columns.cycle[rows][kept],
        columns.feasible[rows][kept],
        columns.ends[rows][kept],
        columns.extrapolated[rows][kept],
        newest_cycles(columns.cycle),
        dominated,
        dominated - int((~kept).sum()),
        int((~inside).sum()),
        len(view.metrics) == 2 and set(view.metrics) == set(objectives),
        budget,
        int(now.sum()),
    )


def _axis(
    axis: Axis,
    values: Values,
    front: npt.NDArray[np.bool_],
    log: bool,
    robust: bool,
    limit: float | None,
) -> FrontAxis:
    if not len(values):
        return FrontAxis(axis, False, 0.0, 1.0, limit)
    log = log and float(values.min()) > 0
    scaled = np.log10(values) if log else values
    low, high = robust_range(scaled, scaled[front]) if robust else (scaled.min(), scaled.max())
    room = _BESIDE * float(high - low) or max(_BESIDE * abs(float(high)), _BESIDE)
    low, high = float(low) - room, float(high) + room
    return FrontAxis(axis, log, *((10**low, 10**high) if log else (low, high)), limit)


def newest_cycles(cycle: Numbers) -> tuple[tuple[int, int], ...]:
    """`(number, cycle)`: from which evaluation on which cycle was the newest that had begun."""
    newest = np.maximum.accumulate(cycle) if len(cycle) else cycle
    starts = np.flatnonzero(np.diff(newest, prepend=newest[:1] - 1))
    return tuple((int(i) + 1, int(newest[i])) for i in starts)
