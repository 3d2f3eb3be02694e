"""Hypervolume over evaluations: a line a run, median and quartiles over the seeds of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.charts.layout import Figure, base_layout, plot_axis
from app.charts.palette import Look
from app.compare.series import Series
from app.formatting import share
from app.names import in_chart
from engine.pareto.curves import Curve, corners, spread
from engine.runs.comparison import Box, BoxedHypervolume


@dataclass(frozen=True)
class Growth:
    """The hypervolume of one series after each evaluation, all `(n,)` arrays.

    `curves` are those of its runs that `median`, `low` and `high` sum up; `known` says that one of
    the runs began with sub-networks that others had measured.
    """

    series: Series
    curves: tuple[Curve, ...]
    low: Curve
    median: Curve
    high: Curve
    running: bool
    known: bool

    @property
    def final(self) -> float:
        """The hypervolume in the end, or as of now."""
        return float(self.median[-1])


def growth(series: Series, boxed: Sequence[BoxedHypervolume]) -> Growth | None:
    """Sum up the runs of a series as far as the shortest goes; None before any has a hypervolume.

    A run that is under way is left out while there are others that have ended.
    """
    ended = {history.id for history in series.ended}
    counted = [one for one in boxed if one.history.id in ended] or list(boxed)
    curves = tuple(curve for one in counted if len(curve := one.curve()))
    if not curves:
        return None
    low, median, high = spread(curves)
    running = len(ended) < len(series.histories)
    known = any(history.known for history in series.histories)
    return Growth(series, curves, low, median, high, running, known)


@dataclass(frozen=True)
class GrowthLine:
    """What is drawn of one series: corners of step lines; `low` and `high` empty for one run."""

    name: str
    look: Look
    evaluations: tuple[int, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class GrowthInfo:
    """Plain data of the chart."""

    revision: str
    lines: tuple[GrowthLine, ...]
    banded: bool

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        ends = ", ".join(
            f"{line.name} {share(line.median[-1])} after {line.evaluations[-1]} evaluations"
            for line in self.lines
        )
        return f"Hypervolume over evaluations, in one box for all. {ends}."


def growth_info(grown: Sequence[Growth], box: Box) -> GrowthInfo:
    """Plain data of the chart, with a point wherever a line changes and none between."""
    lines = []
    for one in grown:
        several = len(one.curves) > 1
        at = corners(one.low, one.median, one.high) if several else corners(one.median)
        low, median, high = (
            tuple(np.round(curve[at], 6).tolist()) for curve in (one.low, one.median, one.high)
        )
        numbers = tuple((at + 1).tolist())
        band = (low, high) if several else ((), ())
        lines.append(GrowthLine(one.series.legend, one.series.look, numbers, median, *band))
    runs = ",".join(h.id for one in grown for h in one.series.histories)
    banded = any(line.low for line in lines)
    return GrowthInfo(f"{runs}:{box.reference}", tuple(lines), banded)


def _band(line: GrowthLine) -> list[dict[str, Any]]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": list(line.evaluations),
        "hoverinfo": "skip",
        "line": {"width": 0, "shape": "hv"},
        "legendgroup": line.name,
    }
    filled = {"fill": "tonexty", "fillcolor": line.look.faded(0.2)}
    return [
        {**edge, "name": f"{in_chart(line.name)}, lower quartile", "y": list(line.low)},
        {**edge, **filled, "name": f"{in_chart(line.name)}, upper quartile", "y": list(line.high)},
    ]


def _median(line: GrowthLine) -> dict[str, Any]:
    last, name = len(line.evaluations) - 1, in_chart(line.name)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": line.name,
        "x": list(line.evaluations),
        "y": list(line.median),
        "hovertemplate": f"{name}<br>%{{y:.4f}} after %{{x}} evaluations<extra></extra>",
        "line": {"color": line.look.colour, "width": 2, "dash": line.look.dash, "shape": "hv"},
        "marker": {
            "symbol": line.look.symbol,
            "color": line.look.colour,
            "opacity": 1,
            "size": [10 if i == last else 0 for i in range(last + 1)],
            "line": {"width": 0},
        },
    }


def growth_figure(info: GrowthInfo) -> Figure:
    """Bands first, then lines, each with the marker of its series at its end."""
    bands = [trace for line in info.lines if line.low for trace in _band(line)]
    layout = base_layout(
        info.revision,
        xaxis=plot_axis("Evaluations", rangemode="tozero"),
        yaxis=plot_axis("Hypervolume", nticks=6),
        margin={"l": 52, "r": 16, "t": 10, "b": 44},
    )
    return {"data": [*bands, *map(_median, info.lines)], "layout": layout}
