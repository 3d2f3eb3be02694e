"""The breast cancer data set of scikit-learn, 569 tumours, in fixed splits."""

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

COLUMNS, CLASSES = 30, ("malignant", "benign")


@functools.cache
def splits() -> "dict[str, tuple[Tensor, Tensor]]":
    """Rows `(n, 30)`, standardised by the training rows, and classes `(n,)` of each split.

    Each of the three splits has a third of the rows.
    """
    import torch
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import StratifiedKFold

    rows, classes = load_breast_cancer(return_X_y=True)
    folds = StratifiedKFold(3, shuffle=True, random_state=0).split(rows, classes)
    parts = dict(zip(("training", "validation", "test"), (part for _, part in folds), strict=True))
    train = rows[parts["training"]]
    scaled = ((rows - train.mean(0)) / train.std(0)).astype(np.float32)
    return {
        name: (torch.from_numpy(scaled[part]), torch.from_numpy(classes[part].astype(np.int64)))
        for name, part in parts.items()
    }
