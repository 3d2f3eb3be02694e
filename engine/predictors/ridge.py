"""Ridge regression, as the Bayesian that it is."""

import numpy as np
from sklearn.linear_model import BayesianRidge

from engine.predictors.predictor import Predictor, Values, stretch


class RidgePredictor(Predictor):
    """A weight a feature; how strongly weights are held near 0 follows from the evidence.

    The weights have a normal posterior in closed form: deviation and draws are those of it. What no
    weights can fit looks like noise to it, so that it would be the surer the more it is wrong: its
    deviations are scaled to fit its errors on rows left out, which have a closed form, too.

    Source: MacKay, "Bayesian Interpolation", Neural Computation 4 (1992); errors on rows left out:
    Allen, "The Relationship between Variable Selection and Data Augmentation", Technometrics 16
    (1974).
    """

    name = "ridge"

    def _learn(self, features: Values, values: Values) -> None:
        self._model = BayesianRidge().fit(features, values)
        spread, directions = np.linalg.eigh(self._model.sigma_)
        self._root = directions * np.sqrt(np.maximum(spread, 0.0))
        precision = float(self._model.alpha_)
        self._offset, self._stretch = (precision * len(values)) ** -0.5, 1.0
        mean, deviation = self._expected_with_deviation(features)
        rest = np.maximum(1.0 - precision * deviation**2, 1e-9)  # one less its leverage
        self._stretch = stretch((mean - values) / rest, deviation / np.sqrt(rest))

    def _expected(self, features: Values) -> Values:
        expected: Values = self._model.predict(features)
        return expected

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        of_weights = np.linalg.norm(self._around(features) @ self._root, axis=1)
        return self._expected(features), self._stretch * np.hypot(of_weights, self._offset)

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        weights = rng.standard_normal((n, len(self._root))) @ self._root.T
        offsets = self._offset * rng.standard_normal((n, 1))
        away = weights @ self._around(features).T + offsets
        draws: Values = self._expected(features) + self._stretch * away
        return draws

    def _around(self, features: Values) -> Values:
        around: Values = features - self._model.X_offset_
        return around
