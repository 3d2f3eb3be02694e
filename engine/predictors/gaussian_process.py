"""A Gaussian process on the features of sub-networks."""

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from engine.predictors.kernel import Kernel
from engine.predictors.marginal_likelihood import JITTER, MarginalLikelihood
from engine.predictors.predictor import Folds, Predictor, Values

_ENOUGH = 150  # rows to find the hyper-parameters from


class Posterior:
    """What a kernel makes of `(n,)` values of mean 0 at `(n, f)` features.

    Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), algorithm 2.1.
    """

    def __init__(self, kernel: Kernel, features: Values, values: Values) -> None:
        self.kernel, self._features = kernel, features
        covariance = kernel.between(features, features)
        covariance.flat[:: len(covariance) + 1] += kernel.noise + JITTER
        self._root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        self._weights = cho_solve((self._root, True), values, check_finite=False)

    def expected(self, features: Values) -> Values:
        """`(c,)` means at `(c, f)` features, computed in their precision."""
        known, weights = (a.astype(features.dtype) for a in (self._features, self._weights))
        mean: Values = self.kernel.between(features, known) @ weights
        return mean

    def with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(c,)` means and `(c,)` standard deviations, without noise."""
        mean, explained = self._explained(features)
        variance = self.kernel.variance(features) - np.einsum("ij,ij->j", explained, explained)
        return mean, np.sqrt(np.maximum(variance, 0.0))

    def draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws, without noise."""
        mean, explained = self._explained(features)
        covariance = self.kernel.between(features, features) - explained.T @ explained
        scale = max(float(covariance.diagonal().max()), 1.0)
        covariance.flat[:: len(covariance) + 1] += 10 * JITTER * scale
        root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        drawn: Values = mean + rng.standard_normal((n, len(mean))) @ root.T
        return drawn

    def _explained(self, features: Values) -> tuple[Values, Values]:
        """`(c,)` means, and `(n, c)` whose columns' products are what the values explain."""
        covariance = self.kernel.between(features, self._features)
        mean = covariance @ self._weights
        explained = solve_triangular(
            self._root, covariance.T, lower=True, overwrite_b=True, check_finite=False
        )
        return mean, explained


class GaussianProcessPredictor(Predictor):
    """Sums, wide networks, near ones, and noise; deviation and draws are those of the posterior."""

    name = "gaussian_process"
    largest = 600  # its cost is cubic

    def held_out(self, features: Values, values: Values, folds: Folds) -> Values:
        """As of any predictor, with the hyper-parameters that all rows together gave.

        They hardly depend on a single fold, and finding them is nearly all of the cost.
        """
        said = np.empty(len(values))
        scaled = (values - self._centre) / self._scale
        for fold in np.unique(folds):
            inside = folds == fold
            centre = scaled[~inside].mean()
            other = Posterior(self._posterior.kernel, features[~inside], scaled[~inside] - centre)
            said[inside] = centre + other.expected(features[inside])
        return self._centre + self._scale * said

    def _learn(self, features: Values, values: Values) -> None:
        some = np.unique(np.linspace(0, len(values) - 1, _ENOUGH).astype(np.int64))
        kinds = np.zeros(features.shape[1], np.int64) if self.kinds is None else self.kinds
        kernel = MarginalLikelihood(features[some], values[some], kinds).fitted()
        self._posterior = Posterior(kernel, features, values)

    def _expected(self, features: Values) -> Values:
        return self._posterior.expected(features)

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        return self._posterior.with_deviation(features)

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        return self._posterior.draws(features, n, rng)
