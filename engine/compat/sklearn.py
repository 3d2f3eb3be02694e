"""scikit-learn: predictions of the trees of a forest, without input checks in each call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeRegressor


def tree_predictions(
    trees: Sequence[DecisionTreeRegressor], features: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.float64]:
    """`(trees, n)` predictions for `(n, features)`, equal to those of each tree's `predict`."""
    rows = np.asarray(features, dtype=np.float32)  # the type that trees compare; converted once
    return np.array([tree.tree_.predict(rows)[:, 0] for tree in trees])
