"""Draws a `FrontsInfo`: a line and points for each series."""

from typing import Any

from engine.analysis.comparison.fronts import FrontsInfo, Position, SeriesFront
from engine.analysis.figures.layout import Figure, base_layout, legend_above, plot_axis, ring
from engine.analysis.figures.marker_density import sized_for
from engine.analysis.name_text import in_chart


def _traces(front: SeriesFront, better_left: bool) -> list[dict[str, Any]]:
    colour, several = front.style.colour, front.has_several_runs
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": in_chart(front.name),
        "legendgroup": front.name,
        "showlegend": False,
        "x": [x for x, _ in front.line],
        "y": [y for _, y in front.line],
        "hoverinfo": "skip",
        "line": {
            "color": colour,
            "width": 2,
            "dash": front.style.dash,
            "shape": "hv" if better_left else "vh",
        },
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": in_chart(front.name),
        "legendgroup": front.name,
        "x": [x for x, _ in front.points],
        "y": [y for _, y in front.points],
        "customdata": list(front.numbers),
        "meta": {"runs": list(front.runs) if several else list(front.runs[:1])},
        "text": list(front.hover),
        "hovertemplate": "%{text}<extra></extra>",
    }
    marker = {
        "symbol": front.style.symbol,
        "color": colour,
        "size": 7 if several else 9,
        "opacity": 0.7 if several else 1.0,
        "line": {"color": "@background", "width": 0.8},
    }
    role = "measured" if several else "front"
    points["marker"] = sized_for(marker, role, points["x"], points["y"])
    return [line, points]


def _caution(info: FrontsInfo) -> dict[str, Any]:
    """A warning inside the chart, for exported pictures."""
    return {
        "text": "Not all measured alike: do not hold these fronts against each other",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0.99,
        "xanchor": "right",
        "y": 0.01,
        "yanchor": "bottom",
        "bgcolor": "@panel",
        "bordercolor": "@border",
        "borderpad": 4,
        "font": {"size": 12, "color": "@text"},
    }


def fronts_figure(info: FrontsInfo, selected_position: Position | None = None) -> Figure:
    """A line and points for each series, which the legend names; a ring at `selected_position`."""
    better_left = info.x.metric.direction == "min"
    layout = base_layout(
        info.revision,
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        showlegend=True,
        legend={**legend_above(), "font": {"size": 12, "color": "@text"}},
        annotations=[_caution(info)] if info.warnings else [],
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )
    traces = [trace for front in info.fronts for trace in _traces(front, better_left)]
    positions = [selected_position] if selected_position else []
    ring_trace = ring([x for x, _ in positions], [y for _, y in positions])
    del ring_trace["role"]  # no feed positions it
    traces.append({**ring_trace, "showlegend": False})
    return {"data": traces, "layout": layout}
