"""A predictor of differences from another one, on made-up values of features."""

import numpy as np
import pytest

from engine.predictors.gaussian_process import GaussianProcessPredictor
from engine.predictors.prior_mean import PriorMeanPredictor
from engine.predictors.ridge import RidgePredictor

FEATURES = np.random.default_rng(0).random((260, 12))
WEIGHTS = np.random.default_rng(1).normal(size=(12, 2))
ELSEWHERE = np.tanh(FEATURES @ WEIGHTS[:, 0]) + FEATURES @ WEIGHTS[:, 1]
HERE = 70 + 3 * ELSEWHERE + 0.3 * np.sin(5 * FEATURES[:, 0])
LEARNT, HELD_OUT = slice(20), slice(100, None)


def with_prior(values, kind=GaussianProcessPredictor):
    prior = kind().fit(FEATURES[:200], values[:200])
    return PriorMeanPredictor(prior, kind()).fit(FEATURES[LEARNT], HERE[LEARNT])


def error(predictor):
    difference = predictor.predict(FEATURES[HELD_OUT]) - HERE[HELD_OUT]
    return float(np.sqrt(np.mean(difference**2)))


@pytest.mark.parametrize(
    ("kind", "share"), [(GaussianProcessPredictor, 0.5), (RidgePredictor, 0.8)]
)
def test_few_rows_suffice_where_others_are_alike_in_another_unit(kind, share):
    alone = kind().fit(FEATURES[LEARNT], HERE[LEARNT])
    assert error(with_prior(ELSEWHERE, kind)) < share * error(alone)


@pytest.mark.parametrize(
    "useless", [-ELSEWHERE, np.zeros(260), np.random.default_rng(2).normal(size=260)]
)
def test_a_prior_that_tells_nothing_hardly_harms(useless):
    alone = GaussianProcessPredictor().fit(FEATURES[LEARNT], HERE[LEARNT])
    assert error(with_prior(useless)) < 1.35 * error(alone)


def test_samples_and_deviation_are_around_the_expected_value():
    predictor = with_prior(ELSEWHERE)
    mean, deviation = predictor.predict_with_deviation(FEATURES[HELD_OUT])
    np.testing.assert_allclose(mean, predictor.predict(FEATURES[HELD_OUT]))
    draws = predictor.sample(FEATURES[HELD_OUT], 400, np.random.default_rng(3))
    assert np.abs(draws.mean(axis=0) - mean).max() < 0.3 * deviation.max() + 1e-6
    np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=0.25, atol=1e-3)


def test_it_tells_what_predicts_the_differences():
    predictor = with_prior(ELSEWHERE, RidgePredictor)
    assert (predictor.selected_name, predictor.trained_on) == ("ridge", 20)
    assert predictor.max_rows == RidgePredictor.max_rows
