"""The likelihood that a Gaussian process is fitted by, with what no step changes computed once."""

import numpy as np
from scipy.linalg import LinAlgError, cholesky, lapack
from scipy.optimize import minimize
from scipy.spatial.distance import pdist, squareform

from engine.predictors.predictor import Values

JITTER = 1e-10  # so that sub-networks that occur twice can be told apart from noise


class MarginalLikelihood:
    """Of the kernel `a (x.y + s^2) + b exp(-|x-y|^2 / 2 l^2) + noise`, over `(n,)` values.

    `theta` holds the logarithms of a, s, b, l and the noise, as in scikit-learn. Products and
    distances of the features do not depend on it.

    Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), section 5.4.1.
    """

    def __init__(self, features: Values, values: Values) -> None:
        self._products = features @ features.T
        self._distances = squareform(pdist(features, "sqeuclidean"))
        self._values = values

    def negative(self, theta: Values) -> tuple[float, Values]:
        """The negative logarithm and its `(5,)` gradient; infinite where it is not defined."""
        linear, offset, smooth, length, noise = np.exp(theta)
        products = linear * (self._products + offset**2)
        near = smooth * np.exp(self._distances * (-0.5 / length**2))
        covariance = products + near
        covariance.flat[:: len(covariance) + 1] += noise + JITTER
        try:
            root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        except LinAlgError:
            return np.inf, np.zeros(5)
        log_root = float(np.log(np.diag(root)).sum())
        lower, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
        inverse = np.tril(lower) + np.tril(lower, -1).T
        weights = inverse @ self._values
        negative = 0.5 * self._values @ weights + log_root
        negative += 0.5 * len(weights) * np.log(2 * np.pi)
        slope = inverse
        slope -= np.outer(weights, weights)
        gradient = [
            np.vdot(slope, products),
            2 * linear * offset**2 * slope.sum(),
            np.vdot(slope, near),
            np.vdot(slope, near * self._distances) / length**2,
            noise * np.trace(slope),
        ]
        return float(negative), 0.5 * np.array(gradient)

    def minimise(self, start: Values, bounds: Values) -> tuple[Values, float]:
        """The theta of largest likelihood from `(5,)` `start` within `(5, 2)` `bounds`."""
        found = minimize(self.negative, start, method="L-BFGS-B", jac=True, bounds=bounds)
        return found.x, found.fun
