"""Draws a `LiveFrontInfo`: every sub-network, the front as a line, the selected one as a ring."""

from typing import Any

from engine.analysis.charts.live_front import LiveFrontInfo
from engine.analysis.figures.layout import (
    Figure,
    base_layout,
    evaluation_bar,
    evaluation_order,
    limit_marks,
    plot_axis,
    ring,
)
from engine.analysis.name_text import in_chart
from engine.analysis.number_text import cycle_name


def _infeasible(info: LiveFrontInfo) -> dict[str, Any]:
    marker = {
        "symbol": "circle-open",
        "size": 7,
        "opacity": 1.0,
        "color": "@muted",
        "line": {"color": "@muted", "width": 1.2},
    }
    return {**_points(info, "infeasible"), "name": "Infeasible", "marker": marker}


def _feasible(info: LiveFrontInfo, on_front: bool) -> dict[str, Any]:
    marker = {
        "symbol": "triangle-up" if on_front else "circle",
        "size": 12 if on_front else 7,
        "opacity": 1.0,
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.8},
    }
    name = "On the front" if on_front else "Dominated"
    role = "front" if on_front else "dominated"
    return {**_points(info, role), "name": name, "marker": marker}


def _points(info: LiveFrontInfo, role: str) -> dict[str, Any]:
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


def _front_line(info: LiveFrontInfo) -> dict[str, Any]:
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


def live_front_figure(info: LiveFrontInfo) -> Figure:
    """Traces in this order: infeasible and dominated points, the front's points and line, the ring.

    A constraint on the metric of an axis is a dotted line with a label. The traces have roles and
    no points: `point_traces` or a browser fills them.
    """
    revision = f"{info.run}:{info.x.metric.name}:{info.y.metric.name}"
    layout = base_layout(
        revision,
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        **limit_marks(info.x_limits, info.y_limits),
        coloraxis=evaluation_order(
            [info.evaluation_count], info.budget, colorbar=evaluation_bar(info.counted)
        ),
    )
    points = [_infeasible(info), _feasible(info, False)]
    traces = [*points, _feasible(info, True), _front_line(info), ring([], [])]
    return {
        "data": traces,
        "layout": layout,
        "points": {
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "joined": info.has_line,
            "limits": list(info.constraints),
            "selected": info.selected,
            "at": info.selected_position,
        },
    }
