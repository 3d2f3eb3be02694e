"""Trains the weights of the package: `python -m tabular_supernet.train`."""

import numpy as np
import torch

from dynas_studio import train_supernet
from tabular_supernet.data import splits
from tabular_supernet.supernet import TabularSupernet

STEPS, BATCH = 800, 64


def batches():
    """Endless batches of random rows with noise, since there are few rows."""
    rng, (rows, classes) = np.random.default_rng(0), splits()["training"]
    while True:
        indices = torch.from_numpy(rng.integers(0, len(rows), BATCH))
        noise = torch.from_numpy(rng.normal(0, 0.5, (BATCH, rows.shape[1])).astype(np.float32))
        yield rows[indices] + noise, classes[indices]


def train(steps: int = STEPS) -> torch.nn.Module:
    """Train the largest network; a quarter of the steps are warm-up steps."""
    supernet = TabularSupernet()
    return train_supernet(
        supernet.space,
        supernet.network,
        batches(),
        steps,
        warm_up_steps=steps // 4,
        weight_decay=0.3,
    )


if __name__ == "__main__":
    torch.save(train().state_dict(), TabularSupernet.weights)
    print(f"Weights written to {TabularSupernet.weights}.")
