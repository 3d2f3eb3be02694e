"""Sandwich training of a sliced supernet: smaller networks learn from the largest one."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from engine.space import Config, SearchSpace
from engine.supernets.sliced import slice_weights

Batches = Iterable[tuple[Any, Tensor]]
"""Batches of inputs and class indices; an epoch or any number of them."""


def train(
    space: SearchSpace,
    network: Callable[[Config], nn.Module],
    batches: Batches,
    steps: int,
    *,
    warm_up_steps: int = 0,
    random_subnets: int = 2,
    learning_rate: float = 3e-3,
    weight_decay: float = 0.05,
    label_smoothing: float = 0.0,
    seed: int = 0,
) -> nn.Module:
    """Train the largest network of `space`, whose slices are the others, for `steps` batches.

    It learns from the class indices (outputs `(..., classes)`). After `warm_up_steps`, the smallest
    network and `random_subnets` random ones also learn from its output in each step (Yu et al.,
    "BigNAS", ECCV 2020). The optimiser is AdamW with a one-cycle schedule up to `learning_rate`.
    The same seed and batches give the same weights.

    >>> import torch
    >>> from torch import nn
    >>> space = SearchSpace((Gene("width", (8, 16)),))
    >>> def network(config):
    ...     (width,) = config["width"]
    ...     return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3))
    >>> batch = torch.zeros(10, 4), torch.zeros(10, dtype=torch.long)
    >>> torch.save(train_supernet(space, network, [batch] * 5, steps=5).state_dict(), "weights.pt")
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    largest = network(space.to_config(space.largest)).train()
    optimiser = torch.optim.AdamW(largest.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    for step, (inputs, classes) in zip(range(steps), batches, strict=False):
        logits = _rows(_call(largest, inputs))
        loss = F.cross_entropy(logits, classes.flatten(), label_smoothing=label_smoothing)
        if step >= warm_up_steps:
            soft_labels = logits.detach().softmax(-1)
            for genotype in np.vstack([space.smallest, space.sample(random_subnets, rng)]):
                with torch.device("meta"):
                    smaller = network(space.to_config(genotype)).train()
                loss = loss + F.cross_entropy(
                    _rows(_call_slice(smaller, largest, inputs)), soft_labels
                )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(largest.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return largest.eval()


def _call_slice(module: nn.Module, largest: nn.Module, inputs: Any) -> Tensor:
    """The output of `module` with slices of the largest network's weights; keeps its statistics."""
    state: dict[str, Tensor] = dict(largest.named_parameters())
    state |= {name: buffer.clone() for name, buffer in largest.named_buffers()}
    weights = slice_weights(module, state)
    if isinstance(inputs, dict):
        outputs: Tensor = functional_call(module, weights, (), inputs)
    else:
        outputs = functional_call(module, weights, (inputs,))
    return outputs


def _call(network: nn.Module, inputs: Any) -> Tensor:
    outputs: Tensor = network(**inputs) if isinstance(inputs, dict) else network(inputs)
    return outputs


def _rows(logits: Tensor) -> Tensor:
    return logits.flatten(0, -2)
