"""Trains the weights that ship, in two minutes on one core: `python -m digits_supernet.train`."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digits_supernet.data import splits
from digits_supernet.supernet import DigitsSupernet
from dynas_studio import train_supernet

STEPS, ALONE, BATCH = 4_000, 1_000, 64


def shifted(images: Tensor) -> Tensor:
    """The images, all moved by up to one pixel; background moves in."""
    dy, dx = torch.randint(0, 3, (2,)).tolist()
    return F.pad(images, (1, 1, 1, 1), value=-1.0)[..., dy : dy + 8, dx : dx + 8]


def batches():
    """Random training images, without end."""
    rng = np.random.default_rng(0)
    images, labels = (torch.from_numpy(part) for part in splits()["training"])
    while True:
        some = torch.from_numpy(rng.integers(0, len(labels), BATCH))
        yield shifted(images[some]), labels[some]


def train(steps: int = STEPS, alone: int = ALONE) -> nn.Module:
    """The largest network, which smaller ones learn from after `alone` steps."""
    supernet = DigitsSupernet()
    return train_supernet(
        supernet.space, supernet.network, batches(), steps, alone=alone, smoothing=0.05
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), DigitsSupernet.weights)
    print(f"Weights written to {DigitsSupernet.weights}.")
