"""Bayesian ridge regression."""

import numpy as np
from sklearn.linear_model import BayesianRidge

from engine.predictors.predictor import Predictor, Values, deviation_factor


class RidgePredictor(Predictor):
    """A weight for each feature; the evidence determines how strongly weights shrink to 0.

    The weights have a normal posterior in closed form, which gives deviation and samples. The model
    takes a misfit for noise and would be too certain, so deviations are scaled to fit the
    leave-one-out errors, which have a closed form, too.

    Source: MacKay, "Bayesian Interpolation", Neural Computation 4 (1992); errors on rows left out:
    Allen, "The Relationship between Variable Selection and Data Augmentation", Technometrics 16
    (1974).
    """

    name = "ridge"

    def _fit(self, features: Values, values: Values) -> None:
        self._model = BayesianRidge().fit(features, values)
        eigenvalues, eigenvectors = np.linalg.eigh(self._model.sigma_)
        self._covariance_root = eigenvectors * np.sqrt(np.maximum(eigenvalues, 0.0))
        precision = float(self._model.alpha_)
        self._offset, self._deviation_factor = (precision * len(values)) ** -0.5, 1.0
        mean, deviation = self._predict_scaled_with_deviation(features)
        residual_shares = np.maximum(1.0 - precision * deviation**2, 1e-9)  # one less its leverage
        self._deviation_factor = deviation_factor(
            (mean - values) / residual_shares, deviation / np.sqrt(residual_shares)
        )

    def _predict_scaled(self, features: Values) -> Values:
        expected: Values = self._model.predict(features)
        return expected

    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        weight_deviation = np.linalg.norm(self._centred(features) @ self._covariance_root, axis=1)
        return self._predict_scaled(features), self._deviation_factor * np.hypot(
            weight_deviation, self._offset
        )

    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        weights = rng.standard_normal((n, len(self._covariance_root))) @ self._covariance_root.T
        offsets = self._offset * rng.standard_normal((n, 1))
        deviations = weights @ self._centred(features).T + offsets
        draws: Values = self._predict_scaled(features) + self._deviation_factor * deviations
        return draws

    def _centred(self, features: Values) -> Values:
        centred: Values = features - self._model.X_offset_
        return centred
