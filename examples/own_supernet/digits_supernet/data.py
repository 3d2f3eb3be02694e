"""The digits data set of scikit-learn: 1,797 images of 8 x 8 pixels, in fixed splits."""

import functools
import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dynas_studio import DataNames

if TYPE_CHECKING:
    from torch import Tensor

WORDS = DataNames("image", "images", "validation images", "test images")

Labels = npt.NDArray[np.int64]
Split = tuple[npt.NDArray[np.float32], Labels]
"""Images `(n, 1, 8, 8)` in [-1, 1] and their labels `(n,)`."""


@functools.cache
def splits() -> dict[str, Split]:
    """Half of the images for training, a quarter for validation and a quarter for test."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images[:, None] / 8 - 1).astype(np.float32)
    labels = digits.target.astype(np.int64)
    others, training = _halves(np.arange(len(labels)), labels)
    validation, test = _halves(others, labels)
    parts = {"training": training, "validation": validation, "test": test}
    return {name: (images[part], labels[part]) for name, part in parts.items()}


def _halves(part: Labels, labels: Labels) -> list[Labels]:
    """Two halves of `part` with equal class frequencies."""
    from sklearn.model_selection import train_test_split

    halves: list[Labels] = train_test_split(
        part, test_size=0.5, random_state=0, stratify=labels[part]
    )
    return halves


def digest(name: str) -> str:
    """A digest of the images and labels of a split."""
    images, labels = splits()[name]
    return hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()


def batches(name: str, size: int = 100) -> "list[tuple[Tensor, Tensor]]":
    """The images and labels of a split, in batches."""
    import torch

    images, labels = (torch.from_numpy(part).split(size) for part in splits()[name])
    return list(zip(images, labels, strict=True))
