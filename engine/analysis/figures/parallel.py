"""Draws a `ParallelInfo`: a line for each sub-network, coloured by evaluation order."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.charts.parallel import ParallelAxis, ParallelInfo, Ranges
from engine.analysis.figures.layout import Figure, base_layout

_MIN_MARGIN, _LETTER_WIDTH = 60.0, 6.8  # pixels: least margin, width of a letter


def parallel_figure(info: ParallelInfo, ranges: Ranges) -> Figure:
    """Lines by evaluation order, the selected one in its own colour; `ranges` are brushed."""
    top = float(max(2, info.budget, *info.number[-1:]))
    colour = info.number.astype(np.float64)
    colour[info.number == (info.selected or 0)] = top * 1.01
    scale = [[i / 4 * 0.988, f"@order{i}"] for i in range(5)]
    line = {
        "color": colour.astype(np.float32),
        "colorscale": [*scale, [0.992, "@selected"], [1.0, "@selected"]],
        "cmin": 1,
        "cmax": top * 1.01,
    }
    trace = {
        "type": "parcoords",
        "name": "Sub-networks",
        "line": line,
        "dimensions": [_dimension(axis, ranges.get(axis.name)) for axis in info.axes],
        "labelfont": {"color": "@text", "size": 12},
        "tickfont": {"color": "@text", "size": 10},
        "rangefont": {"color": "@muted", "size": 10},
        "unselected": {"line": {"color": "@muted", "opacity": 0.06}},
        "labelangle": -12,
        "labelside": "top",
        "uirevision": str({name: list(parts) for name, parts in ranges.items()}),
    }
    layout = base_layout(
        f"{info.run}:{[axis.name for axis in info.axes]}",
        margin={**_sides(info.axes), "t": 76, "b": 30},
    )
    return {"data": [trace], "layout": layout}


def _sides(axes: Sequence[ParallelAxis]) -> dict[str, float]:
    """The margins beside the outermost axes, for half of their labels."""
    ends = {"l": axes[0].label, "r": axes[-1].label} if axes else {}
    return {side: max(_MIN_MARGIN, _LETTER_WIDTH * len(label) / 2) for side, label in ends.items()}


def _dimension(axis: ParallelAxis, parts: Sequence[tuple[float, float]] | None) -> dict[str, Any]:
    dimension: dict[str, Any] = {
        "name": axis.name,
        "label": axis.label,
        "values": axis.values,
    }
    if axis.ticks:
        positions = sorted(axis.ticks)
        room = 0.15 * (positions[1] - positions[0]) if len(positions) > 1 else 0.5
        dimension |= {
            "tickvals": positions,
            "ticktext": [axis.ticks[position] for position in positions],
            "range": [positions[0] - room, positions[-1] + room],
        }
    else:
        dimension["tickformat"] = ".4~s"
    if parts:
        ranges = [list(part) for part in parts]
        dimension["constraintrange"] = ranges[0] if len(ranges) == 1 else ranges
    return dimension
