"""What all figures share: axes, colours by meaning, and the limits of SVG drawing.

A figure names colours by what they mean, such as `@front`; a theme says which colour that is. One
figure thus serves light and dark.
"""

from collections.abc import Sequence
from typing import Any, Literal

from engine.analysis.name_text import in_chart

Figure = dict[str, Any]
"""A Plotly figure as plain data, `{'data': [...], 'layout': {...}}`, with arrays of NumPy.

Where there are `points` besides, traces with a `role` have none yet: `filling` says which take
which.
"""

WEBGL_FROM = 3000
"""Points from which a scatter is drawn with WebGL: SVG is sharper, but slow for many."""

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
