"""How well each cycle's predictions came true: how they ranked sub-networks, how far off they were.

A point is one cycle, a line what the last sub-networks together say.
"""

import math
from dataclasses import dataclass
from typing import Literal

from engine.analysis.charts.hypervolume import spacing
from engine.analysis.number_text import number_with_unit
from engine.metrics import Metric
from engine.predictors.quality import FittedPredictor, Quality
from engine.predictors.registry import label
from engine.runs.history import RunHistory
from engine.search.approaches import APPROACHES
from engine.search.predictor_based import PredictedSearch

Judged = Literal["tau", "rmse"]

_DRAWN = 60  # cycles, about; of more, every second, fifth, tenth..., and the newest


@dataclass(frozen=True)
class CycleInfo:
    """One cycle: its own predictions, those of the last `WINDOW` sub-networks, its predictor."""

    own: Quality
    lately: Quality
    fitted: FittedPredictor | None

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
    rows = history.prediction_quality(name)
    every = spacing(len(rows), _DRAWN)
    shown = [row for row in rows if row[0].cycle % every == 0 or row is rows[-1]]
    wanted = {own.cycle for own, _ in shown}
    noted = {
        event.data["cycle"]: FittedPredictor.from_json(event.data["predictors"][name])
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
