"""Draws a `BaselinesInfo` over a chart: a dotted line with open markers, and a star."""

import math
from typing import Any

from engine.analysis.charts.baselines import BaselinePoint, BaselinesInfo
from engine.analysis.figures.layout import Figure
from engine.analysis.name_text import in_chart

_MARGIN = 0.04  # of a range, beside its outermost point


def with_baselines(figure: Figure, *infos: BaselinesInfo | None) -> Figure:
    """The figure with uniform scaling and the original network of each supernet that has them."""
    overlay = [trace for info in infos if info is not None for trace in _traces(info)]
    layout = figure["layout"]
    for letter in "xy" if overlay else "":
        values = [value for trace in overlay for value in trace[letter]]
        axis = layout.get(f"{letter}axis", {})
        layout = {**layout, f"{letter}axis": _widened(axis, values)}
    return {**figure, "data": [*figure["data"], *overlay], "layout": layout}


def _widened(axis: dict[str, Any], values: list[float]) -> dict[str, Any]:
    """The axis with its range, if it has a fixed one, extended to show `values` too."""
    if axis.get("range") is None:
        return axis
    shown = [math.log10(v) for v in values if v > 0] if axis.get("type") == "log" else values
    low, high = axis["range"]
    margin = _MARGIN * (max([high, *shown]) - min([low, *shown]))
    low = min([low, *(value - margin for value in shown)])
    high = max([high, *(value + margin for value in shown)])
    return {**axis, "range": [low, high]}


def _traces(info: BaselinesInfo) -> list[dict[str, Any]]:
    suffix = f", {in_chart(info.name)}" if info.name else ""
    traces = []
    if info.uniform:
        labels = [""] * len(info.uniform)
        labels[len(labels) // 2] = f"Uniform scaling{suffix}"
        line = {"color": "@text", "width": 1.2, "dash": "dot"}
        marker = {
            "symbol": "diamond-open",
            "size": 7,
            "color": "@text",
            "line": {"color": "@text", "width": 1.2},
        }
        traces.append(
            {
                **_points(info.uniform, labels, "bottom right"),
                "name": f"Uniform scaling{suffix}",
                "mode": "lines+markers+text",
                "line": line,
                "marker": marker,
            }
        )
    if info.original is not None:
        marker = {
            "symbol": "star",
            "size": 15,
            "color": "@text",
            "line": {"color": "@background", "width": 1},
        }
        traces.append(
            {
                **_points((info.original,), [f"Original{suffix}"], "top left"),
                "name": f"Original{suffix}",
                "mode": "markers+text",
                "marker": marker,
            }
        )
    return traces


def _points(points: tuple[BaselinePoint, ...], labels: list[str], side: str) -> dict[str, Any]:
    """Points without numbers, so that a click on them selects nothing."""
    return {
        "type": "scatter",
        "x": [point.x for point in points],
        "y": [point.y for point in points],
        "text": labels,
        "textposition": side,
        "textfont": {"size": 12, "color": "@text"},
        "hovertext": [point.hover for point in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
