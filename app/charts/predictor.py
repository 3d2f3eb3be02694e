"""How well each cycle's predictions came true: how they ranked sub-networks, how far off they were.

A point is one cycle, a line what the last sub-networks together say.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.charts.hypervolume import spacing
from app.charts.layout import Figure, base_layout, plot_axis
from app.formatting import number_with_unit
from engine.metrics import Metric, metric
from engine.predictors.quality import WINDOW, Fitted, Quality
from engine.predictors.registry import label
from engine.runs.history import RunHistory
from engine.search.approaches import APPROACHES
from engine.search.predicted import PredictedSearch

Judged = Literal["tau", "rmse"]

_FEWEST = 4  # measured pairs in a cycle below which a rank correlation says nothing
_DRAWN = 60  # cycles, about; of more, every second, fifth, tenth..., and the newest
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")


@dataclass(frozen=True)
class CycleInfo:
    """One cycle: its own predictions, those of the last `WINDOW` sub-networks, its predictor."""

    own: Quality
    lately: Quality
    fitted: Fitted | None

    @property
    def predictor(self) -> str:
        """What the predictor is called; of a log that does not tell, `Predictor`."""
        return label(self.fitted.predictor) if self.fitted else "Predictor"


@dataclass(frozen=True)
class PredictorInfo:
    """Plain data of the charts for one predicted metric; `reason` says why there is none.

    Of many cycles, `cycles` are some that are spread evenly, and the newest.
    """

    run: str
    metric: Metric
    cycles: tuple[CycleInfo, ...]
    reason: str

    @property
    def in_use(self) -> str:
        """The predictor at work, what it learnt from, and how well it did lately."""
        if not self.cycles:
            return ""
        last = self.cycles[-1]
        learnt = f", learnt from {last.fitted.trained_on}" if last.fitted else ""
        tau = "" if math.isnan(last.lately.tau) else f"tau {last.lately.tau:.2f}, "
        error = number_with_unit(last.lately.rmse, self.metric.unit)
        return f"{last.predictor}{learnt}. Last {last.lately.n}: {tau}RMSE {error}"

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        return f"{self.metric.label}: {self.in_use}." if self.cycles else self.reason


def predicted_metrics(history: RunHistory) -> list[str]:
    """The names of the objectives that the run predicts; none if its approach does not."""
    if not issubclass(APPROACHES[history.config.approach], PredictedSearch):
        return []
    return [objective.name for objective in history.config.objectives if not objective.computable]


def predictor_info(run: str, history: RunHistory, name: str) -> PredictorInfo:
    """Plain data of the charts: what was predicted of a metric, against what was measured then."""
    rows = history.judged(name)
    every = spacing(len(rows), _DRAWN)
    shown = [row for row in rows if row[0].cycle % every == 0 or row is rows[-1]]
    wanted = {own.cycle for own, _ in shown}
    noted = {
        event.data["cycle"]: Fitted.from_json(event.data["predictors"][name])
        for event in list(history.events)
        if event.kind == "cycle"
        and event.data["cycle"] in wanted
        and name in event.data.get("predictors", {})
    }
    cycles = tuple(CycleInfo(own, lately, noted.get(own.cycle)) for own, lately in shown)
    predicted = name in predicted_metrics(history)
    reason = (
        "Predictions are judged here once the first of them have been measured."
        if predicted
        else "Nothing is predicted: this approach measures only, or computes every objective."
    )
    return PredictorInfo(run, history.metric(name), cycles, reason)


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
