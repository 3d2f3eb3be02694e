"""What a chart of a growing run draws, sent once: after the first time only what is new.

A figure with a `feed` holds no points. The browser asks the feed for those it does not have yet.
"""

from typing import Any
from urllib.parse import urlencode

import numpy as np

from app.charts.packing import packed
from engine.analysis.charts.hypervolume_steps import steps_of
from engine.analysis.charts.run_points import MAX_POINTS, run_points
from engine.analysis.figures.layout import Figure
from engine.runs.history import RunHistory

ADDRESS = "/feed/points"

_MOST = MAX_POINTS * 3 // 2


def feed_spec(
    run: str, x: str, y: str, upto: int, divide: tuple[float, float] = (1.0, 1.0)
) -> dict[str, Any]:
    """What the browser needs to know: where to ask, how far at least, and the axes' units."""
    query = urlencode({"run": run, "x": x, "y": y})
    address = f"{ADDRESS.lstrip('/')}?{query}"
    return {"run": run, "address": address, "upto": upto, "divide": list(divide)}


def fed_staircase(figure: Figure, feed: dict[str, Any]) -> Figure:
    """The figure of a hypervolume, whose only trace the browser fills from a feed."""
    (staircase,) = figure["data"]
    return {**figure, "data": [{**staircase, "x": [], "y": []}], "feed": feed, "steps": True}


def points_after(
    history: RunHistory, x: str, y: str, after: int, risen: int, limit: int = MAX_POINTS
) -> dict[str, Any]:
    """The points of `run_points`, packed, and the `steps` of the hypervolume above `risen`.

    A browser that holds more points than `most` should ask from the start again.
    """
    points = run_points(history, x, y, after, limit)
    steps = [
        step for step in steps_of(history.hypervolume[: points.evaluation_count]) if step[0] > risen
    ]
    return {
        "upto": points.evaluation_count,
        "measured": points.measured,
        "number": packed(points.number),
        "x": packed(points.x),
        "y": packed(points.y),
        "cycle": packed(points.cycle),
        "missed": packed(points.missed),
        "extrapolated": packed(points.extrapolated != 0),
        "front": packed(points.front),
        "steps": packed(np.array([number for number, _ in steps], dtype=np.int64)),
        "heights": packed(np.array([height for _, height in steps], dtype=np.float64)),
        "most": _MOST + len(points.front),
    }
