"""Draws a `CorrelationInfo`: a cell for each pair of metrics."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.charts.correlation import CorrelationInfo
from engine.analysis.figures.layout import Figure, base_layout, data_table, plot_axis
from engine.analysis.name_text import in_chart

_LONGEST_LABEL = 26  # characters


def correlation_figure(info: CorrelationInfo) -> Figure:
    """Rank correlations from -1 to 1, written into the cells."""
    labels = [in_chart(metric.label, _LONGEST_LABEL) for metric in info.metrics]
    m = len(labels)
    ticks = {"tickvals": list(range(m)), "ticktext": labels, "showgrid": False}
    layout = base_layout(
        f"{info.run}:{':'.join(metric.name for metric in info.metrics)}",
        xaxis=plot_axis("", **ticks),
        yaxis=plot_axis("", **ticks, range=[m - 0.5, -0.5]),
        margin={"l": 8, "r": 12, "t": 10, "b": 8},
    )
    second, first = np.tril_indices(m, -1)
    table = data_table(
        {
            "metric": [info.metrics[i].label for i in first],
            "and": [info.metrics[i].label for i in second],
            "rank correlation": info.ranks[second, first],
            "linear correlation": info.linear[second, first],
            "sub-networks": info.count[second, first],
        }
    )
    return {"data": [_cells(info, labels)], "layout": layout, "table": table}


def _cells(info: CorrelationInfo, labels: Sequence[str]) -> dict[str, Any]:
    every, is_known = range(len(labels)), np.isfinite(info.ranks)
    texts = [[f"{info.ranks[i, j]:.2f}" if is_known[i, j] else "" for j in every] for i in every]
    hover = [
        [
            f"{labels[i]} and {labels[j]}<br>rank correlation {info.ranks[i, j]:.3f} (Spearman)"
            f"<br>linear correlation {info.linear[i, j]:.3f} (Pearson)<br>"
            f"{info.count[i, j]:,} sub-networks"
            for j in every
        ]
        for i in every
    ]
    return {
        "type": "heatmap",
        "name": "Rank correlation",
        "x": list(every),
        "y": list(every),
        "z": [[float(info.ranks[i, j]) if is_known[i, j] else None for j in every] for i in every],
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"size": 12, "color": "@text"},
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "hoverongaps": False,
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0.0, "@low"], [0.5, "@panel"], [1.0, "@high"]],
        "xgap": 2,
        "ygap": 2,
        "colorbar": {
            "title": {"text": "Rank correlation", "side": "right"},
            "thickness": 10,
            "outlinewidth": 0,
            "x": 1.01,
            "xpad": 4,
            "tickvals": [-1, -0.5, 0, 0.5, 1],
        },
    }
