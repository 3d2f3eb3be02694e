"""The Pareto chart: every measured sub-network, the front as a line, the selected one as a ring.

The browser fetches the points from the run's feed and sorts them into the traces by their roles.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.charts.feed import DRAWN, feed_spec
from app.charts.layout import (
    Axis,
    Figure,
    axis_for,
    base_layout,
    evaluation_bar,
    evaluation_order,
    limit_line,
    plot_axis,
    zoom_kept,
)
from app.formatting import cycle_name
from app.names import in_chart
from engine.metrics import Metric
from engine.runs.growing import Values
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class ParetoInfo:
    """Plain data of the chart; the points themselves are those of the feed up to `upto`.

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


def pareto_info(
    run: str, history: RunHistory, x: str, y: str, selected: int | None, budget: int
) -> ParetoInfo:
    """The chart of metric `y` over metric `x`; failed evaluations have no place in it.

    The line joins the front only where the two axes are the two objectives: elsewhere the front
    of the search is no front of the picture.
    """
    columns = history.columns()
    xs, ys = columns.named(x), columns.named(y)
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
    return ParetoInfo(
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


def _infeasible(info: ParetoInfo) -> dict[str, Any]:
    marker = {
        "symbol": "circle-open",
        "size": 7,
        "opacity": 0.7,
        "color": "@muted",
        "line": {"color": "@muted", "width": 1.2},
    }
    return {**_points(info, "infeasible"), "name": "Infeasible", "marker": marker}


def _feasible(info: ParetoInfo, on_front: bool) -> dict[str, Any]:
    size, opacity = (12, 1.0) if on_front else (9 if info.measured < DRAWN else 7, 0.45)
    marker = {
        "symbol": "triangle-up",
        "size": size,
        "opacity": opacity,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.8},
    }
    name = "On the front" if on_front else "Dominated"
    role = "front" if on_front else "dominated"
    return {**_points(info, role), "name": name, "marker": marker}


def _points(info: ParetoInfo, role: str) -> dict[str, Any]:
    values = [
        f"%{{{letter}:.{axis.scale.decimals}f}} {in_chart(axis.scale.unit)}".rstrip()
        + in_chart(axis.note)
        for letter, axis in (("y", info.y), ("x", info.x))
    ]
    between = "<br>" if info.x.note or info.y.note else " · "
    return {
        "type": "scatter",
        "mode": "markers",
        "role": role,
        "x": [],
        "y": [],
        "hovertemplate": f"#%{{customdata}} · {between.join(values)}<br>%{{text}}<extra></extra>",
    }


def _front_line(info: ParetoInfo) -> dict[str, Any]:
    better_left = info.x.metric.direction == "min"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Pareto front",
        "role": "line",
        "x": [],
        "y": [],
        "hoverinfo": "skip",
        "line": {"color": "@front", "width": 2, "shape": "hv" if better_left else "vh"},
    }


def ring(xs: list[float], ys: list[float], size: int = 22) -> dict[str, Any]:
    """A ring around the selected sub-network, if there is one."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Selected",
        "role": "selected",
        "x": xs,
        "y": ys,
        "hoverinfo": "skip",
        "marker": {
            "symbol": "circle-open",
            "size": size,
            "color": "@selected",
            "line": {"color": "@selected", "width": 2.5},
        },
    }


def pareto_figure(info: ParetoInfo) -> Figure:
    """Traces in this order: infeasible and dominated points, the front's line and points, the ring.

    A constraint on the metric of an axis is a dotted line.
    """
    revision = f"{info.run}:{info.x.metric.name}:{info.y.metric.name}"
    layout = base_layout(
        revision,
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        shapes=[*limit_line(info.x_limit, "x"), *limit_line(info.y_limit, "y")],
        coloraxis=evaluation_order([info.upto], info.budget, colorbar=evaluation_bar()),
    )
    points = [_infeasible(info), _feasible(info, False)]
    traces = [*points, _front_line(info), _feasible(info, True), ring([], [])]
    divide = info.x.scale.divisor, info.y.scale.divisor
    return {
        "data": traces,
        "layout": layout,
        "place": zoom_kept(info.x, info.y),
        "feed": feed_spec(info.run, info.x.metric.name, info.y.metric.name, info.upto, divide),
        "points": {
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "joined": info.joined,
            "limits": list(info.constraints),
            "selected": info.selected,
            "at": info.at,
        },
    }
