"""Draws a `ChoiceInfo`: filled points remain, hollow ones do not, marks and rings carry words."""

from collections.abc import Sequence
from typing import Any

from app.charts.choice import ChoiceInfo, ChoicePoint
from app.charts.layout import (
    Figure,
    base_layout,
    evaluation_order,
    legend_above,
    limit_line,
    plot_axis,
)

_LISTED = "bottom right"
_SIDES = ("top left", _LISTED, "bottom left", "top right")
_CLOSE = (0.2, 0.12)  # shares of the chart, within which words would meet
_LETTER = 0.018  # share of the chart's width that a letter takes


def choice_figure(info: ChoiceInfo) -> Figure:
    """Traces: the front's line, points beyond and within the limits, suggestions, shortlist."""
    beyond = [p for p in info.points if not p.remains]
    within = [p for p in info.points if p.remains]
    layout = base_layout(
        f"{info.run}:{info.x.metric.name}:{info.y.metric.name}",
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        shapes=[*limit_line(info.x_limit, "x"), *limit_line(info.y_limit, "y")],
        coloraxis=evaluation_order(
            sorted(p.number for p in info.points), info.budget, showscale=False
        ),
        showlegend=True,
        legend=legend_above(),
        margin={"l": 56, "r": 16, "t": 28, "b": 44},
    )
    traces = [_line(info), _beyond(beyond), _within(within), _suggested(info), _listed(info)]
    return {"data": traces, "layout": layout}


def _points(points: Sequence[ChoicePoint], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "customdata": [p.number for p in points],
        "text": [p.hover for p in points],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": marker,
    }


def _beyond(points: Sequence[ChoicePoint]) -> dict[str, Any]:
    line = {"color": "@muted", "width": 1.4}
    marker = {"symbol": "triangle-up-open", "size": 10, "color": "@muted", "line": line}
    return _points(points, "Beyond the limits", marker)


def _within(points: Sequence[ChoicePoint]) -> dict[str, Any]:
    marker = {
        "symbol": ["triangle-up" if p.on_front else "square" for p in points],
        "size": [13 if p.on_front else 9 for p in points],
        "color": [p.number for p in points],
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.8},
    }
    return _points(points, "Within the limits", marker)


def _marked(
    points: Sequence[ChoicePoint], name: str, texts: Sequence[str], where: Any, marker: Any
) -> dict[str, Any]:
    """Words beside points that other traces draw: no points of their own to be clicked."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "text": list(texts),
        "textposition": where,
        "textfont": {"size": 12, "color": "@text"},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "marker": marker,
    }


def _suggested(info: ChoiceInfo) -> dict[str, Any]:
    points = [p for p in info.points if p.mark]
    line = {"color": "@front", "width": 2}
    marker = {"symbol": "diamond-open", "size": 20, "color": "@front", "line": line}
    texts = [p.mark.replace(", ", "<br>") for p in points]
    return _marked(points, "Suggested", texts, sides(points, info.points), marker)


def sides(points: Sequence[ChoicePoint], every: Sequence[ChoicePoint]) -> list[str]:
    """Where the words of each suggestion stand: those of close ones on opposite sides."""
    spans = [max(v) - min(v) for v in zip(*((p.x, p.y) for p in every), strict=True)]
    left = min((p.x for p in every), default=0.0)
    chosen: dict[int, str] = {}
    for p in sorted(points, key=lambda p: p.x):
        close = {
            chosen[q.number]
            for q in points
            if q.number in chosen
            and abs(p.x - q.x) <= _CLOSE[0] * spans[0]
            and abs(p.y - q.y) <= _CLOSE[1] * spans[1]
        }
        wide = _LETTER * max(len(word) for word in p.mark.split(", ")) * spans[0]
        fitting = [side for side in _SIDES if p.x - wide >= left or "right" in side]
        free = [side for side in fitting if side not in close] or fitting
        chosen[p.number] = next((s for s in free if p.place is None or s != _LISTED), free[0])
    return [chosen[p.number] for p in points]


def _listed(info: ChoiceInfo) -> dict[str, Any]:
    points = [p for p in info.points if p.place is not None]
    line = {"color": "@selected", "width": 2.5}
    marker = {"symbol": "circle-open", "size": 24, "color": "@selected", "line": line}
    texts = [f"#{p.number}" for p in points]
    return _marked(points, "On the shortlist", texts, _LISTED, marker)


def _line(info: ChoiceInfo) -> dict[str, Any]:
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
