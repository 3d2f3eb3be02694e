"""The front of a run that may be active: two metrics of every measured sub-network.

The points are not included: `run_points` has them, and a page fetches them in parts.
"""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import Axis, Limit, axis_for, axis_metric, limits_on
from engine.metrics import Metric
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import Values


@dataclass(frozen=True)
class LiveFrontInfo:
    """Plain data of the chart; its points are those of `run_points` up to `evaluation_count`.

    `selected` is the number of the selected sub-network if it is drawn, `selected_position` its
    coordinates in drawn units. `constraints` are labels in the order of the configuration,
    `counted` is what the numbers count.
    """

    run: str
    x: Axis
    y: Axis
    evaluation_count: int
    measured: int
    front: int
    infeasible: int
    has_line: bool
    constraints: tuple[str, ...]
    selected: int | None
    selected_position: tuple[float, float] | None
    budget: int
    x_limits: tuple[Limit, ...] = ()
    y_limits: tuple[Limit, ...] = ()
    counted: str = "evaluations"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        if not self.measured:
            return "No sub-network has been measured yet."
        infeasible = f", {self.infeasible} infeasible" if self.infeasible else ""
        selected_text = "" if self.selected is None else f" Number {self.selected} is selected."
        verb = "evaluated" if self.x.note or self.y.note else "measured"
        return (
            f"{self.y.metric.label} over {self.x.metric.label}: {self.measured} {verb} "
            f"sub-networks, {self.front} of them on the Pareto front{infeasible}.{selected_text}"
        )


def live_front_info(
    run: str, history: RunHistory, x: str, y: str, selected: int | None, budget: int
) -> LiveFrontInfo:
    """The chart of metric `y` over metric `x`, without failed evaluations.

    The line joins the front only where the axes are the two objectives: over other axes the front
    of the search is no front of the chart.
    """
    columns = history.columns()
    xs, ys = columns.column(x), columns.column(y)
    is_drawable = np.isfinite(xs) & np.isfinite(ys)
    x_axis = _axis(axis_metric(history, x), xs[is_drawable])
    y_axis = _axis(axis_metric(history, y), ys[is_drawable])
    if selected is not None and not (selected <= len(columns) and is_drawable[selected - 1]):
        selected = None
    selected_position = None
    if selected is not None:
        index = selected - 1
        selected_position = (
            float(xs[index]) / x_axis.scale.divisor,
            float(ys[index]) / y_axis.scale.divisor,
        )
    constraints = history.config.constraints
    return LiveFrontInfo(
        run=run,
        x=x_axis,
        y=y_axis,
        evaluation_count=len(columns),
        measured=int(is_drawable.sum()),
        front=sum(n <= len(columns) and bool(is_drawable[n - 1]) for n in history.front_numbers),
        infeasible=int((columns.missed[is_drawable] != 0).sum()),
        has_line=x != y and {x, y} == {objective.name for objective in history.objectives},
        constraints=tuple(constraint.label for constraint in constraints),
        selected=selected,
        selected_position=selected_position,
        budget=budget,
        x_limits=limits_on(x_axis, constraints),
        y_limits=limits_on(y_axis, constraints),
        counted=history.counted,
    )


def _axis(metric: Metric, values: Values) -> Axis:
    return axis_for(metric, [float(np.abs(values).max())] if len(values) else [])
