"""The likelihood that a Gaussian process is fitted by, with what no step changes computed once."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky, lapack
from scipy.optimize import minimize

from engine.predictors.kernel import Kernel, angles, squared_distances
from engine.predictors.predictor import Values

JITTER = 1e-10  # so that sub-networks that occur twice can be told apart from noise

# Median, spread of the logarithm, least and largest of each hyper-parameter that is not a weight.
_SHAPE = {
    "linear": (0.05, 2.0, 1e-5, 10.0),
    "network": (3.0, 1.5, 1e-2, 100.0),
    "smooth": (0.3, 1.5, 1e-4, 100.0),
    "length": (4.0, 0.7, 0.5, 200.0),
    "bias": (1.0, 1.5, 1e-3, 100.0),
    "noise": (0.02, 2.0, 1e-5, 2.0),
}
_WEIGHT = (0.1, 1.5, 1e-4, 100.0)
_NOTHING = -100.0  # the logarithm of the share of a part that is left out
_STEPS, _ENOUGH = 30, 1e-4


class MarginalLikelihood:
    """Of `(n,)` values of deviation 1 at `(n, f)` features, under a `Kernel` and a prior.

    `kinds`, `(f,)`, numbers the features that share a weight. `theta` holds the logarithms of
    linear, network, smooth, length, bias, noise and of the weight of each kind. Their prior is a
    broad normal one: few rows say little of ten numbers. Products and distances of the features
    do not depend on them. Parts that the kernel is to be `without`, such as `network`, have no
    share.

    Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006), section 5.4.1.
    """

    def __init__(
        self, features: Values, values: Values, kinds: npt.NDArray[np.int64],
        without: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._values, self._kinds = values, kinds
        parts = [features[:, kinds == kind] for kind in range(int(kinds.max()) + 1)]
        self._products = np.array([part @ part.T for part in parts])
        whole: Values = self._products.sum(axis=0)
        self._distances = squared_distances(features, features, whole)
        self._linear = whole + 1.0
        rows = np.array([*_SHAPE.values(), *[_WEIGHT] * len(parts)])
        self.centre, self._spread = np.log(rows[:, 0]), rows[:, 1]
        self.bounds = np.log(rows[:, 2:])
        left_out = [list(_SHAPE).index(part) for part in without]
        self.centre[left_out] = _NOTHING
        self.bounds[left_out] = _NOTHING

    def kernel(self, theta: Values) -> Kernel:
        """The kernel of a `theta`."""
        linear, network, smooth, length, bias, noise, *weights = map(float, np.exp(theta))
        by_feature = np.array(weights)[self._kinds]
        return Kernel(linear, network, smooth, length, bias, by_feature, noise)

    def negative(self, theta: Values) -> tuple[float, Values]:
        """The negative logarithm of likelihood times prior, and its gradient.

        Infinite where the covariance has no root.
        """
        linear, network, smooth, length, bias, noise, *weights = map(float, np.exp(theta))
        sums = np.tensordot(weights, self._products, axes=1)
        sums += bias
        own = sums.diagonal().copy()
        sines = angles(sums, own, own)
        network *= 2.0 / np.pi
        alike = np.arcsin(sines)
        near = np.exp(self._distances * (-0.5 / length**2))
        covariance = linear * self._linear
        covariance += network * alike
        covariance += smooth * near
        covariance.flat[:: len(covariance) + 1] += noise + JITTER
        try:
            root = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        except LinAlgError:
            return np.inf, np.zeros(len(theta))
        log_root = float(np.log(np.diag(root)).sum())
        lower, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
        slope = np.ascontiguousarray(lower.T)
        slope += np.tril(lower, -1)
        solved = slope @ self._values
        negative = 0.5 * self._values @ solved + log_root
        negative += 0.5 * len(solved) * np.log(2 * np.pi)
        slope -= np.outer(solved, solved)
        lengths = 1.0 + 2.0 * own
        cosines = np.sqrt(np.maximum(1.0 - sines**2, 1e-9))
        bent = np.divide(slope, cosines, out=cosines)
        bent *= network
        lengthened = np.einsum("ij,ij->i", bent, sines) / lengths
        bent /= np.sqrt(np.outer(lengths, lengths))
        near *= slope
        by_weight = self._products.reshape(len(weights), -1) @ bent.ravel()
        by_weight -= self._products.diagonal(axis1=1, axis2=2) @ lengthened
        gradient = [
            linear * np.vdot(slope, self._linear),
            network * np.vdot(slope, alike),
            smooth * near.sum(),
            smooth * np.vdot(near, self._distances) / length**2,
            2.0 * bias * (bent.sum() - lengthened.sum()),
            noise * np.trace(slope),
            *(2.0 * np.array(weights) * by_weight),
        ]
        away = (theta - self.centre) / self._spread
        return float(negative + 0.5 * away @ away), 0.5 * np.array(gradient) + away / self._spread

    def fitted(self) -> Kernel:
        """The kernel of largest likelihood times prior that is found from the prior's centre."""
        found = minimize(
            self.negative, self.centre, method="L-BFGS-B", jac=True, bounds=self.bounds,
            options={"maxiter": _STEPS, "ftol": _ENOUGH},
        )  # fmt: skip
        return self.kernel(found.x)
