from types import SimpleNamespace

import numpy as np
import pytest

from engine.analysis.charts.predictor_quality import predicted_metrics, predictor_info
from engine.config import NASConfig
from engine.log.event import Event
from engine.metrics import metric
from engine.predictors.quality import QualityTracker
from tests.engine.records import evaluation


def predicted_evaluation(number, cycle, prediction, measurement):
    return evaluation(measurement, number=number, cycle=cycle, predicted={"acc": prediction})


def cycle_event(cycle, fitted):
    return Event(cycle, 0.0, "cycle", {"cycle": cycle, "predictors": {"acc": fitted.to_json()}})


def history(evaluations, *fitted_predictors, **config):
    events = [cycle_event(1 + i, predictor) for i, predictor in enumerate(fitted_predictors)]
    tracker = QualityTracker()
    tracker.follow(evaluations)
    config = NASConfig(**config)
    return SimpleNamespace(
        prediction_quality=tracker.rows, events=events, config=config, metric=metric
    )


def info(*args, **config):
    return predictor_info("run", history(*args, **config), "acc")


RIGHT_THEN_WRONG = [
    *(predicted_evaluation(n, 1, n, n) for n in range(1, 6)),
    *(predicted_evaluation(5 + n, 2, n, 2 - n) for n in range(1, 6)),
]


def test_each_cycle_is_judged_on_its_own_and_with_those_before():
    first, second = info(RIGHT_THEN_WRONG).cycles
    assert (first.quality.tau, second.quality.tau) == pytest.approx((1.0, -1.0))
    assert (first.recent_quality.n, second.recent_quality.n) == (5, 10)
    assert -1 < second.recent_quality.tau < 1
    assert "tau" in info(RIGHT_THEN_WRONG).description


def test_without_predictions_the_reason_is_said():
    assert "once the first of them have been measured" in info([]).reason
    assert predicted_metrics(history([])) == ["acc"]
    assert predicted_metrics(history([], approach="random")) == []
    assert predicted_metrics(history([], dynas={"metrics": ["macs", "params"]})) == []
    assert info([], approach="random").description.startswith("Nothing is predicted")


def test_the_predictors_of_a_real_run_are_read_from_its_log(request):
    chart = predictor_info("run", request.getfixturevalue("history"), "acc")
    assert [cycle.fitted_predictor.predictor for cycle in chart.cycles] == ["gaussian_process"] * 2
    assert [cycle.quality.cycle for cycle in chart.cycles] == [1, 2]


def test_of_many_cycles_some_are_drawn_and_the_newest():
    evaluations = [
        predicted_evaluation(4 * cycle + n, cycle, n, n)
        for cycle in range(1, 204)
        for n in range(4)
    ]
    cycles = [cycle.quality.cycle for cycle in info(evaluations).cycles]
    assert cycles[-1] == 203
    assert set(np.diff(cycles[:-1])) == {5}
