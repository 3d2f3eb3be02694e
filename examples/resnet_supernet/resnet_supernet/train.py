"""Trains the weights that ship: `python -m resnet_supernet.train`."""

import numpy as np
import torch
import torch.nn.functional as F

from dynas_studio import train_supernet
from resnet_supernet.data import splits
from resnet_supernet.supernet import ResnetSupernet

STEPS, BATCH = 900, 64


def batches():
    """Random images without end, all of a batch moved by up to a pixel; background moves in."""
    rng, (images, classes) = np.random.default_rng(0), splits()["training"]
    while True:
        some = torch.from_numpy(rng.integers(0, len(images), BATCH))
        dy, dx = rng.integers(0, 3, 2).tolist()
        padded = F.pad(images[some], (1, 1, 1, 1), value=-1.0)
        yield padded[..., dy : dy + 8, dx : dx + 8], classes[some]


def train(steps: int = STEPS) -> torch.nn.Module:
    """The largest network after so many steps, a quarter of them alone."""
    supernet = ResnetSupernet()
    return train_supernet(
        supernet.space, supernet.network, batches(), steps, alone=steps // 4, smoothing=0.05
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), ResnetSupernet.weights)
    print(f"Weights written to {ResnetSupernet.weights}.")
