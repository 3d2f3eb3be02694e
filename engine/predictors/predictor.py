"""The base class of predictors: scaling of values and limits of the training set."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]
Folds = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int64]

_MAX_DEVIATION_FACTOR = 10.0  # and its inverse the smallest
_CONSTANT = 1e-12  # share of the values, below which their spread is rounding


class Predictor(ABC):
    """Learns `features (n, f) -> values (n,)`, and estimates its own error.

    A predictor is a pure function of its seed and its training rows. Subclasses get values of mean
    0 and deviation 1, so that their settings fit every unit, and return values on that scale.
    """

    name: ClassVar[str]
    max_rows: ClassVar[int] = 2000
    """Rows that a fit uses: the last ones of more. They keep it below about a second."""

    tau: Mapping[str, float] = MappingProxyType({})
    """Kendall's tau of each candidate in cross-validation, if the predictor has candidates."""

    def __init__(self, seed: int = 0, kinds: Kinds | None = None) -> None:
        """`kinds`, `(f,)`, numbers features of one kind alike; without it all are of one kind."""
        self.seed, self.kinds = seed, kinds

    @property
    def selected_name(self) -> str:
        """The name of the predictor in use: its own, or that of the selected candidate."""
        return self.name

    def fit(self, features: Values, values: Values) -> Self:
        """Learn from `(n, f)` features and `(n,)` finite values, in the order of measurement."""
        features, values = features[-self.max_rows :], values[-self.max_rows :]
        self.trained_on = len(values)
        self._centre, spread = float(np.mean(values)), float(np.std(values))
        is_constant = spread <= _CONSTANT * float(np.abs(values).max())
        self._scale = 1.0 if is_constant else spread
        scaled_values = np.zeros(len(values)) if is_constant else (values - self._centre) / spread
        self._fit(features, scaled_values)
        return self

    def predict(self, features: Values) -> Values:
        """`(n,)` expected values of `(n, f)` features."""
        return self._centre + self._scale * self._predict_scaled(features)

    def predict_with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(n,)` expected values and `(n,)` standard deviations, without measurement noise."""
        mean, deviation = self._predict_scaled_with_deviation(features)
        return self._centre + self._scale * mean, self._scale * deviation

    def sample(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws of the values of `(c, f)` features, without measurement noise."""
        return self._centre + self._scale * self._sample_scaled(features, n, rng)

    def cross_validated(self, features: Values, values: Values, folds: Folds) -> Values:
        """`(n,)` predictions of each fold by a predictor fitted on the other folds.

        Called after `fit` on the same rows, at most `max_rows`. `folds` is `(n,)`.
        """
        predictions = np.empty(len(values))
        for fold in np.unique(folds):
            is_in_fold = folds == fold
            predictor = type(self)(self.seed, self.kinds).fit(
                features[~is_in_fold], values[~is_in_fold]
            )
            predictions[is_in_fold] = predictor.predict(features[is_in_fold])
        return predictions

    @abstractmethod
    def _fit(self, features: Values, values: Values) -> None:
        """Learn from `(n, f)` features and `(n,)` scaled values."""

    @abstractmethod
    def _predict_scaled(self, features: Values) -> Values:
        """`(n,)` expected scaled values."""

    @abstractmethod
    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(n,)` expected scaled values and `(n,)` standard deviations."""

    @abstractmethod
    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws of the scaled values of `(c, f)` features."""


def deviation_factor(errors: Values, deviations: Values) -> float:
    """The factor by which `(n,)` deviations fit the `(n,)` errors on held-out rows."""
    error, deviation = (float(np.sum(values**2)) for values in (errors, deviations))
    if not (error > 0 and deviation > 0):
        return 1.0
    return float(
        np.clip((error / deviation) ** 0.5, 1 / _MAX_DEVIATION_FACTOR, _MAX_DEVIATION_FACTOR)
    )
