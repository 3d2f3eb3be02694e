"""The contract that every predictor keeps."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau
from threadpoolctl import threadpool_limits

from engine.errors import ConfigError
from engine.predictors.ensembles import Ensemble
from engine.predictors.registry import DEFAULT, label, make
from engine.search_methods import PREDICTORS
from tests.engine.predictors.landscapes import features, rugged, smooth

pytestmark = pytest.mark.parametrize("name", PREDICTORS)

ROWS, UNSEEN = features(80, 0), features(200, 2)
VALUES = smooth(ROWS) + np.random.default_rng(1).normal(0, 0.5, len(ROWS))


@pytest.fixture(scope="module")
def fitted():
    return {name: make(name, 0).fit(ROWS, VALUES) for name in PREDICTORS}


def test_shapes(name, fitted):
    model, rows = fitted[name], UNSEEN[:7]
    mean, deviation = model.predict_with_deviation(rows)
    assert model.predict(rows).shape == mean.shape == deviation.shape == (7,)
    assert model.sample(rows, 5, np.random.default_rng(0)).shape == (5, 7)
    assert model.predict(rows[:1]).shape == (1,)
    assert model.trained_on == 80


def test_ranks_what_it_has_not_seen(name, fitted):
    assert kendalltau(fitted[name].predict(UNSEEN), smooth(UNSEEN))[0] > 0.6


def test_the_expectation_is_the_same_with_and_without_its_deviation(name, fitted):
    mean, deviation = fitted[name].predict_with_deviation(UNSEEN)
    np.testing.assert_allclose(fitted[name].predict(UNSEEN), mean)
    assert (deviation >= 0).all()


def test_the_deviation_tells_how_far_off_the_expectation_is(name, fitted):
    mean, deviation = fitted[name].predict_with_deviation(UNSEEN)
    off = np.abs(mean - smooth(UNSEEN)) / deviation
    assert 0.45 < np.mean(off < 1) < 0.95
    assert np.mean(off < 3) > 0.9


def test_draws_have_the_mean_and_deviation_of_the_prediction(name, fitted):
    mean, deviation = fitted[name].predict_with_deviation(UNSEEN)
    draws = fitted[name].sample(UNSEEN, 600, np.random.default_rng(0))
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.25 * deviation.max())
    np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=0.2, atol=1e-6)


def test_draws_are_joint(name, fitted):
    twice = np.repeat(UNSEEN[:1], 2, axis=0)
    draws = fitted[name].sample(twice, 40, np.random.default_rng(0))
    np.testing.assert_allclose(draws[:, 0], draws[:, 1], atol=1e-3)
    assert draws[:, 0].std() > 0


def test_the_same_seed_learns_the_same(name, fitted):
    second_model = make(name, 0).fit(ROWS, VALUES)
    np.testing.assert_array_equal(second_model.predict(UNSEEN), fitted[name].predict(UNSEEN))
    draws = [m.sample(UNSEEN, 9, np.random.default_rng(3)) for m in (second_model, fitted[name])]
    np.testing.assert_array_equal(*draws)
    np.testing.assert_array_equal(
        second_model.fit(ROWS, VALUES).predict(UNSEEN), fitted[name].predict(UNSEEN)
    )


def test_another_seed_matters_only_where_rows_are_drawn(name, fitted):
    other = make(name, 10**20).fit(ROWS, VALUES).predict(UNSEEN)
    same = np.array_equal(other, fitted[name].predict(UNSEEN))
    assert same != isinstance(fitted[name], Ensemble)


@pytest.mark.parametrize("factor", [1e-9, -1.0, 1e9])
def test_the_unit_of_the_values_does_not_matter(name, factor):
    rows = ROWS[:30]
    unit, other = (make(name, 0).fit(rows, f * smooth(rows)).predict(UNSEEN) for f in (1, factor))
    assert abs(kendalltau(unit, other / factor)[0]) > 0.8
    assert np.abs(other / factor - unit).max() < 3 * smooth(rows).std()


@settings(max_examples=8, deadline=None)
@given(
    n=st.integers(2, 14),
    repeats=st.integers(1, 3),
    values=arrays(float, 14, elements=st.sampled_from([0.0, 1.0, 3.0, -2.5, 76.1])),
    scale=st.sampled_from([1e-12, 1.0, 1e12]),
    offset=st.sampled_from([0.0, 1e6]),
)
def test_survives_what_a_run_may_hold(name, n, repeats, values, scale, offset):
    rows = np.repeat(ROWS[:n], repeats, axis=0)
    learnt = scale * (offset + np.resize(values[:n], len(rows)))
    model = make(name, 0).fit(rows, learnt)
    mean, deviation = model.predict_with_deviation(UNSEEN[:20])
    draws = model.sample(UNSEEN[:20], 4, np.random.default_rng(0))
    assert all(np.isfinite(numbers).all() for numbers in (mean, deviation, draws))
    assert (deviation >= 0).all()


def test_a_constant_is_predicted_as_it_is(name):
    model = make(name, 0).fit(ROWS[:15], np.full(15, 91.7))
    np.testing.assert_allclose(model.predict(UNSEEN), 91.7, rtol=1e-5)


def test_held_out_rows_are_judged_without_themselves(name, fitted):
    folds = np.arange(len(ROWS)) % 5
    predictions = fitted[name].cross_validated(ROWS, VALUES, folds)
    assert kendalltau(predictions, VALUES)[0] > 0.4
    chance = np.random.default_rng(4).normal(size=len(ROWS))
    nothing = make(name, 0).fit(ROWS, chance)
    assert kendalltau(nothing.cross_validated(ROWS, chance, folds), chance)[0] < 0.3


def test_a_fit_to_a_whole_budget_takes_a_moment(name):
    rows = np.hstack([features(250, 3)] * 3)
    with threadpool_limits(1):
        start = time.process_time()
        make(name, 0).fit(rows, rugged(rows[:, :40]) + smooth(rows[:, : ROWS.shape[1]]))
        assert time.process_time() - start < 6.0  # a hung or quadratic fit, on any machine


def test_names_and_labels(name):
    assert make(name, 0).name == name
    assert label(name) != name
    assert DEFAULT == "gaussian_process"
    assert label("of tomorrow") == "of tomorrow"
    with pytest.raises(ConfigError, match=r"predictor: there is no 'forest'.*ridge"):
        make("forest", 0)
