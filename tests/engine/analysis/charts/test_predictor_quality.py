from types import SimpleNamespace

import numpy as np
import pytest

from engine.analysis.charts.predictor_quality import predicted_metrics, predictor_info
from engine.config import NASConfig
from engine.log.event import Event
from engine.metrics import metric
from engine.predictors.quality import QualityTracker
from tests.engine.records import evaluation


def told(number, cycle, said, measured):
    return evaluation(measured, number=number, cycle=cycle, predicted={"acc": said})


def cycle_event(cycle, fitted):
    return Event(cycle, 0.0, "cycle", {"cycle": cycle, "predictors": {"acc": fitted.to_json()}})


def history(evaluations, *fitted, **config):
    events = [cycle_event(1 + i, one) for i, one in enumerate(fitted)]
    tracker = QualityTracker()
    tracker.follow(evaluations)
    config = NASConfig(**config)
    return SimpleNamespace(
        prediction_quality=tracker.rows, events=events, config=config, metric=metric
    )


def info(*args, **config):
    return predictor_info("run", history(*args, **config), "acc")


RIGHT_THEN_WRONG = [
    *(told(n, 1, n, n) for n in range(1, 6)),
    *(told(5 + n, 2, n, 2 - n) for n in range(1, 6)),
]


def test_each_cycle_is_judged_on_its_own_and_with_those_before():
    first, second = info(RIGHT_THEN_WRONG).cycles
    assert (first.own.tau, second.own.tau) == pytest.approx((1.0, -1.0))
    assert (first.lately.n, second.lately.n) == (5, 10)
    assert -1 < second.lately.tau < 1
    assert "tau" in info(RIGHT_THEN_WRONG).description


def test_without_predictions_the_reason_is_said():
    assert "once the first of them have been measured" in info([]).reason
    assert predicted_metrics(history([])) == ["acc"]
    assert predicted_metrics(history([], approach="random")) == []
    assert predicted_metrics(history([], dynas={"metrics": ["macs", "params"]})) == []
    assert info([], approach="random").description.startswith("Nothing is predicted")


def test_the_predictors_of_a_real_run_are_read_from_its_log(request):
    shown = predictor_info("run", request.getfixturevalue("history"), "acc")
    assert [cycle.fitted.predictor for cycle in shown.cycles] == ["gaussian_process"] * 2
    assert [cycle.own.cycle for cycle in shown.cycles] == [1, 2]


def test_of_many_cycles_some_are_drawn_and_the_newest():
    told_of = [told(4 * cycle + n, cycle, n, n) for cycle in range(1, 204) for n in range(4)]
    cycles = [cycle.own.cycle for cycle in info(told_of).cycles]
    assert cycles[-1] == 203
    assert set(np.diff(cycles[:-1])) == {5}
