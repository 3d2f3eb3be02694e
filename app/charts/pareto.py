"""The Pareto chart: every measured sub-network, the front as a line, the selected one as a ring."""

from dataclasses import dataclass
from typing import Any

from app.charts.layout import (
    WEBGL_FROM,
    Axis,
    Figure,
    axis_for,
    base_layout,
    evaluation_order,
    plot_axis,
)
from app.formatting import cycle_name, metric_value
from engine.constraints import missed
from engine.metrics import metric
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class ParetoInfo:
    """Plain data of the chart. All tuples have one entry a measured sub-network, in log order."""

    run: str
    x: Axis
    y: Axis
    numbers: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    on_front: tuple[bool, ...]
    feasible: tuple[bool, ...]
    hover: tuple[str, ...]
    line: tuple[tuple[float, float], ...]
    selected: int | None
    budget: int
    x_limit: float | None = None
    y_limit: float | None = None

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        if not self.numbers:
            return "No sub-network has been measured yet."
        front, infeasible = sum(self.on_front), sum(not ok for ok in self.feasible)
        missed = f", {infeasible} infeasible" if infeasible else ""
        chosen = "" if self.selected is None else f" Number {self.selected} is selected."
        return (
            f"{self.y.metric.label} over {self.x.metric.label}: {len(self.numbers)} measured "
            f"sub-networks, {front} of them on the Pareto front{missed}.{chosen}"
        )


def pareto_info(
    run: str, history: RunHistory, x: str, y: str, selected: int | None, budget: int
) -> ParetoInfo:
    """The chart of metric `y` over metric `x`; failed evaluations have no place in it.

    The line joins the front only where the two axes are the two objectives: elsewhere the front
    of the search is no front of the picture.
    """
    rows = [e for e in list(history.evaluations) if e.ok and x in e.metrics and y in e.metrics]
    x_axis = axis_for(metric(x), (e.metrics[x] for e in rows))
    y_axis = axis_for(metric(y), (e.metrics[y] for e in rows))
    front = history.front_numbers
    xs = tuple(e.metrics[x] / x_axis.scale.divisor for e in rows)
    ys = tuple(e.metrics[y] / y_axis.scale.divisor for e in rows)
    on_front = tuple(e.number in front for e in rows)
    line = sorted({p for p, on in zip(zip(xs, ys, strict=True), on_front, strict=True) if on})
    if {x, y} != {objective.name for objective in history.objectives}:
        line = []
    constraints = history.config.constraints
    hover = tuple(
        f"#{e.number} · {metric_value(y, e.metrics[y])} · {metric_value(x, e.metrics[x])}<br>"
        + cycle_name(e.cycle)
        + "".join(f"<br>infeasible: {c.label}" for c in missed(constraints, e.metrics))
        for e in rows
    )
    numbers = tuple(e.number for e in rows)
    limits = {c.metric.name: c.limit for c in constraints}
    return ParetoInfo(
        run=run,
        x=x_axis,
        y=y_axis,
        numbers=numbers,
        xs=xs,
        ys=ys,
        on_front=on_front,
        feasible=tuple(history.feasible(e) for e in rows),
        hover=hover,
        line=tuple(line),
        selected=selected if selected in numbers else None,
        budget=budget,
        x_limit=limits[x] / x_axis.scale.divisor if x in limits else None,
        y_limit=limits[y] / y_axis.scale.divisor if y in limits else None,
    )


def _infeasible(info: ParetoInfo) -> dict[str, Any]:
    at = [i for i, feasible in enumerate(info.feasible) if not feasible]
    return {
        **_points(info, at, size=8, opacity=0.7),
        "name": "Infeasible",
        "marker": {
            "symbol": "circle-open",
            "size": 7,
            "opacity": 0.7,
            "color": "@muted",
            "line": {"color": "@muted", "width": 1.2},
        },
    }


def _feasible(info: ParetoInfo, on_front: bool) -> dict[str, Any]:
    at = [
        i
        for i, (on, feasible) in enumerate(zip(info.on_front, info.feasible, strict=True))
        if feasible and on == on_front
    ]
    size, opacity = (12, 1.0) if on_front else (9, 0.45)
    name = "On the front" if on_front else "Dominated"
    return {**_points(info, at, size, opacity), "name": name}


def _points(info: ParetoInfo, at: list[int], size: int, opacity: float) -> dict[str, Any]:
    return {
        "type": "scattergl" if len(info.numbers) >= WEBGL_FROM else "scatter",
        "mode": "markers",
        "x": [info.xs[i] for i in at],
        "y": [info.ys[i] for i in at],
        "customdata": [info.numbers[i] for i in at],
        "text": [info.hover[i] for i in at],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": "triangle-up",
            "size": size,
            "opacity": opacity,
            "color": [info.numbers[i] for i in at],
            "coloraxis": "coloraxis",
            "line": {"color": "@outline", "width": 0.8},
        },
    }


def _front_line(info: ParetoInfo) -> dict[str, Any]:
    better_left = info.x.metric.direction == "min"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Pareto front",
        "x": [x for x, _ in info.line],
        "y": [y for _, y in info.line],
        "hoverinfo": "skip",
        "line": {"color": "@front", "width": 2, "shape": "hv" if better_left else "vh"},
    }


def ring(xs: list[float], ys: list[float], size: int = 22) -> dict[str, Any]:
    """A ring around the selected sub-network, if there is one."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Selected",
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


def _limits(info: ParetoInfo) -> list[dict[str, Any]]:
    line = {"color": "@muted", "width": 1, "dash": "dot"}
    shapes = []
    if info.x_limit is not None:
        across = {"x0": info.x_limit, "x1": info.x_limit, "yref": "paper", "y0": 0, "y1": 1}
        shapes.append({"type": "line", "line": line, "layer": "below", **across})
    if info.y_limit is not None:
        across = {"y0": info.y_limit, "y1": info.y_limit, "xref": "paper", "x0": 0, "x1": 1}
        shapes.append({"type": "line", "line": line, "layer": "below", **across})
    return shapes


def pareto_figure(info: ParetoInfo) -> Figure:
    """Traces in this order: infeasible and dominated points, the front's line and points, the ring.

    A constraint on the metric of an axis is a dotted line.
    """
    revision = f"{info.run}:{info.x.metric.name}:{info.y.metric.name}"
    layout = base_layout(
        revision,
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        shapes=_limits(info),
        coloraxis=evaluation_order(
            info.numbers,
            info.budget,
            colorbar={
                "title": {"text": "Evaluation count", "side": "right"},
                "thickness": 10,
                "outlinewidth": 0,
                "len": 0.9,
                "x": 1.01,
                "xpad": 4,
            },
        ),
    )
    at = [i for i, number in enumerate(info.numbers) if number == info.selected]
    chosen = ring([info.xs[i] for i in at], [info.ys[i] for i in at])
    points = [_infeasible(info), _feasible(info, False)]
    traces = [*points, _front_line(info), _feasible(info, True), chosen]
    return {"data": traces, "layout": layout}
