"""Small labelled images in memory: splits, classes, normalisation and augmentation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Split:
    """uint8 images `(n, h, w)`, or `(n, h, w, 3)` in colour, and their labels `(n,)` from 0."""

    images: Images
    labels: npt.NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: npt.NDArray[np.intp]) -> "Split":
        """The images and labels at `indices`, in that order."""
        return Split(self.images[indices], self.labels[indices])


@dataclass(frozen=True)
class Kind:
    """Classes, size in pixels, and mean and deviation per channel of images scaled to [0, 1]."""

    classes: tuple[str, ...]
    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return len(self.mean)


@dataclass(frozen=True)
class ImageSet:
    """`splits` are `training`, `calibration` (a part of training), `validation` and `test`."""

    kind: Kind
    splits: Mapping[str, Split]


def normalise(images: Images, device: "torch.device", kind: Kind) -> "torch.Tensor":
    """`(n, h, w)` or `(n, h, w, 3)` bytes to normalised float32 `(n, c, h, w)`, channels last.

    Grey images are repeated for a kind with several channels.
    """
    import torch

    x = torch.from_numpy(images.copy()).to(device, torch.float32).div_(255)
    x = x.unsqueeze(-1) if x.ndim == 3 else x
    x = x.repeat(1, 1, 1, kind.channels) if x.shape[-1] < kind.channels else x
    x = x.sub_(torch.tensor(kind.mean, device=device)).div_(torch.tensor(kind.std, device=device))
    return x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def augment(images: Images, rng: np.random.Generator, shift: int, flip: bool = True) -> Images:
    """Random horizontal flips and shifts of up to `shift` pixels per image, padded with zeros."""
    n, height, width = images.shape[:3]
    if flip:
        is_mirrored: npt.NDArray[np.bool_] = np.asarray(rng.random(n) < 0.5)
        images = np.where(
            is_mirrored.reshape(n, *[1] * (images.ndim - 1)), images[:, :, ::-1], images
        )
    padded = np.pad(images, [(0, 0), (shift, shift), (shift, shift), (0, 0)][: images.ndim])
    dy, dx = rng.integers(0, 2 * shift + 1, (2, n))
    rows = dy[:, None] + np.arange(height)
    cols = dx[:, None] + np.arange(width)
    shifted: Images = padded[np.arange(n)[:, None, None], rows[:, :, None], cols[:, None, :]]
    return shifted
