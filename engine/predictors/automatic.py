"""The predictor that is chosen by cross-validation at each fit."""

import math

import numpy as np

from engine.predictors.ensembles import RandomForestPredictor
from engine.predictors.gaussian_process import GaussianProcessPredictor
from engine.predictors.predictor import Predictor, Values
from engine.predictors.quality import kendall_tau
from engine.predictors.ridge import RidgePredictor
from engine.predictors.support_vectors import SupportVectorPredictor

CANDIDATES: tuple[type[Predictor], ...] = (
    GaussianProcessPredictor,
    RidgePredictor,
    SupportVectorPredictor,
    RandomForestPredictor,
)
_FOLDS = 5
_MIN_ROWS = 12  # below this a rank correlation is chance
_MIN_LEAD = 0.5  # standard errors of Kendall's tau


class AutomaticPredictor(Predictor):
    """A Gaussian process, unless another candidate clearly ranks better in cross-validation.

    `tau` is Kendall's tau of each candidate, between the values and its predictions of them out of
    five folds. With few rows one candidate often ranks better by chance, so the required lead grows
    as their number shrinks. The candidates differ in what they can learn and are quick: five fits
    of boosting or of a neural network cost more than everything here.
    """

    name = "auto"
    max_rows = GaussianProcessPredictor.max_rows

    @property
    def selected_name(self) -> str:
        """The name of the selected candidate; the default where rows are too few to compare."""
        return self._selected.name

    def _fit(self, features: Values, values: Values) -> None:
        default = CANDIDATES[0]
        candidates = {kind.name: kind(self.seed, self.kinds) for kind in CANDIDATES}
        if len(values) < _MIN_ROWS or not np.any(values):
            candidates = {default.name: candidates[default.name]}
        folds = np.random.default_rng(self.seed).permutation(len(values)) % _FOLDS
        tau = {}
        for name, candidate in candidates.items():
            candidate.fit(features, values)
            if len(candidates) > 1:
                tau[name] = kendall_tau(candidate.cross_validated(features, values, folds), values)
        self.tau = {name: value for name, value in tau.items() if math.isfinite(value)}
        scores = {name: self.tau.get(name, 0.0) for name in candidates}
        scores[default.name] += _MIN_LEAD * _standard_error(len(values))
        self._selected = candidates[max(scores, key=lambda name: scores[name])]

    def _predict_scaled(self, features: Values) -> Values:
        return self._selected.predict(features)

    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        return self._selected.predict_with_deviation(features)

    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        return self._selected.sample(features, n, rng)


def _standard_error(n: int) -> float:
    """The standard error of Kendall's tau of `n` unrelated pairs.

    Source: Kendall, "A New Measure of Rank Correlation", Biometrika 30 (1938).
    """
    return math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1))) if n > 1 else 0.0
