"""The digits data set of scikit-learn: 1,797 images of 8 x 8 pixels, in fixed splits."""

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = tuple("0123456789")


@functools.cache
def splits() -> "dict[str, tuple[Tensor, Tensor]]":
    """Images `(n, 1, 8, 8)` in [-1, 1] and classes `(n,)`: a third of them in each part."""
    import torch
    from sklearn.datasets import load_digits
    from sklearn.model_selection import StratifiedKFold

    pixels, digits = load_digits(return_X_y=True)
    images = (pixels.reshape(-1, 1, 8, 8) / 8 - 1).astype(np.float32)
    folds = StratifiedKFold(3, shuffle=True, random_state=0).split(pixels, digits)
    parts = zip(("training", "validation", "test"), (part for _, part in folds), strict=True)
    return {
        name: (torch.from_numpy(images[part]), torch.from_numpy(digits[part].astype(np.int64)))
        for name, part in parts
    }
