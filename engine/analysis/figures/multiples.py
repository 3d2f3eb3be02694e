"""Draws a `MultiplesInfo`: a grid of panels with common axes."""

import math
import textwrap
from typing import Any

from engine.analysis.comparison.fronts import Position, SeriesFront
from engine.analysis.comparison.multiples import MultiplesInfo
from engine.analysis.figures.layout import Figure, base_layout, plot_axis, ring
from engine.analysis.name_text import in_chart

ROW_HEIGHT = 220
"""Pixels of a row of panels."""

_MOST_COLUMNS = 4
_TITLE_WIDTH = 22  # characters of a line of a title, which fits a panel on a narrow screen
_AXIS_TITLE_WIDTH = 26  # characters of a line of a vertical title, which fits the height of a panel
_GAP_X, _GAP_PIXELS, _MARGIN = 0.03, 62, 106  # share of the width; pixels between and around rows


def grid(panels: int, most_columns: int = _MOST_COLUMNS) -> tuple[int, int]:
    """The rows and columns of so many panels."""
    columns = min(most_columns, max(1, math.ceil(math.sqrt(panels))))
    return max(1, math.ceil(panels / columns)), columns


def multiples_height(panels: int, most_columns: int = _MOST_COLUMNS) -> int:
    """The height in pixels of a figure of so many panels."""
    return _MARGIN + ROW_HEIGHT * grid(panels, most_columns)[0]


def multiples_figure(
    info: MultiplesInfo,
    selected: tuple[str, int] | None = None,
    most_columns: int = _MOST_COLUMNS,
) -> Figure:
    """A panel for each series: its front, and in grey what all reach; a ring at `selected`.

    `selected` is a run and the number of one of its evaluations. The first panel names the vertical
    axis, which is the same in all of them.
    """
    fronts = info.info.fronts
    rows, columns = grid(len(fronts), most_columns)
    layout = base_layout(
        info.info.revision, margin={"l": 66, "r": 12, "t": 56, "b": 46}, showlegend=False
    )
    gap_y = min(_GAP_PIXELS / (ROW_HEIGHT * rows), 0.8 / rows)
    width = (1 - _GAP_X * (columns - 1)) / columns
    height = (1 - gap_y * (rows - 1)) / rows
    traces: list[dict[str, Any]] = []
    annotations = []
    for i, front in enumerate(fronts):
        row, column = divmod(i, columns)
        left, top = column * (width + _GAP_X), 1 - row * (height + gap_y)
        suffix = "" if i == 0 else str(i + 1)
        is_lowest = i + columns >= len(fronts)
        layout[f"xaxis{suffix}"] = _axis(info, "x", suffix, [left, left + width], is_lowest)
        layout[f"yaxis{suffix}"] = _axis(
            info, "y", suffix, [max(top - height, 0.0), top], column == 0
        )
        annotations.append(_title(front, info.shares[i], left, top))
        traces += [
            {**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
            for trace in _traces(info, front, selected)
        ]
    layout["annotations"] = annotations
    return {"data": traces, "layout": layout}


def _axis(
    info: MultiplesInfo, letter: str, suffix: str, domain: list[float], is_outer: bool
) -> dict[str, Any]:
    """An axis of a panel, which follows that of the first; the outer ones have numbers."""
    title = info.info.x.short_title if is_outer else ""
    if letter == "y":
        lines = textwrap.wrap(info.info.y.short_title, _AXIS_TITLE_WIDTH, max_lines=2)
        title = "" if suffix else "\n".join(lines)
    other = "y" if letter == "x" else "x"
    axis = plot_axis(
        title, domain=domain, anchor=f"{other}{suffix}", showticklabels=is_outer, nticks=5
    )
    axis["title"] = {**axis["title"], "font": {"size": 11}, "standoff": 4}
    return axis | ({"matches": letter} if suffix else {})


def _title(front: SeriesFront, share: float, left: float, top: float) -> dict[str, Any]:
    words = textwrap.wrap(front.name, _TITLE_WIDTH, max_lines=2, placeholder="…") or [""]
    counts = f"{len(front.points):,} on its front, {100 * share:.0f} %"
    lines = [*map(in_chart, words), counts]
    return {
        "text": "<br>".join(lines),
        "align": "left",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": left,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "font": {"size": 11, "color": "@text"},
    }


def _traces(
    info: MultiplesInfo, front: SeriesFront, selected: tuple[str, int] | None
) -> list[dict[str, Any]]:
    shape = "hv" if info.info.x.metric.direction == "min" else "vh"
    behind = _line(info.together, shape, "@muted", "All together") | {"opacity": 0.6}
    behind["line"] |= {"dash": "dot", "width": 1.5}
    own = _line(front.line, shape, front.style.colour, front.name)
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": in_chart(front.name),
        "x": [x for x, _ in front.points],
        "y": [y for _, y in front.points],
        "customdata": list(front.numbers),
        "meta": {"runs": list(front.runs) if front.has_several_runs else list(front.runs[:1])},
        "text": list(front.hover),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": front.style.symbol,
            "color": front.style.colour,
            "size": 6,
            "line": {"color": "@background", "width": 0.6},
        },
    }
    chosen = [
        point
        for point, run, number in zip(front.points, front.runs, front.numbers, strict=True)
        if (run, number) == selected
    ]
    if not chosen:
        return [behind, own, points]
    mark = ring([x for x, _ in chosen], [y for _, y in chosen], 16)
    del mark["role"]  # no feed positions it
    return [behind, own, points, mark]


def _line(line: tuple[Position, ...], shape: str, colour: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": in_chart(name),
        "x": [x for x, _ in line],
        "y": [y for _, y in line],
        "hoverinfo": "skip",
        "line": {"color": colour, "width": 2, "shape": shape},
    }
