"""Draws the hypervolume over evaluations: a step line with marks of cycles or a cursor."""

import textwrap
from collections.abc import Mapping
from typing import Any

from engine.analysis.charts.hypervolume import HypervolumeInfo
from engine.analysis.charts.hypervolume_steps import Steps, StepsInfo
from engine.analysis.figures.layout import Figure, base_layout, plot_axis

_MARK_HEIGHT = 0.05  # as a share of the chart
_MAX_LINE_LENGTH = 17  # characters

CURSOR: Mapping[str, Any] = {
    "type": "line",
    "yref": "paper",
    "y0": 0,
    "y1": 1,
    "line": {"color": "@selected", "width": 1.5, "dash": "dash"},
}
"""A vertical line, whose `x0` and `x1` are an evaluation."""


def axis_title(provenance: str) -> str:
    """The title of a hypervolume axis, in lines that fit a low chart.

    Empty if all objectives were measured.
    """
    word = "" if provenance == "measured" else provenance.capitalize()
    return "\n".join(textwrap.wrap(word, _MAX_LINE_LENGTH))


def hypervolume_figure(info: HypervolumeInfo) -> Figure:
    """A step line, and a short line at the bottom at the start of each marked cycle."""
    layout = _layout(info, rangemode="tozero")
    marks = [_mark(at) for at in info.cycle_starts]
    return {
        "data": [_staircase(info.steps, info.evaluation_count, info.counted)],
        "layout": {**layout, "shapes": marks},
    }


def steps_figure(info: StepsInfo) -> Figure:
    """A step line over the whole run."""
    layout = _layout(info, range=[0, max(1, info.evaluations)])
    return {"data": [_staircase(info.steps, info.evaluations, info.counted)], "layout": layout}


def with_cursor(figure: Figure, at: int) -> Figure:
    """The figure with a vertical line at an evaluation."""
    shapes = [*figure["layout"].get("shapes", []), {**CURSOR, "x0": at, "x1": at}]
    return {**figure, "layout": {**figure["layout"], "shapes": shapes}}


def _staircase(steps: Steps, end: int, counted: str) -> dict[str, Any]:
    last = [(end, steps[-1][1])] if steps else []
    points = [*steps, *last]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Hypervolume",
        "x": [number for number, _ in points],
        "y": [value for _, value in points],
        "hovertemplate": f"%{{y:.4f}} after %{{x}} {counted}<extra></extra>",
        "line": {"color": "@front", "width": 2, "shape": "hv"},
    }


def _mark(number: int) -> dict[str, Any]:
    line = {"color": "@muted", "width": 1}
    coordinates = {
        "xref": "x",
        "yref": "paper",
        "x0": number,
        "x1": number,
        "y0": 0,
        "y1": _MARK_HEIGHT,
    }
    return {"type": "line", "line": line, "layer": "below", **coordinates}


def _layout(info: HypervolumeInfo | StepsInfo, **evaluations: Any) -> dict[str, Any]:
    return base_layout(
        info.run,
        xaxis=plot_axis(info.counted.capitalize(), nticks=5, **evaluations),
        yaxis=plot_axis(axis_title(info.provenance), nticks=5, rangemode="nonnegative"),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
