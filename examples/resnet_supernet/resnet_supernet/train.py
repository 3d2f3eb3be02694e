"""Trains the weights of the package: `python -m resnet_supernet.train`."""

import numpy as np
import torch
import torch.nn.functional as F

from dynas_studio import train_supernet
from resnet_supernet.data import splits
from resnet_supernet.supernet import ResnetSupernet

STEPS, BATCH = 900, 64


def batches():
    """Endless batches of random images, each shifted by up to a pixel and padded."""
    rng, (images, classes) = np.random.default_rng(0), splits()["training"]
    while True:
        rows = torch.from_numpy(rng.integers(0, len(images), BATCH))
        dy, dx = rng.integers(0, 3, 2).tolist()
        padded = F.pad(images[rows], (1, 1, 1, 1), value=-1.0)
        yield padded[..., dy : dy + 8, dx : dx + 8], classes[rows]


def train(steps: int = STEPS) -> torch.nn.Module:
    """Train the largest network; a quarter of the steps are warm-up steps."""
    supernet = ResnetSupernet()
    return train_supernet(
        supernet.space,
        supernet.network,
        batches(),
        steps,
        warm_up_steps=steps // 4,
        label_smoothing=0.05,
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), ResnetSupernet.weights)
    print(f"Weights written to {ResnetSupernet.weights}.")
