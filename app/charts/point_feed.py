"""The points of a growing run, sent incrementally: each request returns only the new ones.

A figure with a `feed` holds no points. The browser requests those that it does not have yet.
"""

from typing import Any
from urllib.parse import urlencode

import numpy as np

from engine.analysis.charts.hypervolume_steps import steps_of
from engine.analysis.charts.run_points import MAX_POINTS, run_points
from engine.analysis.figures.layout import Figure
from engine.analysis.figures.packing import pack_array
from engine.runs.history import RunHistory

ADDRESS = "/feed/points"

_MAX_POINTS_IN_BROWSER = MAX_POINTS * 3 // 2


def feed_spec(
    run: str, x: str, y: str, evaluation_count: int, divide: tuple[float, float] = (1.0, 1.0)
) -> dict[str, Any]:
    """The `feed` of a figure: the address of the points, their least number, the axes' divisors."""
    query = urlencode({"run": run, "x": x, "y": y})
    address = f"{ADDRESS.lstrip('/')}?{query}"
    return {"run": run, "address": address, "evaluations": evaluation_count, "divide": list(divide)}


def staircase_with_feed(figure: Figure, feed: dict[str, Any]) -> Figure:
    """The figure of a hypervolume with its only trace emptied; the browser fills it from `feed`."""
    (staircase,) = figure["data"]
    return {**figure, "data": [{**staircase, "x": [], "y": []}], "feed": feed, "steps": True}


def new_points(
    history: RunHistory, x: str, y: str, after: int, last_step: int, limit: int = MAX_POINTS
) -> dict[str, Any]:
    """The points after evaluation `after`, packed, and the hypervolume's steps after `last_step`.

    A browser that holds more than `most` points should request all of them again.
    """
    points = run_points(history, x, y, after, limit)
    steps = [
        step
        for step in steps_of(history.hypervolume[: points.evaluation_count])
        if step[0] > last_step
    ]
    return {
        "evaluations": points.evaluation_count,
        "measured": points.measured,
        "number": pack_array(points.number),
        "x": pack_array(points.x),
        "y": pack_array(points.y),
        "cycle": pack_array(points.cycle),
        "missed": pack_array(points.missed),
        "extrapolated": pack_array(points.extrapolated != 0),
        "front": pack_array(points.front),
        "steps": pack_array(np.array([number for number, _ in steps], dtype=np.int64)),
        "heights": pack_array(np.array([height for _, height in steps], dtype=np.float64)),
        "most": _MAX_POINTS_IN_BROWSER + len(points.front),
    }
