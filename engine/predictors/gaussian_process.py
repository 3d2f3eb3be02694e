"""A Gaussian process on the features of sub-networks."""

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from engine.predictors.kernel import Kernel
from engine.predictors.marginal_likelihood import JITTER, MarginalLikelihood
from engine.predictors.predictor import Folds, Predictor, Values

_HYPERPARAMETER_ROWS = 150  # rows to optimise the hyper-parameters on


class Posterior:
    """The posterior of a kernel, given `(n,)` values of mean 0 at `(n, f)` features.

    Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), algorithm 2.1.
    """

    def __init__(self, kernel: Kernel, features: Values, values: Values) -> None:
        self.kernel, self._features = kernel, features
        covariance = kernel.between(features, features)
        covariance.flat[:: len(covariance) + 1] += kernel.noise + JITTER
        self._root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        self._weights = cho_solve((self._root, True), values, check_finite=False)

    def mean(self, features: Values) -> Values:
        """`(c,)` means at `(c, f)` features, computed in the precision of these."""
        training_features, weights = (
            a.astype(features.dtype) for a in (self._features, self._weights)
        )
        mean: Values = self.kernel.between(features, training_features) @ weights
        return mean

    def mean_and_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(c,)` means and `(c,)` standard deviations, without noise."""
        mean, explained = self._mean_and_explained(features)
        variance = self.kernel.variance(features) - np.einsum("ij,ij->j", explained, explained)
        return mean, np.sqrt(np.maximum(variance, 0.0))

    def sample(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws, without noise."""
        mean, explained = self._mean_and_explained(features)
        covariance = self.kernel.between(features, features) - explained.T @ explained
        scale = max(float(covariance.diagonal().max()), 1.0)
        covariance.flat[:: len(covariance) + 1] += 10 * JITTER * scale
        root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        draws: Values = mean + rng.standard_normal((n, len(mean))) @ root.T
        return draws

    def _mean_and_explained(self, features: Values) -> tuple[Values, Values]:
        """`(c,)` means, and `(n, c)` whose columns' products are the explained covariance."""
        covariance = self.kernel.between(features, self._features)
        mean = covariance @ self._weights
        explained = solve_triangular(
            self._root, covariance.T, lower=True, overwrite_b=True, check_finite=False
        )
        return mean, explained


class GaussianProcessPredictor(Predictor):
    """A Gaussian process under a `Kernel`; deviation and samples are those of its posterior."""

    name = "gaussian_process"
    max_rows = 600  # its cost is cubic

    def cross_validated(self, features: Values, values: Values, folds: Folds) -> Values:
        """As of any predictor, with the hyper-parameters of the fit on all rows.

        They hardly depend on a single fold, and optimising them is nearly all of the cost.
        """
        scaled_predictions = np.empty(len(values))
        scaled_values = (values - self._centre) / self._scale
        for fold in np.unique(folds):
            is_in_fold = folds == fold
            centre = scaled_values[~is_in_fold].mean()
            posterior = Posterior(
                self._posterior.kernel, features[~is_in_fold], scaled_values[~is_in_fold] - centre
            )
            scaled_predictions[is_in_fold] = centre + posterior.mean(features[is_in_fold])
        return self._centre + self._scale * scaled_predictions

    def _fit(self, features: Values, values: Values) -> None:
        subset = np.unique(np.linspace(0, len(values) - 1, _HYPERPARAMETER_ROWS).astype(np.int64))
        kinds = np.zeros(features.shape[1], np.int64) if self.kinds is None else self.kinds
        kernel = MarginalLikelihood(features[subset], values[subset], kinds).optimal_kernel()
        self._posterior = Posterior(kernel, features, values)

    def _predict_scaled(self, features: Values) -> Values:
        return self._posterior.mean(features)

    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        return self._posterior.mean_and_deviation(features)

    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        return self._posterior.sample(features, n, rng)
