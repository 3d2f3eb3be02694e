"""The marginal likelihood that fits the hyper-parameters of the Gaussian process."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky, lapack
from scipy.optimize import minimize

from engine.predictors.kernel import Kernel, angles, squared_distances
from engine.predictors.predictor import Values

JITTER = 1e-10  # added to the diagonal, so that repeated sub-networks leave a root

# Median, spread of the logarithm, least and largest of each hyper-parameter that is not a weight.
_SHAPE = {
    "linear": (0.05, 2.0, 1e-5, 10.0),
    "network": (3.0, 1.5, 1e-2, 100.0),
    "smooth": (0.3, 1.5, 1e-4, 100.0),
    "length": (4.0, 0.7, 0.5, 200.0),
    "bias": (1.0, 1.5, 1e-3, 100.0),
    "noise": (0.02, 2.0, 1e-5, 2.0),
}
_WEIGHT = (0.1, 1.5, 1e-4, 100.0)
_LOG_OF_NO_SHARE = -100.0  # of an excluded part of the kernel
_MAX_ITERATIONS, _TOLERANCE = 30, 1e-4


class MarginalLikelihood:
    """The likelihood of `(n,)` values of deviation 1 at `(n, f)` features, times a prior.

    `kinds`, `(f,)`, numbers the features that share a weight. `theta` holds the logarithms of
    linear, network, smooth, length, bias, noise and of the weight of each kind. Their prior is a
    broad normal one: few rows determine ten numbers poorly. Products and distances of the features
    do not depend on `theta` and are computed once. Kernel parts in `without`, such as `network`,
    have no share.

    Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), section 5.4.1.
    """

    def __init__(
        self, features: Values, values: Values, kinds: npt.NDArray[np.int64],
        without: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._values, self._kinds = values, kinds
        parts = [features[:, kinds == kind] for kind in range(int(kinds.max()) + 1)]
        self._products = np.array([part @ part.T for part in parts])
        products: Values = self._products.sum(axis=0)
        self._distances = squared_distances(features, features, products)
        self._linear = products + 1.0
        priors = np.array([*_SHAPE.values(), *[_WEIGHT] * len(parts)])
        self.centre, self._spread = np.log(priors[:, 0]), priors[:, 1]
        self.bounds = np.log(priors[:, 2:])
        excluded = [list(_SHAPE).index(part) for part in without]
        self.centre[excluded] = _LOG_OF_NO_SHARE
        self.bounds[excluded] = _LOG_OF_NO_SHARE

    def kernel(self, theta: Values) -> Kernel:
        """The kernel with the hyper-parameters `theta`."""
        linear, network, smooth, length, bias, noise, *weights = map(float, np.exp(theta))
        feature_weights = np.array(weights)[self._kinds]
        return Kernel(linear, network, smooth, length, bias, feature_weights, noise)

    def negative_log_posterior(self, theta: Values) -> tuple[float, Values]:
        """The negative logarithm of likelihood times prior, and its gradient.

        Infinite where the covariance has no Cholesky root.
        """
        linear, network, smooth, length, bias, noise, *weights = map(float, np.exp(theta))
        sums = np.tensordot(weights, self._products, axes=1)
        sums += bias
        self_sums = sums.diagonal().copy()
        sines = angles(sums, self_sums, self_sums)
        network *= 2.0 / np.pi
        correlations = np.arcsin(sines)
        smooth_part = np.exp(self._distances * (-0.5 / length**2))
        covariance = linear * self._linear
        covariance += network * correlations
        covariance += smooth * smooth_part
        covariance.flat[:: len(covariance) + 1] += noise + JITTER
        try:
            root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        except LinAlgError:
            return np.inf, np.zeros(len(theta))
        log_root = float(np.log(np.diag(root)).sum())
        inverse_half, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
        covariance_gradient = np.ascontiguousarray(inverse_half.T)
        covariance_gradient += np.tril(inverse_half, -1)
        alpha = covariance_gradient @ self._values
        negative = 0.5 * self._values @ alpha + log_root
        negative += 0.5 * len(alpha) * np.log(2 * np.pi)
        covariance_gradient -= np.outer(alpha, alpha)
        lengths = 1.0 + 2.0 * self_sums
        cosines = np.sqrt(np.maximum(1.0 - sines**2, 1e-9))
        network_gradient = np.divide(covariance_gradient, cosines, out=cosines)
        network_gradient *= network
        length_gradient = np.einsum("ij,ij->i", network_gradient, sines) / lengths
        network_gradient /= np.sqrt(np.outer(lengths, lengths))
        smooth_part *= covariance_gradient
        weight_gradient = self._products.reshape(len(weights), -1) @ network_gradient.ravel()
        weight_gradient -= self._products.diagonal(axis1=1, axis2=2) @ length_gradient
        gradient = [
            linear * np.vdot(covariance_gradient, self._linear),
            network * np.vdot(covariance_gradient, correlations),
            smooth * smooth_part.sum(),
            smooth * np.vdot(smooth_part, self._distances) / length**2,
            2.0 * bias * (network_gradient.sum() - length_gradient.sum()),
            noise * np.trace(covariance_gradient),
            *(2.0 * np.array(weights) * weight_gradient),
        ]
        prior_deviation = (theta - self.centre) / self._spread
        return float(negative + 0.5 * prior_deviation @ prior_deviation), 0.5 * np.array(
            gradient
        ) + prior_deviation / self._spread

    def optimal_kernel(self) -> Kernel:
        """The kernel of the largest likelihood times prior, optimised from the prior's centre."""
        optimum = minimize(
            self.negative_log_posterior, self.centre, method="L-BFGS-B", jac=True,
            bounds=self.bounds, options={"maxiter": _MAX_ITERATIONS, "ftol": _TOLERANCE},
        )  # fmt: skip
        return self.kernel(optimum.x)
