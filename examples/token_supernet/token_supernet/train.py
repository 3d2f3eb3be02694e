"""Trains the weights of the package: `python -m token_supernet.train`."""

import numpy as np
import torch

from dynas_studio import train_supernet
from token_supernet.corpus import LENGTH, part, windows
from token_supernet.supernet import TokenSupernet

STEPS, BATCH = 3_000, 32


def batches():
    """Endless batches of windows at random positions."""
    rng, text = np.random.default_rng(0), part("training")
    while True:
        yield windows(text, rng.integers(0, len(text) - LENGTH, BATCH))


def train(steps: int = STEPS) -> torch.nn.Module:
    """Train the largest network; half of the steps are warm-up steps."""
    supernet = TokenSupernet()
    return train_supernet(
        supernet.space, supernet.network, batches(), steps, warm_up_steps=steps // 2
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), TokenSupernet.weights)
    print(f"Weights written to {TokenSupernet.weights}.")
