"""The part of a chart that is shown, kept in the address by the browser: a zoom or a camera."""

from typing import Any

from engine.analysis.charts.axes import Axis

ZOOM, CAMERA = "zoom", "camera"
"""Keywords of the address: what part of a plane is shown, and from where a space is looked at."""


def zoom_spec(x: Axis, y: Axis, log: tuple[bool, bool] = (False, False)) -> dict[str, Any]:
    """What the browser needs to know to keep the zoom of a plane in the address."""
    axes = [
        {
            "axis": f"{letter}axis",
            "name": axis.metric.name,
            "divide": axis.scale.divisor,
            "log": logarithmic,
        }
        for letter, axis, logarithmic in zip("xy", (x, y), log, strict=True)
    ]
    return {"keyword": ZOOM, "axes": axes}


def camera_spec() -> dict[str, Any]:
    """What the browser needs to know to keep the camera of a space in the address."""
    return {"keyword": CAMERA}
