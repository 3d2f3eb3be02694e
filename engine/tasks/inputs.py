"""Inputs of networks in any form: a tensor, or a tuple or a mapping of tensors."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import tree_leaves, tree_map
from engine.tasks.base import Inputs

IMAGE_DIMENSIONS = 4  # of a batch that is stored channels last


def call_network(network: Callable[..., Any], inputs: Inputs) -> Any:
    """The outputs of `network` for one batch: a tuple of arguments, or a mapping by their name."""
    if isinstance(inputs, Mapping):
        return network(**inputs)
    if isinstance(inputs, tuple | list):
        return network(*inputs)
    return network(inputs)


def move_inputs(
    inputs: Inputs,
    device: torch.device,
    dtype: torch.dtype | None = None,
    layout: torch.memory_format = torch.channels_last,
) -> Inputs:
    """`inputs` on `device`, floating-point ones as `dtype` and batches of images in a `layout`."""

    def move(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        kind = dtype if dtype is not None and value.is_floating_point() else value.dtype
        if value.ndim == IMAGE_DIMENSIONS and value.is_floating_point():
            return value.to(device, kind, memory_format=layout)
        return value.to(device, kind)

    return tree_map(move, inputs)


def tensors_in(inputs: Inputs) -> list[Tensor]:
    """All tensors of one batch."""
    return [leaf for leaf in tree_leaves(inputs) if isinstance(leaf, Tensor)]


def device_of(module: nn.Module) -> torch.device:
    """The device of a module's parameters; the CPU without parameters."""
    return next((p.device for p in module.parameters()), torch.device("cpu"))


def input_count(inputs: Inputs) -> int:
    """The number of inputs in one batch: the length of its first tensor that has one."""
    return next((len(tensor) for tensor in tensors_in(inputs) if tensor.ndim), 1)


def split_inputs(inputs: Inputs, size: int) -> Iterator[Inputs]:
    """One batch as several of up to `size` inputs; tensors of another length are in each."""
    count = input_count(inputs)

    def part_of(value: Any, start: int) -> Any:
        is_batched = isinstance(value, Tensor) and value.ndim and len(value) == count
        return value[start : start + size] if is_batched else value

    for start in range(0, count, size):
        yield tree_map(partial(part_of, start=start), inputs)
