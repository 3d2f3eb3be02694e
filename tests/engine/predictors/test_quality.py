import math

import numpy as np
import pytest
from scipy.stats import kendalltau

from engine.predictors.quality import (
    WINDOW,
    FittedPredictor,
    Quality,
    QualityTracker,
    kendall_tau,
    prediction_pairs,
    quality_by_cycle,
)
from tests.engine.records import evaluation


def predicted_evaluation(number, cycle, prediction, measurement, metric="acc", **changes):
    return evaluation(
        number=number,
        cycle=cycle,
        predicted={metric: prediction},
        metrics={metric: measurement},
        **changes,
    )


def test_kendall_tau_agrees_with_scipy_also_with_ties():
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, second = rng.integers(0, 6, (2, 15)).astype(float)
        assert kendall_tau(first, second) == pytest.approx(kendalltau(first, second).statistic)


def test_what_is_not_defined_is_nan():
    assert math.isnan(kendall_tau([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
    (row,) = quality_by_cycle([predicted_evaluation(1, 1, 91.0, 90.0)])
    assert math.isnan(row.tau)
    assert (row.n, row.rmse, row.bias) == (1, 1.0, 1.0)
    assert quality_by_cycle([]) == []


def test_a_cycle_by_hand():
    rows = [
        predicted_evaluation(1, 1, 90.0, 91.0),
        predicted_evaluation(2, 1, 92.0, 92.0),
        predicted_evaluation(3, 1, 93.0, 90.0),
    ]
    (row,) = quality_by_cycle(rows)
    # Of three pairs one is in order. Errors: -1, 0, 3.
    assert row == Quality(
        1, "acc", 3, pytest.approx(-1 / 3), pytest.approx(math.sqrt(10 / 3)), pytest.approx(2 / 3)
    )


def test_each_cycle_and_each_metric_is_judged_on_its_own():
    rows = [predicted_evaluation(n, 1, n, n) for n in (1, 2, 3)]
    rows += [predicted_evaluation(3 + n, 2, n, -n) for n in (1, 2, 3)]
    rows += [predicted_evaluation(7, 2, 5.0, 6.0, "lat")]
    qualities = quality_by_cycle(rows)
    assert [(q.metric, q.cycle, q.n) for q in qualities] == [
        ("acc", 1, 3),
        ("acc", 2, 3),
        ("lat", 2, 1),
    ]
    assert [q.tau for q in qualities[:2]] == [1.0, -1.0]
    assert [q.bias for q in qualities] == [0.0, 4.0, -1.0]


def test_a_window_reaches_back_over_earlier_cycles_but_never_cuts_one():
    rows = [predicted_evaluation(n, 1, 90.0 + n, 90.0 + n) for n in (1, 2, 3)]
    rows += [predicted_evaluation(3 + n, 2, 90.0, 92.0) for n in (1, 2)]
    first, second = quality_by_cycle(rows, window=4)
    assert (first.n, first.rmse) == (3, 0.0)
    assert second.n == 4
    assert second.rmse == pytest.approx(math.sqrt((0 + 0 + 4 + 4) / 4))
    assert [q.n for q in quality_by_cycle(rows, window=1)] == [3, 2]


def test_cycles_that_overlap_in_the_log_are_kept_apart():
    rows = [
        predicted_evaluation(1, 1, 1.0, 1.0),
        predicted_evaluation(2, 2, 2.0, 4.0),
        predicted_evaluation(3, 1, 3.0, 3.0),
    ]
    assert [(q.cycle, q.n, q.rmse) for q in quality_by_cycle(rows)] == [(1, 2, 0.0), (2, 1, 2.0)]


def test_only_predictions_that_a_measurement_has_answered_count():
    rows = [
        predicted_evaluation(1, 1, 1.0, 1.5),
        evaluation(ok=False, number=2, cycle=1, predicted={"acc": 4.0}),
        evaluation(number=3, cycle=0),
        evaluation(number=4, cycle=1, predicted={"lat": 2.0}),
    ]
    assert [pair.number for pair in prediction_pairs(rows)["acc"]] == [1]
    assert set(prediction_pairs(rows)) == {"acc"}


def test_quality_that_is_followed_is_that_of_the_whole_log():
    rng = np.random.default_rng(0)
    evaluations, tracker = [], QualityTracker()
    for i in range(400):
        cycle = max(1, i // 15 - int(rng.integers(3)))  # cycles overlap
        evaluations.append(predicted_evaluation(i + 1, cycle, rng.normal(), rng.normal()))
        if i % 37 == 0 or i == 399:
            tracker.follow(evaluations)
            expected = zip(
                quality_by_cycle(evaluations), quality_by_cycle(evaluations, WINDOW), strict=True
            )
            assert tracker.rows("acc") == list(expected)
    assert tracker.rows("lat") == []


def test_a_note_comes_back_from_plain_data_and_from_a_newer_version():
    note = FittedPredictor("ridge", 24, {"ridge": 0.5})
    assert FittedPredictor.from_json(note.to_json()) == note
    assert FittedPredictor.from_json(
        {"predictor": "ridge", "trained_on": 24, "later": 1}
    ) == FittedPredictor("ridge", 24)


def test_kendall_tau_of_many_takes_no_memory_for_every_pair():
    rng = np.random.default_rng(0)
    first = rng.normal(size=200_000)  # all pairs would take 320 GB
    assert kendall_tau(first, first + rng.normal(size=first.size)) == pytest.approx(0.5, abs=0.01)


def test_kendall_tau_of_fewer_than_two_is_not_defined():
    assert math.isnan(kendall_tau([], []))
    assert math.isnan(kendall_tau([1.0], [2.0]))
