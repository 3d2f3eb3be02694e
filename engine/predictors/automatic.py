"""The predictor that ranks best what it has not seen, chosen anew at each fit."""

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
_FEWEST = 12  # rows below which a rank correlation is chance
_CLEARLY = 0.5  # standard errors of Kendall's tau by which another must rank better


class AutomaticPredictor(Predictor):
    """A Gaussian process, unless another candidate clearly ranks better in cross-validation.

    `tau` is Kendall's tau, by candidate, between the values and what was predicted of them out of
    five folds. The better of few rows is often better by chance, so the lead that counts shrinks
    with their number. The candidates differ in what they can learn and are quick: five fits of
    boosting or of a neural network cost more than everything here.
    """

    name = "auto"
    largest = GaussianProcessPredictor.largest

    @property
    def chosen(self) -> str:
        """The name of the candidate that predicts; the default where rows are too few to tell."""
        return self._best.name

    def _learn(self, features: Values, values: Values) -> None:
        default = CANDIDATES[0]
        candidates = {kind.name: kind(self.seed, self.kinds) for kind in CANDIDATES}
        if len(values) < _FEWEST or not np.any(values):
            candidates = {default.name: candidates[default.name]}
        folds = np.random.default_rng(self.seed).permutation(len(values)) % _FOLDS
        tau = {}
        for name, candidate in candidates.items():
            candidate.fit(features, values)
            if len(candidates) > 1:
                tau[name] = kendall_tau(candidate.held_out(features, values, folds), values)
        self.tau = {name: value for name, value in tau.items() if math.isfinite(value)}
        score = {name: self.tau.get(name, 0.0) for name in candidates}
        score[default.name] += _CLEARLY * _standard_error(len(values))
        self._best = candidates[max(score, key=lambda name: score[name])]

    def _expected(self, features: Values) -> Values:
        return self._best.predict(features)

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        return self._best.predict_with_deviation(features)

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        return self._best.sample(features, n, rng)


def _standard_error(n: int) -> float:
    """That of Kendall's tau of `n` unrelated pairs.

    Source: Kendall, "A New Measure of Rank Correlation", Biometrika 30 (1938).
    """
    return math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1))) if n > 1 else 0.0
