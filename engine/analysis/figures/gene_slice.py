"""Draws a `SliceInfo`: a strip of points for each choice, with its quartiles."""

from typing import Any

import numpy as np

from engine.analysis.charts.gene_slice import SliceInfo
from engine.analysis.figures.layout import (
    WEBGL_FROM,
    Figure,
    base_layout,
    data_table,
    evaluation_bar,
    evaluation_order,
    gene_axis,
    legend_above,
    limit_marks,
    plot_axis,
)
from engine.analysis.name_text import in_chart

_HALF_WIDTH = 0.36  # of the bar of a choice


def slice_figure(info: SliceInfo) -> Figure:
    """Points by evaluation order; a bar from quartile to quartile, and a line at the median."""
    marks = limit_marks((), info.limits)
    layout = base_layout(
        f"{info.run}:{info.gene.name}:{info.axis.metric.name}",
        xaxis=gene_axis(info.gene.label, info.gene.texts),
        yaxis=plot_axis(info.axis.title),
        shapes=[*_boxes(info), *marks["shapes"]],
        annotations=marks["annotations"],
        coloraxis=evaluation_order(
            info.number[-1:].tolist(), info.budget, colorbar=evaluation_bar(info.counted)
        ),
        showlegend=True,
        legend=legend_above(),
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )
    points = [_points(info, False), _points(info, True)]
    return {
        "data": [*points, _medians(info), *map(_legend_entry, points)],
        "layout": layout,
        "table": data_table(
            {
                "number": info.number,
                info.gene.label: [info.gene.texts[round(x)] for x in info.x.tolist()],
                info.axis.short_title: info.y,
                "on the front": ["yes" if on else "" for on in info.on_front.tolist()],
            }
        ),
    }


def _points(info: SliceInfo, on_front: bool) -> dict[str, Any]:
    rows = info.on_front if on_front else ~info.on_front
    scale, label = info.axis.scale, in_chart(info.axis.metric.label)
    numbers, name = info.number[rows], "On the front" if on_front else "Dominated"
    return {
        "type": "scattergl" if len(info.number) >= WEBGL_FROM else "scatter",
        "mode": "markers",
        "name": name,
        "legendgroup": name,
        "showlegend": False,
        "x": info.x[rows],
        "y": info.y[rows],
        "customdata": numbers,
        "hovertemplate": f"#%{{customdata}}<br>{label} %{{y:.{scale.decimals}f}} "
        f"{in_chart(scale.unit)}<extra></extra>",
        "marker": {
            "symbol": "triangle-up" if on_front else "circle",
            "size": 10 if on_front else 5,
            "opacity": 1.0 if on_front else 0.8,
            "color": numbers,
            "coloraxis": "coloraxis",
            "line": {"color": "@outline", "width": 0.8 if on_front else 0.3},
        },
    }


def _legend_entry(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace in one colour for the legend, which would show a varying colour as black."""
    marker = {name: value for name, value in trace["marker"].items() if name != "coloraxis"}
    return {
        **{name: trace[name] for name in ("type", "name", "mode", "legendgroup")},
        "x": [None] * min(1, len(trace["x"])),
        "y": [None] * min(1, len(trace["x"])),
        "meta": {"legend": True},
        "marker": {**marker, "color": "@order2"},
        "hoverinfo": "skip",
    }


def _boxes(info: SliceInfo) -> list[dict[str, Any]]:
    """The middle half of each choice, behind the points, and its median before them."""
    shapes = []
    for level, (low, median, high) in enumerate(info.quartiles.T.tolist()):
        if not info.counts[level]:
            continue
        ends = {"x0": level - _HALF_WIDTH, "x1": level + _HALF_WIDTH}
        box = {"fillcolor": "@border", "opacity": 0.6, "line": {"width": 0}, "layer": "below"}
        line = {"line": {"color": "@front", "width": 3}, "layer": "above"}
        shapes += [
            {"type": "rect", "y0": low, "y1": high, **ends, **box},
            {"type": "line", "y0": median, "y1": median, **ends, **line},
        ]
    return shapes


def _medians(info: SliceInfo) -> dict[str, Any]:
    """What a pointer on a median shows; the line itself is a shape."""
    filled = np.flatnonzero(info.counts)
    low, median, high = (row[filled] for row in info.quartiles)
    decimals, unit = info.axis.scale.decimals, in_chart(info.axis.scale.unit)
    texts = [
        f"{in_chart(info.gene.label)} {in_chart(info.gene.texts[level])}: median "
        f"{m:.{decimals}f} {unit}<br>middle half {a:.{decimals}f} to {b:.{decimals}f}, "
        f"{info.counts[level]:,} in all"
        for level, m, a, b in zip(filled, median, low, high, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Median",
        "x": filled.astype(np.float64),
        "y": median,
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "line-ew", "size": 9, "line": {"color": "@front", "width": 3}},
    }
