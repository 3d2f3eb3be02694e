"""The quality of each cycle's predictions: rank correlation and error.

A point is one cycle, the line the quality over the last sub-networks.
"""

import math
from dataclasses import dataclass
from typing import Literal

from engine.analysis.charts.hypervolume import rounded_interval
from engine.analysis.number_text import number_with_unit
from engine.config import NASConfig
from engine.errors import DynasError
from engine.meters.computed_metrics import computed_metrics
from engine.metrics import Metric
from engine.predictors.quality import FittedPredictor, Quality
from engine.predictors.registry import label
from engine.runs.history import RunHistory
from engine.search.approaches import APPROACHES, names_known_to_search
from engine.search.predictor_based import PredictorBasedSearch
from engine.supernets import registry

QualityMeasure = Literal["tau", "rmse"]

_MAX_CYCLES = 60  # of more, every second, fifth, tenth..., and the newest


@dataclass(frozen=True)
class CycleInfo:
    """One cycle: the quality of its own and of the last `WINDOW` predictions, its predictor."""

    quality: Quality
    recent_quality: Quality
    fitted_predictor: FittedPredictor | None

    @property
    def predictor(self) -> str:
        """The predictor's label; `Predictor` if the log does not name it."""
        return label(self.fitted_predictor.predictor) if self.fitted_predictor else "Predictor"


@dataclass(frozen=True)
class PredictorInfo:
    """Plain data of the charts for one predicted metric; `reason` says why there is none.

    If there are many cycles, `cycles` are evenly spread ones and the newest.
    """

    run: str
    metric: Metric
    cycles: tuple[CycleInfo, ...]
    reason: str

    @property
    def predictor_text(self) -> str:
        """The predictor in use, its number of training rows, and its recent quality."""
        if not self.cycles:
            return ""
        last = self.cycles[-1]
        training_text = (
            f", learnt from {last.fitted_predictor.trained_on}" if last.fitted_predictor else ""
        )
        tau = "" if math.isnan(last.recent_quality.tau) else f"tau {last.recent_quality.tau:.2f}, "
        error = number_with_unit(last.recent_quality.rmse, self.metric.unit)
        return f"{last.predictor}{training_text}. Last {last.recent_quality.n}: {tau}RMSE {error}"

    @property
    def description(self) -> str:
        """A text alternative of the charts."""
        return f"{self.metric.label}: {self.predictor_text}." if self.cycles else self.reason


def predicted_metrics(history: RunHistory) -> list[str]:
    """The names of the objectives that the run predicts; none if its approach has no predictors.

    Those that it computes have no prediction, except in logs of older versions.
    """
    config = history.config
    if not issubclass(APPROACHES[config.approach], PredictorBasedSearch):
        return []
    known = _names_known_to_search(config)
    return [
        objective.name
        for objective in config.objectives
        if objective.name not in known or history.prediction_quality(objective.name)
    ]


def _names_known_to_search(config: NASConfig) -> set[str]:
    """The metrics that a search with `config` computes; exact ones if no supernet loads."""
    try:
        supernet = registry.load(config.dynas.supernet)
        computed_names = computed_metrics(supernet, config.settings).names
        return names_known_to_search(config, computed_names)
    except DynasError:
        return {objective.name for objective in config.objectives if objective.computable}


def predictor_info(run: str, history: RunHistory, name: str) -> PredictorInfo:
    """Plain data of the charts of one metric: predictions compared with later measurements."""
    rows = history.prediction_quality(name)
    interval = rounded_interval(len(rows), _MAX_CYCLES)
    drawn_rows = [row for row in rows if row[0].cycle % interval == 0 or row is rows[-1]]
    drawn_cycles = {cycle_quality.cycle for cycle_quality, _ in drawn_rows}
    fitted_predictors = {
        event.data["cycle"]: FittedPredictor.from_json(event.data["predictors"][name])
        for event in list(history.events)
        if event.kind == "cycle"
        and event.data["cycle"] in drawn_cycles
        and name in event.data.get("predictors", {})
    }
    cycles = tuple(
        CycleInfo(cycle_quality, recent_quality, fitted_predictors.get(cycle_quality.cycle))
        for cycle_quality, recent_quality in drawn_rows
    )
    is_predicted = name in predicted_metrics(history)
    reason = (
        "Predictions are judged here once the first of them have been measured."
        if is_predicted
        else "This search fits no predictors: it measures only, or computes every objective."
    )
    return PredictorInfo(run, history.metric(name), cycles, reason)
