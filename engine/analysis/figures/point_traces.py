"""Points in the traces of their roles, as a browser puts them there: at any moment of a run.

`points` of a figure are `(k,)` arrays by name, ascending by `number`, with what their texts need:
`names` of cycles, labels of `limits` that can be missed. `joined` says that a line goes through the
front.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.run_points import RunPoints
from engine.analysis.figures.layout import Figure
from engine.pareto.lifetimes import STILL

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


def with_points(figure: Figure, points: RunPoints, divide: tuple[float, float]) -> Figure:
    """A figure of a run that grows with all its points, in the units of its axes."""
    on_front = np.isin(points.number, points.front)
    arrays = {
        "number": points.number,
        "cycle": points.cycle,
        "missed": points.missed,
        "extrapolated": points.extrapolated != 0,
        "x": points.x / divide[0],
        "y": points.y / divide[1],
        "feasible": points.missed == 0,
        "ends": np.where(on_front, STILL, 0),
    }
    return {**figure, "points": {**figure["points"], **arrays}}


def at_moment(figure: Figure, n: int | None = None, matching: Mask | None = None) -> Figure:
    """A figure with its points in its traces, as of the first `n` evaluations; None for all.

    `matching` says of each evaluation of the log whether it passes a filter.
    """
    points = figure["points"]
    roles = _roles(points, n, matching)
    data = [_filled(trace, points, roles, n) for trace in figure["data"]]
    return {**figure, "data": data}


def _roles(points: Mapping[str, Any], n: int | None, matching: Mask | None) -> dict[str, Rows]:
    """Which points belong into the traces of each role."""
    number, ends = points["number"], points["ends"]
    last = int(STILL) - 1 if n is None else n
    shown = number <= last
    on_front = shown & (ends > last)
    newest = _newest_cycle(points.get("cycles", ()), last)
    other = shown & ~matching[number - 1] if matching is not None else np.zeros_like(shown)
    infeasible = shown & ~other & ~points["feasible"]
    left = shown & ~other & ~infeasible
    population = left & ~on_front & (points["cycle"] == newest) & (newest > 0)
    line = np.flatnonzero(on_front) if points.get("joined") else np.zeros(0, dtype=np.int64)
    masks = {
        "measured": shown,
        "other": other,
        "infeasible": infeasible,
        "front": left & on_front,
        "population": population,
        "dominated": left & ~on_front & ~population,
    }
    rows = {role: np.flatnonzero(mask) for role, mask in masks.items()}
    return {**rows, "line": line[np.argsort(points["x"][line], kind="stable")]}


def _newest_cycle(cycles: Sequence[tuple[int, int]], last: int) -> int:
    """The cycle that had begun last at evaluation `last`; 0 before the first."""
    return next((cycle for number, cycle in reversed(cycles) if number <= last), 0)


def _filled(
    trace: dict[str, Any], points: Mapping[str, Any], roles: Mapping[str, Rows], n: int | None
) -> dict[str, Any]:
    role = trace.get("role")
    if role is None:
        return trace
    own = {name: value for name, value in trace.items() if name != "role"}
    if role == "selected":
        return {**own, **_ring(points, n)}
    rows = roles[role]
    axes = [axis for axis in "xyz" if axis in points]
    own |= {axis: points[axis][rows] for axis in axes}
    if role == "line":
        return own
    own |= {"customdata": points["number"][rows], "text": [_text(points, i) for i in rows]}
    if "coloraxis" in trace["marker"]:
        own["marker"] = {**trace["marker"], "color": points["number"][rows]}
    return own


def _text(points: Mapping[str, Any], i: int) -> str:
    """The lines on a point: its cycle, the limits that it misses, whether it is extrapolated."""
    cycle = int(points["cycle"][i])
    lines = [points["names"].get(str(cycle), f"cycle {cycle}")]
    missed = int(points["missed"][i]) if "missed" in points else 0
    limits = points.get("limits", ())
    lines += [f"infeasible: {limit}" for bit, limit in enumerate(limits) if missed >> bit & 1]
    return "<br>".join([*lines, *(["extrapolated"] if points["extrapolated"][i] else [])])


def _ring(points: Mapping[str, Any], n: int | None) -> dict[str, Any]:
    """Where the ring around the selected sub-network is, if one is selected and there yet."""
    selected, at = points.get("selected"), points.get("at")
    shown = selected is not None and at is not None and (n is None or selected <= n)
    axes = [axis for axis in "xyz" if axis in points]
    return {axis: [at[i]] if shown and at is not None else [] for i, axis in enumerate(axes)}
