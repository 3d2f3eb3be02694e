"""Fills the traces of a figure with points by role, at any moment of a run.

`points` of a figure are `(k,)` arrays by name, ascending by `number`, with the data of their texts:
`names` of cycles, labels of `limits`. `joined` says that a line goes through the front.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.run_points import RunPoints
from engine.analysis.figures.hover_texts import hover_lines
from engine.analysis.figures.layout import Figure
from engine.analysis.figures.marker_density import (
    AREA,
    neighbour_distance,
    positions_in_axes,
    sized_marker,
)
from engine.pareto.lifetimes import STILL_ON_FRONT

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


def add_points(figure: Figure, points: RunPoints, divide: tuple[float, float]) -> Figure:
    """A figure of a growing run with all its points, in the units of its axes."""
    on_front = np.isin(points.number, points.front)
    arrays = {
        "number": points.number,
        "cycle": points.cycle,
        "missed": points.missed,
        "extrapolated": points.extrapolated != 0,
        "x": points.x / divide[0],
        "y": points.y / divide[1],
        "feasible": points.missed == 0,
        "ends": np.where(on_front, STILL_ON_FRONT, 0),
    }
    return {**figure, "points": {**figure["points"], **arrays}}


def with_filled_traces(
    figure: Figure, n: int | None = None, matching: Mask | None = None
) -> Figure:
    """A figure with points in its traces, as of the first `n` evaluations; None for all.

    `matching` says for each evaluation of the log whether it passes a filter.
    """
    points = figure["points"]
    roles = _roles(points, n, matching)
    positions = positions_in_axes(figure)
    data = [_fill_trace(trace, points, roles, positions, n) for trace in figure["data"]]
    return {**figure, "data": data}


def _roles(points: Mapping[str, Any], n: int | None, matching: Mask | None) -> dict[str, Rows]:
    """The rows of the points of each role."""
    number, ends = points["number"], points["ends"]
    last = int(STILL_ON_FRONT) - 1 if n is None else n
    is_arrived = number <= last
    on_front = is_arrived & (ends > last)
    newest = _newest_cycle(points.get("cycles", ()), last)
    is_filtered_out = (
        is_arrived & ~matching[number - 1] if matching is not None else np.zeros_like(is_arrived)
    )
    infeasible = is_arrived & ~is_filtered_out & ~points["feasible"]
    is_shown = is_arrived & ~is_filtered_out & ~infeasible
    population = is_shown & ~on_front & (points["cycle"] == newest) & (newest > 0)
    line = np.flatnonzero(on_front) if points.get("joined") else np.zeros(0, dtype=np.int64)
    masks = {
        "measured": is_arrived,
        "other": is_filtered_out,
        "infeasible": infeasible,
        "front": is_shown & on_front,
        "population": population,
        "dominated": is_shown & ~on_front & ~population,
    }
    rows = {role: np.flatnonzero(mask) for role, mask in masks.items()}
    return {**rows, "line": line[np.argsort(points["x"][line], kind="stable")]}


def _newest_cycle(cycles: Sequence[tuple[int, int]], last: int) -> int:
    """The newest cycle at evaluation `last`; 0 before the first."""
    return next((cycle for number, cycle in reversed(cycles) if number <= last), 0)


def _fill_trace(
    trace: dict[str, Any],
    points: Mapping[str, Any],
    roles: Mapping[str, Rows],
    positions: npt.NDArray[np.float64],
    n: int | None,
) -> dict[str, Any]:
    role = trace.get("role")
    if role is None:
        return trace
    filled_trace = {name: value for name, value in trace.items() if name != "role"}
    if role == "selected":
        return {**filled_trace, **_ring(points, n)}
    rows = roles[role]
    axes = [axis for axis in "xyz" if axis in points]
    if trace.get("meta", {}).get("legend"):  # Plotly leaves empty traces out of the legend
        return filled_trace | {axis: [None] * min(1, len(rows)) for axis in axes}
    filled_trace |= {axis: points[axis][rows] for axis in axes}
    if role == "line":
        return filled_trace
    filled_trace |= {"customdata": points["number"][rows], "text": [_text(points, i) for i in rows]}
    is_on_line = role == "front" and bool(points.get("joined"))
    distance = neighbour_distance(positions[rows], is_on_line, AREA)
    marker = sized_marker(trace["marker"], role, distance)
    if "coloraxis" in marker:
        marker["color"] = points["number"][rows]
    filled_trace["marker"] = marker
    return filled_trace


def _text(points: Mapping[str, Any], i: int) -> str:
    """The hover text of a point: its cycle, violated limits, whether it is extrapolated."""
    cycle = int(points["cycle"][i])
    lines = [points["names"].get(str(cycle), f"cycle {cycle}")]
    missed = int(points["missed"][i]) if "missed" in points else 0
    limits = points.get("limits", ())
    lines += [f"infeasible: {limit}" for bit, limit in enumerate(limits) if missed >> bit & 1]
    lines += ["extrapolated"] if points["extrapolated"][i] else []
    return "<br>".join([*lines, *hover_lines(points, i)])


def _ring(points: Mapping[str, Any], n: int | None) -> dict[str, Any]:
    """The position of the ring around the selected sub-network, if it is there already."""
    selected, position = points.get("selected"), points.get("at")
    is_shown = selected is not None and position is not None and (n is None or selected <= n)
    axes = [axis for axis in "xyz" if axis in points]
    return {
        axis: [position[i]] if is_shown and position is not None else []
        for i, axis in enumerate(axes)
    }
