"""Parts that all figures share: axes, colours by meaning, and the limit of SVG drawing.

A figure names colours by their meaning, such as `@front`; a theme defines them. One figure thus
serves light and dark pages.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from engine.analysis.charts.axes import Limit
from engine.analysis.name_text import in_chart

Figure = dict[str, Any]
"""A Plotly figure as plain data, `{'data': [...], 'layout': {...}}`, with arrays of NumPy.

If it has `points`, its traces with a `role` are empty: `point_traces` fills them.
"""

WEBGL_FROM = 3000
"""Number of points above which WebGL draws a scatter: SVG is sharper, but slow."""

_LONGEST_TITLE, _LONGEST_LEVEL = 120, 24  # characters


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


def data_table(columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]]) -> dict[str, Any]:
    """The `table` of a figure: what its points do not say by themselves, by title of the column."""
    return {"header": list(columns), "columns": list(columns.values())}


def gene_axis(label: str, texts: Sequence[str], **extra: Any) -> dict[str, Any]:
    """The axis of a gene, whose levels are drawn at 0, 1, 2...; `texts` are their names."""
    ticks = [in_chart(text, _LONGEST_LEVEL) for text in texts]
    return plot_axis(
        label,
        tickvals=list(range(len(ticks))),
        ticktext=ticks,
        range=[-0.5, len(ticks) - 0.5],
        **extra,
    )


def evaluation_order(numbers: Sequence[int], budget: int, **extra: Any) -> dict[str, Any]:
    """The colours of evaluations by ascending number, up to the budget: a part of viridis.

    The newest have the strongest contrast to the page.
    """
    return {
        "colorscale": [[i / 4, f"@order{i}"] for i in range(5)],
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


def limit_marks(
    x_limits: Sequence[Limit],
    y_limits: Sequence[Limit],
    log: tuple[bool, bool] = (False, False),
) -> dict[str, Any]:
    """The `shapes` and `annotations` of limits: a dotted line with a label for each.

    The labels are at the lower end of upright lines and at the right end of level ones. `log` says
    which of the axes are logarithmic.
    """
    limits = [("x", limit, log[0]) for limit in x_limits]
    limits += [("y", limit, log[1]) for limit in y_limits]
    drawable = [mark for mark in limits if mark[1].position > 0 or not mark[2]]
    return {
        "shapes": [_limit_line(limit, axis) for axis, limit, _ in drawable],
        "annotations": [_limit_label(limit, axis, is_log) for axis, limit, is_log in drawable],
    }


def _limit_line(limit: Limit, axis: str) -> dict[str, Any]:
    other_axis = "y" if axis == "x" else "x"
    position = {f"{axis}0": limit.position, f"{axis}1": limit.position}
    extent = {f"{other_axis}ref": "paper", f"{other_axis}0": 0, f"{other_axis}1": 1}
    line = {"color": "@muted", "width": 1.5, "dash": "dot"}
    return {"type": "line", "layer": "below", "line": line, **position, **extent}


def _limit_label(limit: Limit, axis: str, is_log: bool) -> dict[str, Any]:
    # On a logarithmic axis, Plotly places lines by numbers and annotations by exponents.
    position = math.log10(limit.position) if is_log else limit.position
    end = (
        {"x": position, "yref": "paper", "y": 0, "xanchor": "right"}
        if axis == "x"
        else {"y": position, "xref": "paper", "x": 1, "xanchor": "right"}
    )
    return {
        **end,
        "yanchor": "bottom",
        "text": in_chart(limit.label),
        "showarrow": False,
        "bgcolor": "@background",
        "opacity": 0.85,
        "borderpad": 1,
        "font": {"size": 11, "color": "@text"},
    }


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
