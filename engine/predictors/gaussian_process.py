"""A Gaussian process on the features of sub-networks."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from engine.predictors.marginal_likelihood import MarginalLikelihood
from engine.predictors.predictor import Folds, Predictor, Values


class GaussianProcessPredictor(Predictor):
    """A linear part, interactions, and noise; deviation and draws are those of the posterior."""

    name = "gaussian_process"
    label = "Gaussian process"
    largest = 600  # its cost is cubic

    def held_out(self, features: Values, values: Values, folds: Folds) -> Values:
        """As of any predictor, with the five hyper-parameters that all rows together gave.

        They hardly depend on a single fold, and finding them is nearly all of the cost.
        """
        said = np.empty(len(values))
        scaled = (values - self._centre) / self._scale
        for fold in np.unique(folds):
            inside = folds == fold
            other = GaussianProcessRegressor(self._model.kernel_, optimizer=None, normalize_y=True)
            said[inside] = other.fit(features[~inside], scaled[~inside]).predict(features[inside])
        return self._centre + self._scale * said

    def _learn(self, features: Values, values: Values) -> None:
        kernel = (
            ConstantKernel(0.1, (1e-4, 1e2)) * DotProduct(1.0, (1e-2, 1e2))
            + ConstantKernel(1.0, (1e-3, 1e2)) * RBF(4.0, (0.5, 50.0))
            + WhiteKernel(0.05, (1e-5, 2.0))
        )
        likelihood = MarginalLikelihood(features, values)

        def optimizer(_: Callable[..., Any], start: Values, bounds: Values) -> tuple[Values, float]:
            return likelihood.minimise(start, bounds)

        self._model = GaussianProcessRegressor(kernel, optimizer=optimizer)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a bound may be the answer
            self._model.fit(features, values)
        self._noise = self._model.kernel_.k2.noise_level

    def _expected(self, features: Values) -> Values:
        expected: Values = self._model.predict(features)
        return expected

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        mean, deviation = self._model.predict(features, return_std=True)
        return mean, np.sqrt(np.maximum(deviation**2 - self._noise, 0.0))

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        mean, covariance = self._model.predict(features, return_cov=True)
        covariance -= self._noise * np.eye(len(mean))
        scale, directions = np.linalg.eigh(covariance)
        root = directions * np.sqrt(np.maximum(scale, 0.0))
        draws: Values = mean + rng.standard_normal((n, len(mean))) @ root.T
        return draws
