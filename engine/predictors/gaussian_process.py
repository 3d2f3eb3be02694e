"""The predictor of a measured metric: a Gaussian process on the features of sub-networks."""

import warnings

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

_LARGEST_TRAINING_SET = 600  # the cubic cost of a Gaussian process stays below a second

Values = npt.NDArray[np.float64]


class GaussianProcessPredictor:
    """Learns `features (n, f) -> values (n,)`: a linear part, interactions, and noise."""

    def fit(self, features: Values, values: Values) -> "GaussianProcessPredictor":
        """Learn from finite `values`; of very many, the last ones measured."""
        features, values = features[-_LARGEST_TRAINING_SET:], values[-_LARGEST_TRAINING_SET:]
        kernel = (
            ConstantKernel(0.1, (1e-4, 1e2)) * DotProduct(1.0, (1e-2, 1e2))
            + ConstantKernel(1.0, (1e-3, 1e2)) * RBF(4.0, (0.5, 50.0))
            + WhiteKernel(0.05, (1e-5, 2.0))
        )
        self._model = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(features, values)
        scale = float(np.std(values)) or 1.0
        self._noise = self._model.kernel_.k2.noise_level * scale**2
        return self

    def predict(self, features: Values) -> Values:
        """`(n,)` expected values of `(n, f)` features."""
        predicted: Values = self._model.predict(features)
        return predicted

    def predict_with_deviation(self, features: Values) -> tuple[Values, Values]:
        """`(n,)` expected values and `(n,)` standard deviations, without measurement noise."""
        mean, deviation = self._model.predict(features, return_std=True)
        return mean, np.sqrt(np.maximum(deviation**2 - self._noise, 0.0))

    def sample(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """`(n, c)` joint draws of the values of `(c, f)` features, without measurement noise."""
        mean, covariance = self._model.predict(features, return_cov=True)
        covariance -= self._noise * np.eye(len(mean))
        scale, directions = np.linalg.eigh(covariance)
        root = directions * np.sqrt(np.maximum(scale, 0.0))
        draws: Values = mean + rng.standard_normal((n, len(mean))) @ root.T
        return draws
