"""Draws the curves of a training: the loss, and the quality of networks of several sizes."""

from typing import Any

from engine.analysis.charts.training_curves import ORIGINAL, Curve, TrainingCurvesInfo
from engine.analysis.figures.layout import Figure, base_layout, legend_above, plot_axis

_NAMED = {
    "largest": {"color": "@series0", "symbol": "square"},
    "smallest": {"color": "@series2", "symbol": "diamond"},
}
_OTHERS = (
    {"color": "@series1", "symbol": "circle"},
    {"color": "@series3", "symbol": "triangle-up"},
    {"color": "@muted", "symbol": "x"},
)
"""Colours and marks of random sub-networks, and of sizes, in turn."""


def loss_figure(info: TrainingCurvesInfo) -> Figure:
    """A line of the loss over steps."""
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Loss",
        "x": [done for done, _ in info.losses],
        "y": [loss for _, loss in info.losses],
        "hovertemplate": "%{y:.4f} at step %{x}<extra></extra>",
        "line": {"color": "@front", "width": 2},
    }
    layout = base_layout(
        info.training,
        xaxis=_steps_axis(info),
        yaxis=plot_axis("", nticks=5, rangemode="tozero"),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {"data": [line], "layout": layout}


def quality_figure(info: TrainingCurvesInfo) -> Figure:
    """A line with marks for each network; the original one is a dashed line."""
    traces, number = [], 0
    for curve in info.qualities:
        if curve.name == ORIGINAL:
            traces.append(_original(curve, info))
            continue
        style = _NAMED.get(curve.name)
        if style is None:
            style, number = _OTHERS[number % len(_OTHERS)], number + 1
        traces.append(_network(curve, style, info.unit))
    unit = f", {info.unit}" if info.unit else ""
    layout = base_layout(
        info.training,
        xaxis=_steps_axis(info),
        yaxis=plot_axis(f"{info.label}{unit}", nticks=6),
        margin={"l": 56, "r": 12, "t": 34, "b": 40},
        showlegend=True,
        legend=legend_above(),
    )
    return {"data": traces, "layout": layout}


def _steps_axis(info: TrainingCurvesInfo) -> dict[str, Any]:
    return plot_axis("Steps", nticks=5, range=[0, info.total])


def _network(curve: Curve, style: dict[str, str], unit: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": curve.name,
        "x": [done for done, _ in curve.points],
        "y": [value for _, value in curve.points],
        "hovertemplate": f"{curve.name}: %{{y:.2f}} {unit} after %{{x}} steps<extra></extra>",
        "line": {"color": style["color"], "width": 2},
        "marker": {"color": style["color"], "symbol": style["symbol"], "size": 7},
    }


def _original(curve: Curve, info: TrainingCurvesInfo) -> dict[str, Any]:
    value = curve.points[-1][1]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "your network",
        "x": [0, info.total],
        "y": [value, value],
        "hovertemplate": f"your network: %{{y:.2f}} {info.unit}<extra></extra>",
        "line": {"color": "@muted", "width": 2, "dash": "dash"},
    }
