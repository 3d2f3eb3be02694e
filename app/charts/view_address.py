"""The zoom or the camera of a chart, which the browser keeps in the address of the page."""

from typing import Any

from engine.analysis.charts.axes import Axis

ZOOM, CAMERA = "zoom", "camera"
"""Keywords of the address: the axis ranges of a 2-D chart, and the camera of a 3-D chart."""


def zoom_spec(x: Axis, y: Axis, log: tuple[bool, bool] = (False, False)) -> dict[str, Any]:
    """The `place` of a 2-D figure: its keyword, and what each axis stands for."""
    axes = [
        {
            "axis": f"{letter}axis",
            "name": axis.metric.name,
            "divide": axis.scale.divisor,
            "log": is_log,
        }
        for letter, axis, is_log in zip("xy", (x, y), log, strict=True)
    ]
    return {"keyword": ZOOM, "axes": axes}


def camera_spec() -> dict[str, Any]:
    """The `place` of a 3-D figure: its keyword."""
    return {"keyword": CAMERA}
