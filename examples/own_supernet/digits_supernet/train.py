"""Trains the weights that ship, in two minutes on one core: `python -m digits_supernet.train`."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import functional_call

from digits_supernet import network
from digits_supernet.data import splits
from digits_supernet.space import SPACE
from digits_supernet.supernet import WEIGHTS

STEPS, ALONE, BATCH, RATE = 4_000, 1_000, 64, 3e-3


def shifted(images: Tensor) -> Tensor:
    """The images, all moved by up to one pixel; background moves in."""
    dy, dx = torch.randint(0, 3, (2,)).tolist()
    return F.pad(images, (1, 1, 1, 1), value=-1.0)[..., dy : dy + 8, dx : dx + 8]


def train(steps: int = STEPS, alone: int = ALONE) -> network.Transformer:
    """The largest sub-network learns from the labels, smaller ones from its output.

    For `alone` steps it learns alone; then the smallest and two random ones learn with it (Yu et
    al., "BigNAS", ECCV 2020).
    """
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    images, labels = (torch.from_numpy(part) for part in splits()["training"])
    net = network.largest()
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for step in range(steps):
        batch = torch.from_numpy(rng.integers(0, len(labels), BATCH))
        x, y = shifted(images[batch]), labels[batch]
        logits = net(x)
        loss = F.cross_entropy(logits, y, label_smoothing=0.05)
        if step >= alone:
            soft_labels = logits.detach().softmax(1)
            for genotype in np.vstack([SPACE.smallest, SPACE.sample(2, rng)]):
                small = network.empty(SPACE.to_config(genotype))
                weights = network.shared(small, dict(net.named_parameters()))
                loss = loss + F.cross_entropy(functional_call(small, weights, x), soft_labels)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return net


if __name__ == "__main__":
    torch.save(train().state_dict(), WEIGHTS)
    print(f"Weights written to {WEIGHTS}.")
