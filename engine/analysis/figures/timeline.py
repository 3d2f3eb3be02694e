"""Draws a `TimelineInfo`: a row for each worker, a bar for each evaluation."""

from typing import Any

import numpy as np

from engine.analysis.charts.timeline import STATES, TimelineInfo
from engine.analysis.figures.layout import (
    WEBGL_FROM,
    Figure,
    base_layout,
    data_table,
    legend_above,
    plot_axis,
)
from engine.analysis.name_text import in_chart

_COLOURS = {
    "measured": "@series0",
    "failed": "@failed",
    "reused": "@series2",
    "known before": "@muted",
}
_SYMBOLS = {"measured": "circle", "failed": "x", "reused": "diamond", "known before": "square"}
_LONGEST_NAME = 28  # characters of a worker's name
_BAR = 12  # pixels


def timeline_figure(info: TimelineInfo) -> Figure:
    """Bars from begin to end by worker; a mark whose shape is the state, unless it was measured."""
    rows = [in_chart(name, _LONGEST_NAME) for name in info.workers]
    layout = base_layout(
        f"{info.run}:{info.unit}",
        xaxis=plot_axis(info.axis_title, rangemode="tozero"),
        yaxis=plot_axis(
            "",
            tickvals=list(range(len(rows))),
            ticktext=rows,
            range=[len(rows) - 0.5, -0.5],
            showgrid=False,
        ),
        showlegend=True,
        legend=legend_above(),
        margin={"l": 8, "r": 12, "t": 28, "b": 44},
    )
    traces = [_trace(info, state) for state in range(len(STATES)) if (info.state == state).any()]
    table = data_table(
        {
            "number": info.number,
            "worker": [info.workers[row] for row in info.row],
            "state": [STATES[state] for state in info.state],
            f"began ({info.unit})": info.began,
            f"ended ({info.unit})": info.ended,
            "seconds": info.seconds[info.number - 1],
        }
    )
    return {"data": traces, "layout": layout, "table": table}


def _trace(info: TimelineInfo, state: int) -> dict[str, Any]:
    chosen = info.state == state
    name, numbers, row = STATES[state], info.number[chosen], info.row[chosen].astype(np.float64)
    began, ended = info.began[chosen], info.ended[chosen]
    seconds = info.seconds[numbers - 1]
    gaps = np.full(len(numbers), np.nan)
    return {
        "type": "scattergl" if len(info.number) >= WEBGL_FROM else "scatter",
        "mode": "lines" if name == "measured" else "lines+markers",
        "name": f"{name.capitalize()} ({len(numbers):,})",
        "x": np.column_stack([began, ended, gaps]).ravel(),
        "y": np.column_stack([row, row, gaps]).ravel(),
        "customdata": np.repeat(numbers, 3),
        "text": [
            text
            for number, duration in zip(numbers.tolist(), seconds.tolist(), strict=True)
            for text in [f"#{number} · {name}, {duration:.3g} s"] * 3
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "line": {"color": _COLOURS[name], "width": _BAR if len(info.workers) <= 24 else 4},
        "marker": {"color": _COLOURS[name], "size": 6, "symbol": _SYMBOLS[name]},
        "opacity": 0.85,
    }
