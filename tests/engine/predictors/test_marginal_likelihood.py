import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from engine.predictors.marginal_likelihood import MarginalLikelihood
from tests.engine.predictors.landscapes import features, smooth

ROWS = features(25, 0)
VALUES = (smooth(ROWS) - smooth(ROWS).mean()) / smooth(ROWS).std()
KERNEL = ConstantKernel() * DotProduct() + ConstantKernel() * RBF() + WhiteKernel()
PEER = GaussianProcessRegressor(KERNEL, optimizer=None).fit(ROWS, VALUES)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(
        st.floats(1e-3, 10), st.floats(0.1, 10), st.floats(1e-2, 10), st.floats(0.5, 20),
        st.floats(1e-3, 1),
    )
)  # fmt: skip
def test_value_and_gradient_are_those_of_scikit_learn(hyper_parameters):
    theta = np.log(hyper_parameters)
    value, gradient = MarginalLikelihood(ROWS, VALUES).negative(theta)
    expected, slope = PEER.log_marginal_likelihood(theta, eval_gradient=True)
    assert value == pytest.approx(-expected, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(gradient, -slope, rtol=1e-4, atol=1e-6)


def test_a_covariance_that_has_no_root_is_infinitely_unlikely():
    rows, values = np.repeat(ROWS[:1], 5, axis=0), VALUES[:5]
    value, gradient = MarginalLikelihood(rows, values).negative(np.log([1e6, 1, 1e6, 1, 1e-300]))
    assert value == np.inf
    assert not gradient.any()


def test_the_minimum_is_within_the_bounds_and_better_than_the_start():
    likelihood = MarginalLikelihood(ROWS, VALUES)
    start, bounds = np.zeros(5), np.array([[-2.0, 2.0]] * 5)
    found, value = likelihood.minimise(start, bounds)
    assert value < likelihood.negative(start)[0]
    assert np.all((bounds[:, 0] <= found) & (found <= bounds[:, 1]))
