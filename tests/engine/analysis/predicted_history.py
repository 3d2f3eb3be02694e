"""A history of predicted accuracies, and its chart."""

from types import SimpleNamespace

from engine.analysis.charts.predictor_quality import predictor_info
from engine.config import NASConfig
from engine.log.event import Event
from engine.metrics import metric
from engine.predictors.quality import QualityTracker
from tests.engine.records import evaluation


def predicted_evaluation(number, cycle, prediction, measurement):
    """An evaluation whose accuracy was predicted and then measured."""
    return evaluation(measurement, number=number, cycle=cycle, predicted={"acc": prediction})


def cycle_event(cycle, fitted):
    """The event at the start of a cycle with its fitted predictor of accuracy."""
    return Event(cycle, 0.0, "cycle", {"cycle": cycle, "predictors": {"acc": fitted.to_json()}})


def history(evaluations, *fitted_predictors, **config):
    """The part of a history that the chart reads; one cycle for each fitted predictor."""
    events = [cycle_event(1 + i, predictor) for i, predictor in enumerate(fitted_predictors)]
    tracker = QualityTracker()
    tracker.follow(evaluations)
    config = NASConfig(**config)
    return SimpleNamespace(
        prediction_quality=tracker.rows, events=events, config=config, metric=metric
    )


def info(*args, **config):
    """The chart of the predictor of accuracy of `history`."""
    return predictor_info("run", history(*args, **config), "acc")


RIGHT_THEN_WRONG = [
    *(predicted_evaluation(n, 1, n, n) for n in range(1, 6)),
    *(predicted_evaluation(5 + n, 2, n, 2 - n) for n in range(1, 6)),
]
