"""Trains the weights, in two minutes on one core: `python -m digits_supernet.train`."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digits_supernet.data import splits
from digits_supernet.supernet import DigitsSupernet
from dynas_studio import train_supernet

STEPS, WARM_UP_STEPS, BATCH = 4_000, 1_000, 64


def shift(images: Tensor) -> Tensor:
    """The images shifted by up to one pixel, padded with background."""
    dy, dx = torch.randint(0, 3, (2,)).tolist()
    return F.pad(images, (1, 1, 1, 1), value=-1.0)[..., dy : dy + 8, dx : dx + 8]


def batches():
    """Endless batches of random training images."""
    rng = np.random.default_rng(0)
    images, labels = (torch.from_numpy(part) for part in splits()["training"])
    while True:
        rows = torch.from_numpy(rng.integers(0, len(labels), BATCH))
        yield shift(images[rows]), labels[rows]


def train(steps: int = STEPS, warm_up_steps: int = WARM_UP_STEPS) -> nn.Module:
    """The largest network; smaller ones learn from it after `warm_up_steps`."""
    supernet = DigitsSupernet()
    return train_supernet(
        supernet.space,
        supernet.network,
        batches(),
        steps,
        warm_up_steps=warm_up_steps,
        label_smoothing=0.05,
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), DigitsSupernet.weights)
    print(f"Weights written to {DigitsSupernet.weights}.")
