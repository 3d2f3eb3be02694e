"""Parts that all figures share: axes, colours by meaning, and the limit of SVG drawing.

A figure names colours by their meaning, such as `@front`; a theme defines them. One figure thus
serves light and dark pages.
"""

from collections.abc import Sequence
from typing import Any, Literal

from engine.analysis.name_text import in_chart

Figure = dict[str, Any]
"""A Plotly figure as plain data, `{'data': [...], 'layout': {...}}`, with arrays of NumPy.

If it has `points`, its traces with a `role` are empty: `point_traces` fills them.
"""

WEBGL_FROM = 3000
"""Number of points above which WebGL draws a scatter: SVG is sharper, but slow."""

_LONGEST_TITLE = 120  # characters


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


def evaluation_order(numbers: Sequence[int], budget: int, **extra: Any) -> dict[str, Any]:
    """The colours of evaluations by ascending number, up to the budget: reversed viridis."""
    return {
        "colorscale": "Viridis",
        "reversescale": True,
        "cmin": 1,
        "cmax": max(2, budget, *numbers[-1:]),
        **extra,
    }


def evaluation_bar(counted: str = "evaluations") -> dict[str, Any]:
    """The colour bar of `evaluation_order`, right of the chart; `counted` is what it counts."""
    title = "Evaluation count" if counted == "evaluations" else counted.capitalize()
    return {
        "title": {"text": title, "side": "right"},
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
    """A dotted line at a constraint's value on an axis; none without a value."""
    if value is None:
        return []
    other_axis = "y" if axis == "x" else "x"
    position = {f"{axis}0": value, f"{axis}1": value}
    extent = {f"{other_axis}ref": "paper", f"{other_axis}0": 0, f"{other_axis}1": 1}
    line = {"color": "@muted", "width": 1, "dash": "dot"}
    return [{"type": "line", "layer": "below", "line": line, **position, **extent}]


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


def ring(xs: list[float], ys: list[float], size: int = 22) -> dict[str, Any]:
    """A ring around the selected sub-network, if there is one."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Selected",
        "role": "selected",
        "x": xs,
        "y": ys,
        "hoverinfo": "skip",
        "marker": {
            "symbol": "circle-open",
            "size": size,
            "color": "@selected",
            "line": {"color": "@selected", "width": 2.5},
        },
    }
