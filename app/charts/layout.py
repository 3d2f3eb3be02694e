"""What all charts share: axes, the theme's colours by meaning, and the limits of SVG drawing.

A figure names colours by what they mean, such as `@front`; the browser knows the theme and puts
the colour in. One figure thus serves light and dark.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.formatting import Scale, scale_for
from app.names import in_chart
from engine.metrics import Metric
from engine.sources import details, of_each, words

Figure = dict[str, Any]
"""A Plotly figure as plain data: `{'data': [...], 'layout': {...}}`."""

WEBGL_FROM = 3000
"""Points from which a scatter is drawn with WebGL: SVG is sharper, but slow for many."""

_LONGEST_TITLE = 120  # characters
_LINE = 48  # characters of an axis title: some 300 pixels

ZOOM, CAMERA = "zoom", "camera"
"""Keywords of the address: what part of a plane is shown, and from where a space is looked at."""


@dataclass(frozen=True)
class Axis:
    """One metric as an axis: `value / scale.divisor` is what is drawn, in `scale.unit`."""

    metric: Metric
    scale: Scale

    @property
    def title(self) -> str:
        """Such as `MACs (M), less is better`.

        Numbers that were not measured are called so, and how they were calibrated; where that is
        more than an upright axis has room for, it goes on in further lines.
        """
        better = "less is better" if self.metric.direction == "min" else "more is better"
        parts = [self.short_title, better, *filter(None, [details(self.metric.source)])]
        return "\n".join(textwrap.wrap(", ".join(parts), _LINE, break_long_words=False))

    @property
    def short_title(self) -> str:
        """Such as `MACs (M)` or `Accuracy, predicted (%)`."""
        unit = self.scale.unit.replace("MACs", "").replace("params", "").strip()
        return f"{self.metric.label} ({unit})" if unit else self.metric.label

    @property
    def note(self) -> str:
        """How a number came about, as `, predicted`; empty for what was measured or is exact."""
        said = words(of_each(self.metric.source))
        return f", {said}" if said else ""


def axis_for(metric: Metric, values: Iterable[float]) -> Axis:
    """The axis of a metric whose values are `values`."""
    return Axis(metric, scale_for(metric, max((abs(value) for value in values), default=0.0)))


def plot_axis(title: str, **extra: Any) -> dict[str, Any]:
    """A Plotly axis in the theme's colours; `title` may have several lines."""
    text = "<br>".join(in_chart(line, _LONGEST_TITLE) for line in title.split("\n"))
    return {
        "title": {"text": text, "standoff": 8, "font": {"size": 13}},
        "gridcolor": "@grid",
        "zeroline": False,
        "linecolor": "@grid",
        "tickcolor": "@grid",
        "automargin": True,
        **extra,
    }


def zoom_kept(x: Axis, y: Axis, log: tuple[bool, bool] = (False, False)) -> dict[str, Any]:
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


def camera_kept() -> dict[str, Any]:
    """What the browser needs to know to keep the camera of a space in the address."""
    return {"keyword": CAMERA}


def evaluation_order(numbers: Sequence[int], budget: int, **extra: Any) -> dict[str, Any]:
    """The colours of evaluations by ascending number, up to the budget: reversed viridis."""
    return {
        "colorscale": "Viridis",
        "reversescale": True,
        "cmin": 1,
        "cmax": max(2, budget, *numbers[-1:]),
        **extra,
    }


def evaluation_bar() -> dict[str, Any]:
    """The colour bar of `evaluation_order`, right of the chart."""
    return {
        "title": {"text": "Evaluation count", "side": "right"},
        "thickness": 10,
        "outlinewidth": 0,
        "len": 0.9,
        "x": 1.01,
        "xpad": 4,
    }


def legend_above() -> dict[str, Any]:
    """A legend in lines above the chart."""
    return {
        "orientation": "h",
        "x": 0,
        "y": 1.01,
        "yanchor": "bottom",
        "bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 11, "color": "@text"},
        "itemsizing": "constant",
    }


def limit_line(value: float | None, axis: Literal["x", "y"]) -> list[dict[str, Any]]:
    """A dotted line across the chart where a constraint stands on an axis; none without one."""
    if value is None:
        return []
    across = "y" if axis == "x" else "x"
    at = {f"{axis}0": value, f"{axis}1": value}
    paper = {f"{across}ref": "paper", f"{across}0": 0, f"{across}1": 1}
    line = {"color": "@muted", "width": 1, "dash": "dot"}
    return [{"type": "line", "layer": "below", "line": line, **at, **paper}]


def base_layout(revision: str, **extra: Any) -> dict[str, Any]:
    """A Plotly layout that keeps zoom and pan while `revision` stays the same."""
    return {
        "uirevision": revision,
        "paper_bgcolor": "@background",
        "plot_bgcolor": "@background",
        "font": {"color": "@text", "family": "@font", "size": 12},
        "margin": {"l": 56, "r": 12, "t": 10, "b": 44},
        "hoverlabel": {
            "bgcolor": "@panel",
            "bordercolor": "@border",
            "font": {"color": "@text", "size": 13},
        },
        "hovermode": "closest",
        "dragmode": "zoom",
        "showlegend": False,
        **extra,
    }
