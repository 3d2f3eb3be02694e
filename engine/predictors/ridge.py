"""Ridge regression, as the Bayesian that it is."""

import numpy as np
from sklearn.linear_model import BayesianRidge

from engine.predictors.predictor import Predictor, Values


class RidgePredictor(Predictor):
    """A weight a feature; how strongly weights are held near 0 follows from the evidence.

    The weights have a normal posterior in closed form: deviation and draws are those of it.

    Source: MacKay, "Bayesian Interpolation", Neural Computation 4 (1992).
    """

    name = "ridge"
    label = "Ridge regression"

    def _learn(self, features: Values, values: Values) -> None:
        self._model = BayesianRidge().fit(features, values)
        spread, directions = np.linalg.eigh(self._model.sigma_)
        self._root = directions * np.sqrt(np.maximum(spread, 0.0))
        self._offset = float((1.0 / (self._model.alpha_ * len(values))) ** 0.5)
        if not np.any(values):
            self._offset = 0.0

    def _expected(self, features: Values) -> Values:
        expected: Values = self._model.predict(features)
        return expected

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        deviations = np.linalg.norm(self._around(features) @ self._root, axis=1)
        return self._expected(features), np.hypot(deviations, self._offset)

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        weights = rng.standard_normal((n, len(self._root))) @ self._root.T
        offsets = self._offset * rng.standard_normal((n, 1))
        draws: Values = self._expected(features) + weights @ self._around(features).T + offsets
        return draws

    def _around(self, features: Values) -> Values:
        around: Values = features - self._model.X_offset_
        return around
