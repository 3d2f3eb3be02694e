"""Inputs of networks, whatever their form: a tensor, or a tuple or a mapping of tensors."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import tree_leaves, tree_map
from engine.tasks.base import Inputs

_WITH_CHANNELS = 4  # dimensions of a batch whose channels can come last in memory


def call(network: Callable[..., Any], inputs: Inputs) -> Any:
    """What `network` gives for one batch: a tuple is its arguments, a mapping those by name."""
    if isinstance(inputs, Mapping):
        return network(**inputs)
    if isinstance(inputs, tuple | list):
        return network(*inputs)
    return network(inputs)


def move_inputs(inputs: Inputs, device: torch.device, dtype: torch.dtype | None = None) -> Inputs:
    """The same on `device`; floating-point numbers as `dtype`, batches of maps channels last."""

    def move(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        kind = dtype if dtype is not None and value.is_floating_point() else value.dtype
        if value.ndim == _WITH_CHANNELS and value.is_floating_point():
            return value.to(device, kind, memory_format=torch.channels_last)
        return value.to(device, kind)

    return tree_map(move, inputs)


def tensors(inputs: Inputs) -> list[Tensor]:
    """All tensors of one batch."""
    return [leaf for leaf in tree_leaves(inputs) if isinstance(leaf, Tensor)]


def device_of(module: nn.Module) -> torch.device:
    """Where a module's parameters are; the processor without any."""
    return next((p.device for p in module.parameters()), torch.device("cpu"))
