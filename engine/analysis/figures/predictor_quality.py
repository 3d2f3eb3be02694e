"""Draws a `PredictorInfo`: a point for each cycle, a line for the last sub-networks."""

import math
from collections.abc import Sequence
from typing import Any

from engine.analysis.charts.predictor_quality import CycleInfo, PredictorInfo, QualityMeasure
from engine.analysis.figures.layout import Figure, base_layout, plot_axis
from engine.analysis.number_text import number_with_unit
from engine.metrics import metric
from engine.predictors.quality import WINDOW, Quality
from engine.predictors.registry import label

_MIN_PAIRS = 4  # fewer measured pairs have no meaningful rank correlation


_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")


def predictor_figure(info: PredictorInfo, measure: QualityMeasure) -> Figure:
    """Tau or the root mean squared error over cycles: a line, then a trace for each predictor."""
    cycles = [c for c in info.cycles if math.isfinite(getattr(c.recent_quality, measure))]
    predictor_names = dict.fromkeys(c.predictor for c in cycles)
    traces = [
        _line(cycles, measure),
        *(_points(cycles, measure, name, i) for i, name in enumerate(predictor_names)),
    ]
    last = max((c.quality.cycle for c in cycles), default=1)
    lowest = min([0.0, *(c.quality.tau for c in cycles if c.quality.n >= _MIN_PAIRS)])
    values = (
        plot_axis("Kendall's tau", range=[lowest - 0.05, 1.05], nticks=5)
        if measure == "tau"
        else plot_axis(f"RMSE ({info.metric.unit})", rangemode="tozero", nticks=5)
    )
    layout = base_layout(
        f"{info.run}:{info.metric.name}:{measure}",
        xaxis=plot_axis(
            "Cycle", range=[0.5, last + 0.5], tick0=1, dtick=1 + last // 8, tickformat="d"
        ),
        yaxis=values,
        showlegend=len(predictor_names) > 1,
        legend={"orientation": "h", "y": 1.2, "font": {"size": 11}},
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {"data": traces, "layout": layout}


def _line(cycles: Sequence[CycleInfo], measure: QualityMeasure) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"Last {WINDOW}",
        "x": [c.quality.cycle for c in cycles],
        "y": [_rounded_value(c.recent_quality, measure) for c in cycles],
        "hoverinfo": "skip",
        "line": {"color": "@series0", "width": 2},
        "showlegend": False,
    }


def _points(
    cycles: Sequence[CycleInfo], measure: QualityMeasure, predictor: str, index: int
) -> dict[str, Any]:
    drawn_cycles = [
        c for c in cycles if c.predictor == predictor and _is_meaningful(c.quality, measure)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": predictor,
        "x": [c.quality.cycle for c in drawn_cycles],
        "y": [_rounded_value(c.quality, measure) for c in drawn_cycles],
        "text": [_hover(c, measure) for c in drawn_cycles],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 8,
            "symbol": _SYMBOLS[index % len(_SYMBOLS)],
            "color": f"@series{index % 4}",
            "line": {"color": "@background", "width": 1},
        },
    }


def _rounded_value(quality: Quality, measure: QualityMeasure) -> float:
    """The value, rounded to six significant digits."""
    return float(f"{getattr(quality, measure):.6g}")


def _is_meaningful(quality: Quality, measure: QualityMeasure) -> bool:
    return math.isfinite(getattr(quality, measure)) and (
        measure == "rmse" or quality.n >= _MIN_PAIRS
    )


def _hover(cycle: CycleInfo, measure: QualityMeasure) -> str:
    unit = metric(cycle.quality.metric).unit

    def value(quality: Quality) -> str:
        return f"{quality.tau:.2f}" if measure == "tau" else number_with_unit(quality.rmse, unit)

    lines = [
        f"Cycle {cycle.quality.cycle}: {value(cycle.quality)} on {cycle.quality.n} sub-networks",
        f"Last {cycle.recent_quality.n}: {value(cycle.recent_quality)}",
        cycle.predictor
        + (f", learnt from {cycle.fitted_predictor.trained_on}" if cycle.fitted_predictor else ""),
    ]
    if cycle.fitted_predictor and cycle.fitted_predictor.tau:
        candidates = ", ".join(f"{label(n)} {t:.2f}" for n, t in cycle.fitted_predictor.tau.items())
        lines.append(f"Cross-validated tau: {candidates}")
    return "<br>".join(lines)
