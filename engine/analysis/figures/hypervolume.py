"""Draws the hypervolume over evaluations: a staircase, with marks of cycles or under a cursor."""

import textwrap
from collections.abc import Mapping
from typing import Any

from engine.analysis.charts.hypervolume import HypervolumeInfo
from engine.analysis.charts.hypervolume_steps import Steps, StepsInfo
from engine.analysis.figures.layout import Figure, base_layout, plot_axis

_TICK = 0.05  # height of the mark of a cycle, as a share of the chart
_AXIS_LINE = 17  # characters

CURSOR: Mapping[str, Any] = {
    "type": "line",
    "yref": "paper",
    "y0": 0,
    "y1": 1,
    "line": {"color": "@selected", "width": 1.5, "dash": "dash"},
}
"""A line across the chart, to be put at an evaluation by `x0` and `x1`."""


def axis_word(provenance: str) -> str:
    """What stands at the axis of a hypervolume, in lines that a low chart has room for.

    Nothing where all objectives were measured.
    """
    word = "" if provenance == "measured" else provenance.capitalize()
    return "\n".join(textwrap.wrap(word, _AXIS_LINE))


def hypervolume_figure(info: HypervolumeInfo) -> Figure:
    """A staircase, and a short line at the bottom where each cycle began."""
    layout = _layout(info.run, info.provenance, rangemode="tozero")
    marks = [_mark(at) for at in info.cycle_starts]
    return {"data": [_staircase(info.steps, info.upto)], "layout": {**layout, "shapes": marks}}


def steps_figure(info: StepsInfo) -> Figure:
    """A staircase along the whole of a run."""
    layout = _layout(info.run, info.provenance, range=[0, max(1, info.evaluations)])
    return {"data": [_staircase(info.steps, info.evaluations)], "layout": layout}


def with_cursor(figure: Figure, at: int) -> Figure:
    """The figure with a line across it at an evaluation."""
    shapes = [*figure["layout"].get("shapes", []), {**CURSOR, "x0": at, "x1": at}]
    return {**figure, "layout": {**figure["layout"], "shapes": shapes}}


def _staircase(steps: Steps, end: int) -> dict[str, Any]:
    last = [(end, steps[-1][1])] if steps else []
    points = [*steps, *last]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Hypervolume",
        "x": [number for number, _ in points],
        "y": [value for _, value in points],
        "hovertemplate": "%{y:.4f} after %{x} evaluations<extra></extra>",
        "line": {"color": "@front", "width": 2, "shape": "hv"},
    }


def _mark(at: int) -> dict[str, Any]:
    line = {"color": "@muted", "width": 1}
    place = {"xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": _TICK}
    return {"type": "line", "line": line, "layer": "below", **place}


def _layout(run: str, provenance: str, **evaluations: Any) -> dict[str, Any]:
    return base_layout(
        run,
        xaxis=plot_axis("Evaluations", nticks=5, **evaluations),
        yaxis=plot_axis(axis_word(provenance), nticks=5, rangemode="nonnegative"),
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
