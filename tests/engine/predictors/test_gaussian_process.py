import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from engine.predictors.gaussian_process import GaussianProcessPredictor, Posterior
from engine.predictors.kernel import Kernel
from tests.engine.predictors.landscapes import features, smooth


@pytest.fixture(scope="module")
def noisy():
    rows = features(80, 0)
    noise = np.random.default_rng(1).normal(0, 0.5, 80)
    return GaussianProcessPredictor().fit(rows, smooth(rows) + noise)


def test_ranks_sub_networks_it_has_not_seen(noisy):
    rows = features(300, 2)
    assert kendalltau(noisy.predict(rows), smooth(rows))[0] > 0.8


def test_the_deviation_tells_how_far_off_the_expectation_is(noisy):
    rows = features(300, 2)
    mean, deviation = noisy.predict_with_deviation(rows)
    off = np.abs(mean - smooth(rows)) / deviation
    assert 0.5 < np.mean(off < 1) < 0.95
    assert np.mean(off < 3) > 0.95


def test_single_precision_is_good_to_a_thousandth_of_the_spread(noisy):
    rows = features(300, 2)
    mean, _ = noisy.predict_with_deviation(rows)
    single_precision = noisy.predict(rows.astype(np.float32))
    assert single_precision.dtype == np.float32
    assert np.abs(single_precision - mean).max() < 1e-3 * np.std(mean)


def test_draws_have_the_mean_and_deviation_of_the_prediction(noisy):
    rows = features(20, 3)
    mean, deviation = noisy.predict_with_deviation(rows)
    draws = noisy.sample(rows, 4000, np.random.default_rng(0))
    assert draws.shape == (4000, 20)
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.1)
    np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=0.1)


def test_draws_of_the_same_sub_network_agree(noisy):
    rows = np.repeat(features(1, 4), 2, axis=0)
    draws = noisy.sample(rows, 50, np.random.default_rng(0))
    np.testing.assert_allclose(draws[:, 0], draws[:, 1], atol=1e-3)


def test_equal_values_are_predicted_as_they_are():
    rows = features(10, 5)
    model = GaussianProcessPredictor().fit(rows, np.full(10, 3.0))
    np.testing.assert_allclose(model.predict(rows), 3.0)


def test_of_very_many_rows_the_last_ones_are_learnt_from():
    rows = features(GaussianProcessPredictor.max_rows + 5, 6)
    values = np.concatenate([np.full(5, 1e6), smooth(rows[5:])])
    model = GaussianProcessPredictor().fit(rows, values)
    assert model.trained_on == GaussianProcessPredictor.max_rows
    assert model.predict(rows).max() < 1000


def test_the_posterior_is_that_of_scikit_learn():
    rows, unseen, values = features(40, 0), features(15, 2), smooth(features(40, 0)) - 80
    no_weights = np.zeros(rows.shape[1])
    kernel = Kernel(
        linear=0.2, network=0.0, smooth=0.8, length=3.0, bias=1.0, weights=no_weights, noise=0.1
    )
    peer = GaussianProcessRegressor(
        ConstantKernel(0.2) * DotProduct(1.0) + ConstantKernel(0.8) * RBF(3.0) + WhiteKernel(0.1),
        optimizer=None,
    ).fit(rows, values)
    mean, covariance = peer.predict(unseen, return_cov=True)
    posterior = Posterior(kernel, rows, values)
    deviation = np.sqrt(covariance.diagonal() - kernel.noise)
    np.testing.assert_allclose(posterior.mean(unseen), mean)
    np.testing.assert_allclose(posterior.mean_and_deviation(unseen), [mean, deviation])


def test_kinds_of_genes_that_matter_more_weigh_more():
    rows = features(120, 0)
    kinds = (np.arange(rows.shape[1]) >= rows.shape[1] // 2).astype(np.int64)
    values = np.tanh(rows[:, kinds == 0].sum(axis=1) / 10) + 1e-3 * smooth(rows)
    model = GaussianProcessPredictor(kinds=kinds).fit(rows, values)
    weights = model._posterior.kernel.weights
    assert weights[0] > 2 * weights[-1]


def test_many_rows_are_learnt_from_about_as_well_as_some():
    rows, unseen = features(GaussianProcessPredictor.max_rows, 0), features(200, 2)
    model = GaussianProcessPredictor().fit(rows, smooth(rows))
    assert kendalltau(model.predict(unseen), smooth(unseen))[0] > 0.95
