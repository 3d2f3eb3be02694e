"""Draws a `DistributionInfo`: a step line for each group of sub-networks."""

from typing import Any

import numpy as np

from engine.analysis.charts.distribution import DistributionCurve, DistributionInfo
from engine.analysis.figures.layout import (
    Figure,
    base_layout,
    data_table,
    legend_above,
    limit_marks,
    plot_axis,
)
from engine.analysis.name_text import in_chart

_LINES = {
    "All": {"color": "@text", "width": 2.5},
    "First half": {"color": "@series0", "width": 2, "dash": "dot"},
    "Second half": {"color": "@series1", "width": 2, "dash": "dash"},
    "On the front": {"color": "@front", "width": 2, "dash": "longdashdot"},
}


def distribution_figure(info: DistributionInfo) -> Figure:
    """The share of sub-networks up to each value, in percent."""
    layout = base_layout(
        f"{info.run}:{info.axis.metric.name}",
        xaxis=plot_axis(info.axis.title),
        yaxis=plot_axis("Share of sub-networks", ticksuffix=" %", range=[0, 101]),
        **limit_marks(info.limits, ()),
        showlegend=True,
        legend=legend_above(),
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )
    table = data_table(
        {
            "sub-networks": [c.name for c in info.curves for _ in c.value],
            info.axis.short_title: [value for c in info.curves for value in c.value.tolist()],
            "share (%)": [100 * share for c in info.curves for share in c.share.tolist()],
        }
    )
    traces = [_trace(info, curve) for curve in info.curves]
    return {"data": traces, "layout": layout, "table": table}


def _trace(info: DistributionInfo, curve: DistributionCurve) -> dict[str, Any]:
    scale = info.axis.scale
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{curve.name} ({curve.count:,})",
        "x": np.concatenate([curve.value[:1], curve.value]),
        "y": 100 * np.concatenate([[0.0], curve.share]),
        "line": {**_LINES[curve.name], "shape": "hv"},
        "hovertemplate": f"{curve.name}: %{{y:.1f}} % have at most %{{x:.{scale.decimals}f}} "
        f"{in_chart(scale.unit)}<extra></extra>",
    }
