"""Figures as Plotly's own objects. Plotly is imported when the first one is asked for."""

from typing import TYPE_CHECKING, Any

from engine.analysis.figures.layout import Figure
from engine.analysis.figures.markup import without_marks
from engine.analysis.figures.published import published_style
from engine.analysis.figures.theme import Style, page_theme, painted
from engine.analysis.name_text import in_chart
from engine.errors import FigureError

if TYPE_CHECKING:
    import plotly.graph_objects as go

TITLE = 34
"""Pixels above a figure for its title."""

_LEGEND = 28  # pixels of one in a line


def plotly_figure(figure: Figure, style: Style = "light", title: str = "") -> "go.Figure":
    """A figure whose points are in its traces, in a style, under what a page has for its title.

    Raises FigureError if Plotly is not installed.
    """
    try:
        import plotly.graph_objects as go
    except ImportError as error:
        raise FigureError(
            "Figures are drawn with Plotly, which is not installed here. Install it with "
            "`pip install plotly`."
        ) from error
    layout = {"template": "none", **_titled(figure["layout"], title)}  # a browser knows none either
    plain = without_marks({"data": figure["data"], "layout": layout})
    if style == "published":
        return go.Figure(_published(plain, one_shape="points" in figure))
    if style in ("light", "dark"):
        return go.Figure(painted(plain, page_theme(style)))
    raise FigureError(
        f"There is no style '{style}' of figures. Take 'light', 'dark' or 'published'."
    )


def _titled(layout: dict[str, Any], title: str) -> dict[str, Any]:
    if not title:
        return layout
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yanchor": "top"}
    heading = {"text": in_chart(title), "font": {"size": 16}, "pad": {"t": 10, "l": 4}, **place}
    margin = {**layout["margin"], "t": layout["margin"]["t"] + TITLE}
    if layout["showlegend"]:  # between the title and the chart
        margin["t"] = max(margin["t"], _LEGEND + TITLE)
        layout = {**layout, "legend": {**layout["legend"], "y": 1.01, "yanchor": "bottom"}}
    return {**layout, "title": heading, "margin": margin}


def _published(figure: Figure, one_shape: bool) -> Figure:
    """As published notebooks print it; without a legend where all points have `one_shape`."""
    style = published_style()
    paper = painted(figure, style["theme"])
    data = [
        {**trace, "marker": {**trace["marker"], **style["marker"]}}
        if "coloraxis" in trace.get("marker", {})
        else trace
        for trace in paper["data"]
        if trace.get("name") != "Selected"
    ]
    axes = {
        name: {**own, **style["axis"], "title": {**own["title"], "font": {"size": 15}}}
        for name, own in paper["layout"].items()
        if name in ("xaxis", "yaxis")
    }
    layout = {**paper["layout"], **axes, **style["layout"]}
    if "title" in layout:
        layout["title"] = {**layout["title"], "x": 0.5, "xanchor": "center"}
    if one_shape:
        layout["showlegend"] = False
    return {"data": data, "layout": layout}
