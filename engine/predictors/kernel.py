"""The covariance function of the Gaussian process."""

from dataclasses import dataclass

import numpy as np

from engine.predictors.predictor import Values


@dataclass(frozen=True)
class Kernel:
    """`linear (x.y + 1) + network N(x, y) + smooth exp(-|x-y|^2 / 2 length^2)`, and noise.

    `N` is the correlation of the outputs of neural networks with infinitely many random neurons,
    `2/pi arcsin(2 s(x, y) / sqrt((1 + 2 s(x, x)) (1 + 2 s(y, y))))` with `s(x, y)` the bias plus
    the sum of `w x y` over features, each with its weight in `weights`, `(f,)`. It saturates, as
    accuracy does.

    Source: Williams, "Computing with Infinite Networks", NeurIPS 1996, equation 10.
    """

    linear: float
    network: float
    smooth: float
    length: float
    bias: float
    weights: Values
    noise: float

    def between(self, rows: Values, others: Values) -> Values:
        """`(n, k)` covariances of `(n, f)` and `(k, f)` features, without noise.

        They are computed in the precision of the features, single or double.
        """
        weights = self.weights.astype(rows.dtype)
        products = rows @ others.T
        covariance = squared_distances(rows, others, products)
        covariance *= -0.5 / self.length**2
        np.exp(covariance, out=covariance)
        covariance *= self.smooth
        sums = rows @ (others * weights).T
        sums += self.bias
        network_covariance = correlation(sums, self._self_sums(rows), self._self_sums(others))
        network_covariance *= self.network
        covariance += network_covariance
        products += 1.0
        products *= self.linear
        covariance += products
        return covariance

    def variance(self, rows: Values) -> Values:
        """`(n,)` the diagonal of `between(rows, rows)`."""
        self_sums = self._self_sums(rows)
        correlations = (2.0 / np.pi) * np.arcsin(2.0 * self_sums / (1.0 + 2.0 * self_sums))
        variance: Values = (
            self.linear * (_squares(rows) + 1.0) + self.network * correlations + self.smooth
        )
        return variance

    def _self_sums(self, rows: Values) -> Values:
        self_sums: Values = self.bias + rows**2 @ self.weights.astype(rows.dtype)
        return self_sums


def squared_distances(rows: Values, others: Values, products: Values) -> Values:
    """`(n, k)` of `(n, f)` and `(k, f)` features and their `(n, k)` scalar products."""
    distances: Values = -2.0 * products
    distances += _squares(rows)[:, None]
    distances += _squares(others)
    return np.maximum(distances, 0.0, out=distances)


def angles(sums: Values, self_sums: Values, other_self_sums: Values) -> Values:
    """`(n, k)` sines of the angles whose share of a right angle is the correlation `N`."""
    lengths = np.outer(np.sqrt(0.5 + self_sums), np.sqrt(0.5 + other_self_sums))
    sines: Values = np.divide(sums, lengths, out=lengths)
    return np.clip(sines, -1.0, 1.0, out=sines)


def correlation(sums: Values, self_sums: Values, other_self_sums: Values) -> Values:
    """`(n, k)` `N` of the `(n, k)` sums `s(x, y)`, and of `(n,)` `s(x, x)`, `(k,)` `s(y, y)`."""
    sines = angles(sums, self_sums, other_self_sums)
    correlations: Values = np.arcsin(sines, out=sines)
    correlations *= 2.0 / np.pi
    return correlations


def _squares(rows: Values) -> Values:
    squares: Values = np.einsum("ij,ij->i", rows, rows)
    return squares
