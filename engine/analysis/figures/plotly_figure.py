"""Figures as Plotly's own objects. Plotly is imported at the first call."""

from typing import TYPE_CHECKING, Any

from engine.analysis.figures.layout import Figure
from engine.analysis.figures.markup import escape_markup
from engine.analysis.figures.published import published_style
from engine.analysis.figures.theme import Style, apply_theme, page_theme
from engine.analysis.name_text import in_chart
from engine.errors import FigureError

if TYPE_CHECKING:
    import plotly.graph_objects as go

TITLE = 34
"""Height of the title above a figure, in pixels."""

_LEGEND = 28  # pixels of a legend in one line


def plotly_figure(figure: Figure, style: Style = "light", title: str = "") -> "go.Figure":
    """A figure whose points are in its traces, in a style, with the title of its page.

    Raises FigureError if Plotly is not installed.
    """
    try:
        import plotly.graph_objects as go
    except ImportError as error:
        raise FigureError(
            "Figures are drawn with Plotly, which is not installed here. Install it with "
            "`pip install plotly`."
        ) from error
    layout = {
        "template": "none",
        **_with_title(figure["layout"], title),
    }  # as in the browser
    plain = escape_markup({"data": figure["data"], "layout": layout})
    if style == "published":
        return go.Figure(_in_published_style(plain, has_one_shape="points" in figure))
    if style in ("light", "dark"):
        return go.Figure(apply_theme(plain, page_theme(style)))
    raise FigureError(
        f"There is no style '{style}' of figures. Take 'light', 'dark' or 'published'."
    )


def _with_title(layout: dict[str, Any], title: str) -> dict[str, Any]:
    if not title:
        return layout
    position = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yanchor": "top"}
    title_layout = {
        "text": in_chart(title),
        "font": {"size": 16},
        "pad": {"t": 10, "l": 4},
        **position,
    }
    margin = {**layout["margin"], "t": layout["margin"]["t"] + TITLE}
    if layout["showlegend"]:  # between the title and the chart
        margin["t"] = max(margin["t"], _LEGEND + TITLE)
        layout = {**layout, "legend": {**layout["legend"], "y": 1.01, "yanchor": "bottom"}}
    return {**layout, "title": title_layout, "margin": margin}


def _in_published_style(figure: Figure, has_one_shape: bool) -> Figure:
    """The figure in the style of published notebooks; no legend if all points `has_one_shape`."""
    style = published_style()
    published_figure = apply_theme(figure, style["theme"])
    data = [
        {**trace, "marker": {**trace["marker"], **style["marker"]}}
        if "coloraxis" in trace.get("marker", {})
        else trace
        for trace in published_figure["data"]
        if trace.get("name") != "Selected"
    ]
    axes = {
        name: {**axis, **style["axis"], "title": {**axis["title"], "font": {"size": 15}}}
        for name, axis in published_figure["layout"].items()
        if name in ("xaxis", "yaxis")
    }
    layout = {**published_figure["layout"], **axes, **style["layout"]}
    if "title" in layout:
        layout["title"] = {**layout["title"], "x": 0.5, "xanchor": "center"}
    if has_one_shape:
        layout["showlegend"] = False
    return {"data": data, "layout": layout}
