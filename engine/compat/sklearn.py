"""scikit-learn: what the trees of a forest say, without its checks of every call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeRegressor


def tree_predictions(
    trees: Sequence[DecisionTreeRegressor], features: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.float64]:
    """`(trees, n)` of `(n, features)`: as `predict` of each, which converts and checks them."""
    rows = np.asarray(features, dtype=np.float32)  # what trees compare; converted once
    return np.array([tree.tree_.predict(rows)[:, 0] for tree in trees])
