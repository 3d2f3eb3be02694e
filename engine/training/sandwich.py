"""Training a sliced supernet: the largest network learns from the data, others learn from it."""

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
"""Inputs and the right classes, an epoch or any number of batches."""


def train(
    space: SearchSpace,
    network: Callable[[Config], nn.Module],
    batches: Batches,
    steps: int,
    *,
    alone: int = 0,
    others: int = 2,
    rate: float = 3e-3,
    weight_decay: float = 0.05,
    smoothing: float = 0.0,
    seed: int = 0,
) -> nn.Module:
    """The largest network of `space` after `steps` batches, whose slices are all the others.

    It learns from the right classes (outputs `(..., classes)`). After `alone` steps, the smallest
    network and as many random `others` learn from its output in each step (Yu et al., "BigNAS",
    ECCV 2020). AdamW with a one-cycle schedule that reaches `rate`; `smoothing` is that of labels.
    The same seed and batches give the same weights.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    largest = network(space.to_config(space.largest)).train()
    optimiser = torch.optim.AdamW(largest.parameters(), lr=rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for step, (inputs, classes) in zip(range(steps), batches, strict=False):
        logits = _rows(_call(largest, inputs))
        loss = F.cross_entropy(logits, classes.flatten(), label_smoothing=smoothing)
        if step >= alone:
            soft = logits.detach().softmax(-1)
            for genotype in np.vstack([space.smallest, space.sample(others, rng)]):
                with torch.device("meta"):
                    small = network(space.to_config(genotype)).train()
                loss = loss + F.cross_entropy(_rows(_as_slice(small, largest, inputs)), soft)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(largest.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return largest.eval()


def _as_slice(small: nn.Module, largest: nn.Module, inputs: Any) -> Tensor:
    """What `small` gives with slices of the largest one's weights; statistics are left alone."""
    state: dict[str, Tensor] = dict(largest.named_parameters())
    state |= {name: buffer.clone() for name, buffer in largest.named_buffers()}
    weights = slice_weights(small, state)
    if isinstance(inputs, dict):
        outputs: Tensor = functional_call(small, weights, (), inputs)
    else:
        outputs = functional_call(small, weights, (inputs,))
    return outputs


def _call(network: nn.Module, inputs: Any) -> Tensor:
    outputs: Tensor = network(**inputs) if isinstance(inputs, dict) else network(inputs)
    return outputs


def _rows(logits: Tensor) -> Tensor:
    return logits.flatten(0, -2)
