"""The measurements of 569 tumours that ship with scikit-learn, split once for all."""

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

COLUMNS, CLASSES = 30, ("malignant", "benign")


@functools.cache
def splits() -> "dict[str, tuple[Tensor, Tensor]]":
    """Rows `(n, 30)`, standardised as in training, and classes `(n,)` of each part.

    A third trains, a third validates, a third is held out.
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
