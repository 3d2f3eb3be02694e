"""Draws a `BaselinesInfo` over a chart: a dotted line with open markers, and a star."""

import math
from collections.abc import Sequence
from typing import Any

from engine.analysis.charts.baselines import BaselinePoint, BaselinesInfo
from engine.analysis.figures.layout import Figure
from engine.analysis.name_text import in_chart

_MARGIN = {"x": 0.04, "y": 0.08}  # of a range, beside its outermost point: a label has room there


def with_baselines(figure: Figure, *infos: BaselinesInfo | None) -> Figure:
    """The figure with uniform scaling and the original network of each supernet that has them."""
    there = [info for info in infos if info is not None]
    points = [p for info in there for p in (*info.uniform, info.original) if p is not None]
    if not points:
        return figure
    layout = dict(figure["layout"])
    for letter, values in (("x", [p.x for p in points]), ("y", [p.y for p in points])):
        name = f"{letter}axis"
        layout[name] = _widened(layout.get(name, {}), values, _MARGIN[letter])
    middle = _middle(layout["xaxis"], [p.x for p in points])
    overlay = [trace for info in there for trace in _traces(info, middle)]
    return {**figure, "data": [*figure["data"], *overlay], "layout": layout}


def _widened(axis: dict[str, Any], values: list[float], margin_share: float) -> dict[str, Any]:
    """The axis with its range, if it has a fixed one, extended to show `values` too."""
    if axis.get("range") is None:
        return axis
    shown = [math.log10(v) for v in values if v > 0] if axis.get("type") == "log" else values
    low, high = axis["range"]
    margin = margin_share * (max([high, *shown]) - min([low, *shown]))
    low = min([low, *(value - margin for value in shown)])
    high = max([high, *(value + margin for value in shown)])
    return {**axis, "range": [low, high]}


def _middle(axis: dict[str, Any], values: Sequence[float]) -> float:
    """The number in the middle of an axis; without a fixed range, in that of `values`."""
    is_log = axis.get("type") == "log"
    ends = axis.get("range")
    if ends is None:
        shown = [math.log10(v) for v in values if v > 0] if is_log else values
        ends = (min(shown), max(shown)) if shown else (0.0, 0.0)
    middle = (ends[0] + ends[1]) / 2
    return float(10**middle) if is_log else float(middle)


def _traces(info: BaselinesInfo, middle: float) -> list[dict[str, Any]]:
    suffix = f", {in_chart(info.name)}" if info.name else ""
    traces = []
    if info.uniform:
        labels = [""] * len(info.uniform)
        named = len(labels) // 2
        labels[named] = f"Uniform scaling{suffix}"
        line = {"color": "@text", "width": 1.2, "dash": "dot"}
        marker = {
            "symbol": "diamond-open",
            "size": 7,
            "color": "@text",
            "line": {"color": "@text", "width": 1.2},
        }
        side = f"bottom {_inner_side(info.uniform[named], middle)}"
        traces.append(
            {
                **_points(info.uniform, labels, side),
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
        side = f"top {_inner_side(info.original, middle)}"
        traces.append(
            {
                **_points((info.original,), [f"Original{suffix}"], side),
                "name": f"Original{suffix}",
                "mode": "markers+text",
                "marker": marker,
            }
        )
    return traces


def _inner_side(point: BaselinePoint, middle: float) -> str:
    """The side of a point on which there is more room for its label."""
    return "right" if point.x < middle else "left"


def _points(points: tuple[BaselinePoint, ...], labels: list[str], side: str) -> dict[str, Any]:
    """Points without numbers, so that a click on them selects nothing."""
    return {
        "type": "scatter",
        "x": [point.x for point in points],
        "y": [point.y for point in points],
        "text": labels,
        "textposition": side,
        "textfont": {"size": 12, "color": "@text"},
        "cliponaxis": False,  # a label may reach beyond the axes
        "hovertext": [point.hover for point in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
