"""Draws a `DecisionInfo`: filled points within the limits, hollow ones beyond, labels and rings."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.charts.decision import DecisionInfo, DecisionPoint
from engine.analysis.figures.label_placement import SIDES, TextLabels, place_labels
from engine.analysis.figures.layout import (
    Figure,
    base_layout,
    evaluation_order,
    legend_above,
    limit_marks,
    plot_axis,
)
from engine.analysis.figures.legend_entries import with_legend_entry
from engine.analysis.figures.marker_density import sized_for

_SHORTLIST_SIDE = "bottom right"
_GAPS = {"suggested": 13.5, "listed": 16.0}  # pixels between such a marker and its label in Plotly


def decision_figure(info: DecisionInfo, error_bars: bool = False) -> Figure:
    """Traces: points beyond and within the limits, the front's line, suggestions, shortlist.

    `error_bars` are as long as one standard error to either side, where it is known.
    """
    points_beyond_limits = [p for p in info.points if not p.is_within_limits]
    points_within_limits = [p for p in info.points if p.is_within_limits]
    layout = base_layout(
        f"{info.run}:{info.x.metric.name}:{info.y.metric.name}",
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        **limit_marks(info.x_limits, info.y_limits),
        coloraxis=evaluation_order(
            sorted(p.number for p in info.points), info.budget, showscale=False
        ),
        showlegend=True,
        legend=legend_above(),
        margin={"l": 56, "r": 16, "t": 28, "b": 44},
    )
    suggestion_sides, shortlist_sides = label_sides(info)
    labels = [_suggestion_trace(info, suggestion_sides), _shortlist_trace(info, shortlist_sides)]
    traces = [
        _trace_beyond_limits(points_beyond_limits),
        _trace_within_limits(points_within_limits),
        _line(info),
        *labels,
    ]
    if error_bars:
        traces.insert(0, _error_bars(info))
    data = [part for trace in traces for part in with_legend_entry(trace)]
    return {"data": data, "layout": layout}


def _points(points: Sequence[DecisionPoint], name: str, marker: dict[str, Any]) -> dict[str, Any]:
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


def _error_bars(info: DecisionInfo) -> dict[str, Any]:
    """Standard errors of the points, without markers of their own."""
    style = {"type": "data", "color": "@muted", "thickness": 1.2, "width": 3}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "One standard error",
        "x": [p.x for p in info.points],
        "y": [p.y for p in info.points],
        "error_x": {**style, "array": [p.x_error or 0.0 for p in info.points]},
        "error_y": {**style, "array": [p.y_error or 0.0 for p in info.points]},
        "hoverinfo": "skip",
        "marker": {"size": 1, "color": "@muted"},
    }


def _trace_beyond_limits(points: Sequence[DecisionPoint]) -> dict[str, Any]:
    line = {"color": "@muted", "width": 1.4}
    marker = {"symbol": "triangle-up-open", "size": 10, "color": "@muted", "line": line}
    marker = sized_for(marker, "front", [p.x for p in points], [p.y for p in points])
    return _points(points, "Beyond the limits", marker)


def _trace_within_limits(points: Sequence[DecisionPoint]) -> dict[str, Any]:
    sparse_marker = {"symbol": "triangle-up", "size": 13}
    front = [p for p in points if p.on_front]
    size = sized_for(sparse_marker, "front", [p.x for p in front], [p.y for p in front])["size"]
    marker = {
        "symbol": ["triangle-up" if p.on_front else "square" for p in points],
        "size": [size if p.on_front else 9 for p in points],
        "color": [p.number for p in points],
        "coloraxis": "coloraxis",
        "line": {"color": "@outline", "width": 0.8},
    }
    return _points(points, "Within the limits", marker)


def _labelled_points(
    points: Sequence[DecisionPoint], name: str, texts: Sequence[str], sides: Any, marker: Any
) -> dict[str, Any]:
    """Labels beside points of other traces; the trace has no points to click."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "text": list(texts),
        "textposition": sides,
        "textfont": {"size": 12, "color": "@text"},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "marker": marker,
    }


def _suggestion_trace(info: DecisionInfo, place_labels: Sequence[str]) -> dict[str, Any]:
    points = _suggested_points(info)
    line = {"color": "@front", "width": 2}
    marker = {"symbol": "diamond-open", "size": 20, "color": "@front", "line": line}
    texts = [p.mark.replace(", ", "<br>") for p in points]
    return _labelled_points(points, "Suggested", texts, place_labels, marker)


def _shortlist_trace(info: DecisionInfo, place_labels: Sequence[str]) -> dict[str, Any]:
    points = _shortlisted_points(info)
    line = {"color": "@selected", "width": 2.5}
    marker = {"symbol": "circle-open", "size": 24, "color": "@selected", "line": line}
    texts = [f"#{p.number}" for p in points]
    return _labelled_points(points, "On the shortlist", texts, place_labels, marker)


def _suggested_points(info: DecisionInfo) -> list[DecisionPoint]:
    return [p for p in info.points if p.mark]


def _shortlisted_points(info: DecisionInfo) -> list[DecisionPoint]:
    return [p for p in info.points if p.shortlist_position is not None]


def label_sides(info: DecisionInfo) -> tuple[list[str], list[str]]:
    """The sides of the labels of suggestions, and of the shortlist's numbers."""
    positions = np.array([[p.x, p.y] for p in info.points]).reshape(-1, 2)
    low = positions.min(axis=0, initial=np.inf)
    span = np.ptp(positions, axis=0) if len(positions) else np.ones(2)
    span = np.where(span > 0, span, 1.0)

    def text_labels(p: DecisionPoint, lines: tuple[str, ...], gap: float, first: str) -> TextLabels:
        x, y = (np.array([p.x, p.y]) - low) / span
        return TextLabels(float(x), float(y), lines, gap, first)

    suggested, shortlisted = _suggested_points(info), _shortlisted_points(info)
    labels = [
        *(
            text_labels(p, tuple(p.mark.split(", ")), _GAPS["suggested"], SIDES[0])
            for p in suggested
        ),
        *(text_labels(p, (f"#{p.number}",), _GAPS["listed"], _SHORTLIST_SIDE) for p in shortlisted),
    ]
    sides = place_labels(labels, (positions - low) / span)
    return sides[: len(suggested)], sides[len(suggested) :]


def _line(info: DecisionInfo) -> dict[str, Any]:
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
