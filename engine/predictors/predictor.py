"""What every predictor can do, and what they share: one scale for values, one training set."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]
Folds = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int64]

_WIDEST = 10.0  # factor by which deviations are scaled up or down at most
_CONSTANT = 1e-12  # spread, as a share of the values, below which they differ by rounding only


class Predictor(ABC):
    """Learns `features (n, f) -> values (n,)`, and tells how far off it may be.

    A predictor is a pure function of its seed and of what it was fitted on. Models see values of
    mean 0 and deviation 1, so that what is set in them fits every unit. What a subclass returns is
    on that scale.
    """

    name: ClassVar[str]
    largest: ClassVar[int] = 2000
    """Rows of which it learns; of more, the last ones. It keeps a fit below a second or so."""

    tau: Mapping[str, float] = MappingProxyType({})
    """Kendall's tau of each candidate in cross-validation, where the predictor chose one."""

    def __init__(self, seed: int = 0, kinds: Kinds | None = None) -> None:
        """`kinds`, `(f,)`, numbers the features that are of one kind; without it all are."""
        self.seed, self.kinds = seed, kinds

    @property
    def chosen(self) -> str:
        """The name of the predictor that predicts: its own, or that of the chosen candidate."""
        return self.name

    def fit(self, features: Values, values: Values) -> Self:
        """Learn from `(n, f)` features and `(n,)` finite values, in the order of measurement."""
        features, values = features[-self.largest :], values[-self.largest :]
        self.trained_on = len(values)
        self._centre, spread = float(np.mean(values)), float(np.std(values))
        constant = spread <= _CONSTANT * float(np.abs(values).max())
        self._scale = 1.0 if constant else spread
        scaled = np.zeros(len(values)) if constant else (values - self._centre) / spread
        self._learn(features, scaled)
        return self

    def predict(self, features: Values) -> Values:
        """`(n,)` expected values of `(n, f)` features."""
        return self._centre + self._scale * self._expected(features)

    def predict_with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(n,)` expected values and `(n,)` standard deviations, without measurement noise."""
        mean, deviation = self._expected_with_deviation(features)
        return self._centre + self._scale * mean, self._scale * deviation

    def sample(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws of the values of `(c, f)` features, without measurement noise."""
        return self._centre + self._scale * self._draws(features, n, rng)

    def held_out(self, features: Values, values: Values, folds: Folds) -> Values:
        """`(n,)` what a predictor that learnt from all other folds says of the rows of each fold.

        Called after `fit` on the same rows, at most `largest`. `folds` is `(n,)`.
        """
        said = np.empty(len(values))
        for fold in np.unique(folds):
            inside = folds == fold
            other = type(self)(self.seed, self.kinds).fit(features[~inside], values[~inside])
            said[inside] = other.predict(features[inside])
        return said

    @abstractmethod
    def _learn(self, features: Values, values: Values) -> None:
        """Learn from `(n, f)` features and `(n,)` scaled values."""

    @abstractmethod
    def _expected(self, features: Values) -> Values:
        """`(n,)` expected scaled values."""

    @abstractmethod
    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(n,)` expected scaled values and `(n,)` standard deviations."""

    @abstractmethod
    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws of the scaled values of `(c, f)` features."""


def stretch(errors: Values, deviations: Values) -> float:
    """The factor by which `(n,)` deviations fit the `(n,)` errors on rows that were not learnt."""
    error, deviation = (float(np.sum(numbers**2)) for numbers in (errors, deviations))
    if not (error > 0 and deviation > 0):
        return 1.0
    return float(np.clip((error / deviation) ** 0.5, 1 / _WIDEST, _WIDEST))
