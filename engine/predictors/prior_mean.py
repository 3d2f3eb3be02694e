"""A predictor that learns how values differ from what another predictor expects."""

import numpy as np

from engine.predictors.predictor import Predictor, Values


class PriorMeanPredictor(Predictor):
    """`offset + slope * prior + residual`: a line through the expectations of a `prior`, and more.

    The line is fitted by least squares, and its slope is at least 0; `residual` is a predictor that
    learns what remains. Deviation and samples are those of `residual`. `prior` was fitted on other
    rows, such as measurements of another supernet: only the order of its values has to be right,
    and if it tells nothing, the slope is about 0.

    Source: Kennedy and O'Hagan, "Predicting the output from a complex computer code when fast
    approximations are available", Biometrika 87 (2000), with the mean of the first process alone.
    """

    def __init__(self, prior: Predictor, residual: Predictor) -> None:
        super().__init__(residual.seed, residual.kinds)
        self._prior, self._residual = prior, residual

    @property
    def max_rows(self) -> int:  # type: ignore[override]
        """As of the predictor of the residuals."""
        return self._residual.max_rows

    @property
    def selected_name(self) -> str:
        """The name of the predictor of the residuals, or of the candidate that it selected."""
        return self._residual.selected_name

    def _fit(self, features: Values, values: Values) -> None:
        expected = self._prior.predict(features)
        centred = expected - expected.mean()
        variation = float(centred @ centred)
        slope = max(float(centred @ values) / variation, 0.0) if variation > 0 else 0.0
        self._slope, self._offset = slope, float(values.mean() - slope * expected.mean())
        self._residual.fit(features, values - self._line(features))
        self.tau = self._residual.tau

    def _line(self, features: Values) -> Values:
        line: Values = self._offset + self._slope * self._prior.predict(features)
        return line

    def _predict_scaled(self, features: Values) -> Values:
        return self._line(features) + self._residual.predict(features)

    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        mean, deviation = self._residual.predict_with_deviation(features)
        return self._line(features) + mean, deviation

    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        return self._line(features) + self._residual.sample(features, n, rng)
