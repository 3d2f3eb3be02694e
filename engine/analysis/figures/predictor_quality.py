"""Draws a `PredictorInfo`: a point is one cycle, a line what the last sub-networks together say."""

import math
from collections.abc import Sequence
from typing import Any

from engine.analysis.charts.predictor_quality import CycleInfo, Judged, PredictorInfo
from engine.analysis.figures.layout import Figure, base_layout, plot_axis
from engine.analysis.number_text import number_with_unit
from engine.metrics import metric
from engine.predictors.quality import WINDOW, Quality
from engine.predictors.registry import label

_FEWEST = 4  # measured pairs in a cycle below which a rank correlation says nothing


_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")


def predictor_figure(info: PredictorInfo, judged: Judged) -> Figure:
    """Tau or the root mean squared error over cycles: a line, then a trace a predictor."""
    cycles = [c for c in info.cycles if math.isfinite(getattr(c.lately, judged))]
    named = dict.fromkeys(c.predictor for c in cycles)
    traces = [
        _line(cycles, judged),
        *(_points(cycles, judged, name, i) for i, name in enumerate(named)),
    ]
    last = max((c.own.cycle for c in cycles), default=1)
    lowest = min([0.0, *(c.own.tau for c in cycles if c.own.n >= _FEWEST)])
    values = (
        plot_axis("Kendall's tau", range=[lowest - 0.05, 1.05], nticks=5)
        if judged == "tau"
        else plot_axis(f"RMSE ({info.metric.unit})", rangemode="tozero", nticks=5)
    )
    layout = base_layout(
        f"{info.run}:{info.metric.name}:{judged}",
        xaxis=plot_axis(
            "Cycle", range=[0.5, last + 0.5], tick0=1, dtick=1 + last // 8, tickformat="d"
        ),
        yaxis=values,
        showlegend=len(named) > 1,
        legend={"orientation": "h", "y": 1.2, "font": {"size": 11}},
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {"data": traces, "layout": layout}


def _line(cycles: Sequence[CycleInfo], judged: Judged) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"Last {WINDOW}",
        "x": [c.own.cycle for c in cycles],
        "y": [_drawn(c.lately, judged) for c in cycles],
        "hoverinfo": "skip",
        "line": {"color": "@series0", "width": 2},
        "showlegend": False,
    }


def _points(
    cycles: Sequence[CycleInfo], judged: Judged, predictor: str, index: int
) -> dict[str, Any]:
    shown = [c for c in cycles if c.predictor == predictor and _tells(c.own, judged)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": predictor,
        "x": [c.own.cycle for c in shown],
        "y": [_drawn(c.own, judged) for c in shown],
        "text": [_hover(c, judged) for c in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 8,
            "symbol": _SYMBOLS[index % len(_SYMBOLS)],
            "color": f"@series{index % 4}",
            "line": {"color": "@background", "width": 1},
        },
    }


def _drawn(quality: Quality, judged: Judged) -> float:
    """The value in as many digits as can be seen."""
    return float(f"{getattr(quality, judged):.6g}")


def _tells(own: Quality, judged: Judged) -> bool:
    return math.isfinite(getattr(own, judged)) and (judged == "rmse" or own.n >= _FEWEST)


def _hover(cycle: CycleInfo, judged: Judged) -> str:
    unit = metric(cycle.own.metric).unit

    def value(quality: Quality) -> str:
        return f"{quality.tau:.2f}" if judged == "tau" else number_with_unit(quality.rmse, unit)

    lines = [
        f"Cycle {cycle.own.cycle}: {value(cycle.own)} on {cycle.own.n} sub-networks",
        f"Last {cycle.lately.n}: {value(cycle.lately)}",
        cycle.predictor + (f", learnt from {cycle.fitted.trained_on}" if cycle.fitted else ""),
    ]
    if cycle.fitted and cycle.fitted.tau:
        compared = ", ".join(f"{label(n)} {t:.2f}" for n, t in cycle.fitted.tau.items())
        lines.append(f"Cross-validated tau: {compared}")
    return "<br>".join(lines)
