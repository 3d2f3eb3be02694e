from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kendalltau

from app.charts.predictor import kendall_tau, predictor_figure, predictor_info
from tests.app.charts.painted import checked
from tests.engine.records import evaluation


def predicted(number, cycle, said, measured):
    return evaluation(measured, number=number, cycle=cycle, predicted={"acc": said})


def test_kendall_tau_agrees_with_scipy_also_with_ties():
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, second = rng.integers(0, 6, (2, 15)).astype(float)
        assert kendall_tau(list(first), list(second)) == pytest.approx(
            kendalltau(first, second).statistic
        )


def test_a_constant_has_no_rank_correlation():
    assert kendall_tau([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None


def test_each_cycle_is_judged_on_its_own():
    rows = [predicted(n, 1, n, n) for n in range(1, 6)]
    rows += [predicted(5 + n, 2, n, -n) for n in range(1, 6)]
    info = predictor_info("run", SimpleNamespace(evaluations=rows))
    assert info.tau == {"acc": ((1, 1.0, 5), (2, -1.0, 5))}
    assert "tau -1.00 in cycle 2" in info.description
    figure = checked(predictor_figure(info))
    assert list(figure.data[0].y) == [1.0, -1.0]
    assert figure.layout.yaxis.range[0] < -1


def test_too_few_pairs_and_failed_evaluations_say_nothing():
    rows = [predicted(n, 1, n, n) for n in range(1, 4)]
    rows += [evaluation(ok=False, number=4, cycle=1, predicted={"acc": 4.0})]
    info = predictor_info("run", SimpleNamespace(evaluations=rows))
    assert info.tau == {}
    assert "not been tested" in info.description
