"""Marker sizes and opacities that follow how densely points lie, so that all charts are legible.

The chart is divided into cells of `CELL` pixels. The mean number of points in an occupied cell
tells how far apart neighbours are; a marker is hardly ever wider than that. The browser has its
own copy of this module, `app/charts/marker_density.js`, and takes the numbers from here.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.analysis.figures.layout import Figure

CELL = 20.0
"""The width of a cell in pixels."""

AREA = (720.0, 360.0)
"""The width and the height in pixels of the axes of a usual chart."""

SPACE = 0.25
"""The width and the height of points in space as a share of those of the axes of a plane.

They take about half of it, and Plotly draws markers there about twice as wide as their size.
"""

FILL = 0.8
"""The widest marker as a share of the distance between neighbours."""

LEAST = {
    "other": (0.6, 0.3),
    "infeasible": (0.4, 0.5),
    "dominated": (0.4, 0.6),
    "population": (0.5, 0.8),
    "measured": (0.4, 0.6),
    "front": (0.45, 1.0),
}
"""Where points lie most densely, by role: the size as a share of the usual one, and the opacity."""

Values = npt.NDArray[np.float64]


def neighbour_distance(positions: Values, on_a_line: bool, area: tuple[float, float]) -> float:
    """The usual distance in pixels between neighbouring points, at most `CELL`.

    `positions` is `(n, 2)`, in [0, 1] from one end of an axis to the other; `on_a_line` says that
    the points follow each other, as those of a front, instead of filling an area.

    >>> neighbour_distance(np.array([[0.1, 0.2], [0.9, 0.8]]), False, (720.0, 360.0))
    20.0
    >>> neighbour_distance(np.full((4, 2), 0.5), False, (720.0, 360.0))
    10.0
    """
    if not len(positions):
        return CELL
    cells = np.floor(positions * np.array(area) / CELL).astype(np.int64)
    crowding = len(cells) / len(np.unique(cells, axis=0))
    return float(CELL / (crowding if on_a_line else math.sqrt(crowding)))


def sized_marker(marker: dict[str, Any], role: str, distance: float) -> dict[str, Any]:
    """`marker`, made for a sparse chart, at a `distance` in pixels between neighbours.

    Outlines of filled markers fade with their size, since they would cover small ones.

    >>> sized_marker({"size": 12, "opacity": 1.0, "symbol": "triangle-up"}, "front", 10.0)["size"]
    8.0
    """
    least_share, least_opacity = LEAST[role]
    most = float(marker["size"])
    least = least_share * most
    size = min(most, max(least, math.floor(2 * FILL * distance + 0.5) / 2))
    share = (size - least) / (most - least)
    opacity = marker.get("opacity", 1.0)
    faintest = min(least_opacity, opacity)
    sized = {
        **marker,
        "size": size,
        "opacity": math.floor(100 * (faintest + (opacity - faintest) * share) + 0.5) / 100,
    }
    if "line" in marker and not marker.get("symbol", "").endswith("-open"):
        sized["line"] = {**marker["line"], "width": marker["line"]["width"] * share}
    return sized


def sized_for(marker: dict[str, Any], role: str, x: Any, y: Any) -> dict[str, Any]:
    """`marker` for the points at `x` and `y`, each `(n,)`, which reach from end to end of the axes.

    >>> sized_for({"size": 12, "opacity": 1.0, "symbol": "circle"}, "front", [1, 2], [3, 4])["size"]
    12.0
    """
    if len(x) == 0:
        return marker
    positions = np.column_stack([_from_0_to_1(x, False), _from_0_to_1(y, False)])
    return sized_marker(marker, role, neighbour_distance(positions, role == "front", AREA))


def positions_in_axes(figure: Figure) -> Values:
    """`(n, 2)` the points of a figure from 0 to 1, between the outermost ones.

    Points in space are placed as the camera of a usual chart sees them: the first two axes run
    sideways, the third one upwards, and all lie farther away than a plane.
    """
    points, layout = figure["points"], figure["layout"]
    axes = layout.get("scene", layout)
    scaled = {
        letter: _from_0_to_1(points[letter], axes.get(f"{letter}axis", {}).get("type") == "log")
        for letter in "xyz"
        if letter in points
    }
    if "z" in scaled:
        sideways = (scaled["x"] + scaled["y"]) / 2
        return SPACE * np.column_stack([sideways, scaled["z"]])
    return np.column_stack([scaled["x"], scaled["y"]])


def _from_0_to_1(values: Values, is_log: bool) -> Values:
    values = np.asarray(values, dtype=np.float64)
    if not len(values):
        return values
    if is_log:
        values = np.log10(values)
    low, span = values.min(), np.ptp(values)
    return (values - low) / span if span > 0 else np.full(len(values), 0.5)
