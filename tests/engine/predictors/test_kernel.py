import numpy as np
from scipy.special import erf

from engine.predictors.kernel import Kernel
from tests.engine.predictors.landscapes import features

ROWS, OTHERS = features(12, 0), features(7, 1)
WEIGHTS = np.linspace(0.05, 0.3, ROWS.shape[1])


def kernel(**parts: float) -> Kernel:
    shape = {"linear": 0.0, "network": 0.0, "smooth": 0.0, "length": 3.0, "bias": 0.7} | parts
    return Kernel(**shape, weights=WEIGHTS, noise=0.1)


def test_the_network_part_is_what_random_networks_agree_on():
    rng, neurons = np.random.default_rng(0), 400_000
    incoming = rng.normal(size=(neurons, len(WEIGHTS))) * np.sqrt(WEIGHTS)
    bias = np.sqrt(0.7) * rng.normal(size=neurons)
    hidden, others = (erf(rows @ incoming.T + bias) for rows in (ROWS, OTHERS))
    expected = hidden @ others.T / neurons
    np.testing.assert_allclose(kernel(network=1.0).between(ROWS, OTHERS), expected, atol=5e-3)


def test_the_other_parts_are_products_and_distances():
    products = ROWS @ OTHERS.T + 1
    distances = ((ROWS[:, None] - OTHERS) ** 2).sum(axis=2)
    np.testing.assert_allclose(kernel(linear=0.4).between(ROWS, OTHERS), 0.4 * products)
    near = 1.5 * np.exp(-distances / (2 * 3.0**2))
    np.testing.assert_allclose(kernel(smooth=1.5).between(ROWS, OTHERS), near)


def test_the_variance_is_the_covariance_with_itself():
    whole = kernel(linear=0.2, network=2.0, smooth=0.5)
    np.testing.assert_allclose(whole.variance(ROWS), whole.between(ROWS, ROWS).diagonal())
