"""Draws a `GrowthInfo`: bands first, then lines with the marker of the series at their ends."""

from typing import Any

from engine.analysis.comparison.growth import GrowthInfo, GrowthLine
from engine.analysis.figures.layout import Figure, base_layout, plot_axis
from engine.analysis.name_text import in_chart


def _band(line: GrowthLine) -> list[dict[str, Any]]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": list(line.evaluations),
        "hoverinfo": "skip",
        "line": {"width": 0, "shape": "hv"},
        "legendgroup": line.name,
    }
    filled = {"fill": "tonexty", "fillcolor": line.style.faded(0.2)}
    return [
        {**edge, "name": f"{in_chart(line.name)}, lower quartile", "y": list(line.low)},
        {**edge, **filled, "name": f"{in_chart(line.name)}, upper quartile", "y": list(line.high)},
    ]


def _median(line: GrowthLine) -> dict[str, Any]:
    last, name = len(line.evaluations) - 1, in_chart(line.name)
    cost = "computed" if line.is_level else "at evaluation %{x}"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": line.name,
        "x": list(line.evaluations),
        "y": list(line.median),
        "hovertemplate": f"{name}<br>%{{y:.4f}} {cost}<extra></extra>",
        "line": {"color": line.style.colour, "width": 2, "dash": line.style.dash, "shape": "hv"},
        "marker": {
            "symbol": line.style.symbol,
            "color": line.style.colour,
            "opacity": 1,
            "size": [10 if i == last else 0 for i in range(last + 1)],
            "line": {"width": 0},
        },
    }


def growth_figure(info: GrowthInfo) -> Figure:
    """Bands first, then lines with the marker of the series at their ends."""
    bands = [trace for line in info.lines if line.low for trace in _band(line)]
    layout = base_layout(
        info.revision,
        xaxis=plot_axis(
            "Evaluations" if info.has_evaluations else "",
            rangemode="tozero",
            showticklabels=info.has_evaluations,
        ),
        yaxis=plot_axis("Hypervolume", nticks=6),
        margin={"l": 52, "r": 16, "t": 10, "b": 44},
    )
    return {"data": [*bands, *map(_median, info.lines)], "layout": layout}
