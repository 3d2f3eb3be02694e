import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.stats import multivariate_normal, norm

from engine.predictors.marginal_likelihood import MarginalLikelihood
from tests.engine.predictors.landscapes import features, smooth

ROWS = features(25, 0)
VALUES = (smooth(ROWS) - smooth(ROWS).mean()) / smooth(ROWS).std()
KINDS = np.arange(ROWS.shape[1]) % 3
LIKELIHOOD = MarginalLikelihood(ROWS, VALUES, KINDS)

theta = st.lists(st.floats(-1, 1), min_size=9, max_size=9).map(
    lambda away: LIKELIHOOD.centre + np.array(away)
)


@settings(max_examples=30, deadline=None)
@given(theta)
def test_it_is_the_density_of_the_values_times_the_prior(theta):
    kernel = LIKELIHOOD.kernel(theta)
    covariance = kernel.between(ROWS, ROWS) + kernel.noise * np.eye(len(ROWS))
    density = multivariate_normal.logpdf(VALUES, cov=covariance)
    spread = np.array([2, 1.5, 1.5, 0.7, 1.5, 2, *[1.5] * 3])
    prior = norm.logpdf(theta, LIKELIHOOD.centre, spread) - norm.logpdf(0, scale=spread)
    assert LIKELIHOOD.negative_log_posterior(theta)[0] == pytest.approx(
        -density - prior.sum(), abs=1e-5
    )


@settings(max_examples=30, deadline=None)
@given(theta)
def test_the_gradient_is_that_of_the_value(theta):
    slope = approx_fprime(theta, lambda t: LIKELIHOOD.negative_log_posterior(t)[0], 1e-6)
    np.testing.assert_allclose(
        LIKELIHOOD.negative_log_posterior(theta)[1], slope, rtol=1e-3, atol=1e-3
    )


def test_a_covariance_that_has_no_root_is_infinitely_unlikely():
    likelihood = MarginalLikelihood(np.repeat(ROWS[:1], 5, axis=0), VALUES[:5], KINDS)
    value, gradient = likelihood.negative_log_posterior(
        np.log([1e6, 1, 1e6, 1, 1, 1e-300, 1, 1, 1])
    )
    assert value == np.inf
    assert not gradient.any()


def test_the_fitted_kernel_is_within_the_bounds_and_likelier_than_the_start():
    kernel = LIKELIHOOD.optimal_kernel()
    optimum = np.log(
        [kernel.linear, kernel.network, kernel.smooth, kernel.length, kernel.bias, kernel.noise]
        + [kernel.weights[kind == KINDS][0] for kind in range(3)]
    )
    assert (
        LIKELIHOOD.negative_log_posterior(optimum)[0]
        < LIKELIHOOD.negative_log_posterior(LIKELIHOOD.centre)[0]
    )
    low, high = LIKELIHOOD.bounds.T
    assert np.all((low - 1e-9 <= optimum) & (optimum <= high + 1e-9))


@pytest.mark.parametrize("part", ["linear", "network", "smooth"])
def test_a_part_that_is_left_out_has_no_share(part):
    kernel = MarginalLikelihood(ROWS, VALUES, KINDS, without=(part,)).optimal_kernel()
    shares = {name: getattr(kernel, name) for name in ("linear", "network", "smooth")}
    assert shares.pop(part) < 1e-40
    assert min(shares.values()) > 1e-6
