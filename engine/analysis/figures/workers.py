"""Draws a `WorkersInfo`: busy workers as an area, and above it a line of those that are usable."""

from typing import Any

import numpy as np

from engine.analysis.charts.workers import WorkersInfo
from engine.analysis.figures.layout import Figure, base_layout, legend_above, plot_axis


def workers_figure(info: WorkersInfo) -> Figure:
    """A filled step line of busy workers, and a dashed one of usable workers."""
    use = info.utilisation
    x = use.edges / info.unit_seconds
    busy = _steps("Measuring", x, use.busy) | {
        "line": {"color": "@series0", "width": 1.5, "shape": "hv"},
        "fill": "tozeroy",
    }
    usable = _steps("Usable", x, use.usable) | {
        "line": {"color": "@muted", "width": 1.5, "dash": "dash", "shape": "hv"},
    }
    layout = base_layout(
        info.run,
        xaxis=plot_axis(f"Running time ({info.unit})", nticks=6, rangemode="tozero"),
        yaxis=plot_axis("Workers", nticks=5, rangemode="tozero"),
        margin={"l": 44, "r": 8, "t": 28, "b": 40},
        showlegend=True,
        legend=legend_above(),
    )
    return {"data": [busy, usable], "layout": layout}


def _steps(name: str, x: Any, levels: Any) -> dict[str, Any]:
    y = np.append(levels, levels[-1])  # so that the last period is as wide as the others
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "hovertemplate": f"{name}: %{{y:.1f}}<extra></extra>",
    }
