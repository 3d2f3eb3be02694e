"""Draws a `ChoiceInfo`: filled points remain, hollow ones do not, marks and rings carry words."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.charts.choice import ChoiceInfo, ChoicePoint
from engine.analysis.figures.label_placement import SIDES, TextLabels, sides
from engine.analysis.figures.layout import (
    Figure,
    base_layout,
    evaluation_order,
    legend_above,
    limit_line,
    plot_axis,
)

_LISTED = "bottom right"
_GAPS = {"suggested": 13.5, "listed": 16.0}  # pixels that Plotly leaves beside such a marker


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
    of_marks, of_numbers = word_sides(info)
    words = [_suggested(info, of_marks), _listed(info, of_numbers)]
    traces = [_line(info), _beyond(beyond), _within(within), *words]
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


def _suggested(info: ChoiceInfo, sides: Sequence[str]) -> dict[str, Any]:
    points = _marked_points(info)
    line = {"color": "@front", "width": 2}
    marker = {"symbol": "diamond-open", "size": 20, "color": "@front", "line": line}
    texts = [p.mark.replace(", ", "<br>") for p in points]
    return _marked(points, "Suggested", texts, sides, marker)


def _listed(info: ChoiceInfo, sides: Sequence[str]) -> dict[str, Any]:
    points = _listed_points(info)
    line = {"color": "@selected", "width": 2.5}
    marker = {"symbol": "circle-open", "size": 24, "color": "@selected", "line": line}
    texts = [f"#{p.number}" for p in points]
    return _marked(points, "On the shortlist", texts, sides, marker)


def _marked_points(info: ChoiceInfo) -> list[ChoicePoint]:
    return [p for p in info.points if p.mark]


def _listed_points(info: ChoiceInfo) -> list[ChoicePoint]:
    return [p for p in info.points if p.place is not None]


def word_sides(info: ChoiceInfo) -> tuple[list[str], list[str]]:
    """Where the words of suggestions stand, and the numbers of the shortlist."""
    every = np.array([[p.x, p.y] for p in info.points]).reshape(-1, 2)
    low = every.min(axis=0, initial=np.inf)
    span = np.ptp(every, axis=0) if len(every) else np.ones(2)
    span = np.where(span > 0, span, 1.0)

    def words(p: ChoicePoint, lines: tuple[str, ...], gap: float, first: str) -> TextLabels:
        x, y = (np.array([p.x, p.y]) - low) / span
        return TextLabels(float(x), float(y), lines, gap, first)

    marked, listed = _marked_points(info), _listed_points(info)
    every_word = [
        *(words(p, tuple(p.mark.split(", ")), _GAPS["suggested"], SIDES[0]) for p in marked),
        *(words(p, (f"#{p.number}",), _GAPS["listed"], _LISTED) for p in listed),
    ]
    chosen = sides(every_word, (every - low) / span)
    return chosen[: len(marked)], chosen[len(marked) :]


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
