import numpy as np
import pytest

from engine.analysis.charts.predictor_quality import predicted_metrics, predictor_info
from tests.engine.analysis.predicted_history import (
    RIGHT_THEN_WRONG,
    history,
    info,
    predicted_evaluation,
)


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
    assert info([], approach="random").description.startswith("This search fits no predictors")


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
