"""The front of a run that may go on: two metrics of every measured sub-network.

The points are not here: `run_points` has them, and a page fetches them bit by bit.
"""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import Axis, axis_for
from engine.metrics import Metric
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import Values


@dataclass(frozen=True)
class LiveFrontInfo:
    """Plain data of the chart; the points themselves are those of `run_points` up to `upto`.

    `selected` is the number of the selected sub-network if it is in the picture, `at` its place in
    drawn units. `constraints` are labels in the order of the configuration.
    """

    run: str
    x: Axis
    y: Axis
    upto: int
    measured: int
    front: int
    infeasible: int
    joined: bool
    constraints: tuple[str, ...]
    selected: int | None
    at: tuple[float, float] | None
    budget: int
    x_limit: float | None = None
    y_limit: float | None = None

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if not self.measured:
            return "No sub-network has been measured yet."
        missed = f", {self.infeasible} infeasible" if self.infeasible else ""
        chosen = "" if self.selected is None else f" Number {self.selected} is selected."
        done = "evaluated" if self.x.note or self.y.note else "measured"
        return (
            f"{self.y.metric.label} over {self.x.metric.label}: {self.measured} {done} "
            f"sub-networks, {self.front} of them on the Pareto front{missed}.{chosen}"
        )


def live_front_info(
    run: str, history: RunHistory, x: str, y: str, selected: int | None, budget: int
) -> LiveFrontInfo:
    """The chart of metric `y` over metric `x`; failed evaluations have no place in it.

    The line joins the front only where the two axes are the two objectives: elsewhere the front
    of the search is no front of the picture.
    """
    columns = history.columns()
    xs, ys = columns.column(x), columns.column(y)
    shown = np.isfinite(xs) & np.isfinite(ys)
    x_axis = _axis(history.metric(x), xs[shown])
    y_axis = _axis(history.metric(y), ys[shown])
    if selected is not None and not (selected <= len(columns) and shown[selected - 1]):
        selected = None
    at = None
    if selected is not None:
        number = selected - 1
        at = float(xs[number]) / x_axis.scale.divisor, float(ys[number]) / y_axis.scale.divisor
    constraints = history.config.constraints
    limits = {c.metric.name: c.limit for c in constraints}
    return LiveFrontInfo(
        run=run,
        x=x_axis,
        y=y_axis,
        upto=len(columns),
        measured=int(shown.sum()),
        front=sum(n <= len(columns) and bool(shown[n - 1]) for n in history.front_numbers),
        infeasible=int((columns.missed[shown] != 0).sum()),
        joined={x, y} == {objective.name for objective in history.objectives},
        constraints=tuple(constraint.label for constraint in constraints),
        selected=selected,
        at=at,
        budget=budget,
        x_limit=limits[x] / x_axis.scale.divisor if x in limits else None,
        y_limit=limits[y] / y_axis.scale.divisor if y in limits else None,
    )


def _axis(own: Metric, values: Values) -> Axis:
    return axis_for(own, [float(np.abs(values).max())] if len(values) else [])
