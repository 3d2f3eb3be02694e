"""Inputs of a network: one of a batch, and images of another size."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ElasticError


def first_input_only(inputs: Any) -> Any:
    """The first of a batch of inputs."""
    if isinstance(inputs, Tensor):
        return inputs[:1] if inputs.dim() else inputs
    if isinstance(inputs, Mapping):
        return {name: first_input_only(value) for name, value in inputs.items()}
    if isinstance(inputs, tuple | list):
        return tuple(first_input_only(value) for value in inputs)
    return inputs


def resized(inputs: Any, side: int) -> Any:
    """Images `(n, channels, height, width)` scaled to `side` pixels a side."""
    if not isinstance(inputs, Tensor) or inputs.dim() != 4:
        raise ElasticError("Resolutions can be chosen for images only. Leave them out.")
    return nn.functional.interpolate(inputs, (side, side), mode="bilinear", antialias=True)


def at_least_two(inputs: Any) -> Any:
    """A batch of one input twice, as statistics of a batch need; larger ones as they are."""
    if isinstance(inputs, Tensor):
        return torch.cat([inputs, inputs]) if inputs.dim() and len(inputs) == 1 else inputs
    if isinstance(inputs, Mapping):
        return {name: at_least_two(value) for name, value in inputs.items()}
    if isinstance(inputs, tuple | list):
        return tuple(at_least_two(value) for value in inputs)
    return inputs


def as_float32(inputs: Any) -> Any:
    """The inputs with all numbers that have decimals in float32."""
    if isinstance(inputs, Tensor):
        return inputs.float() if inputs.is_floating_point() else inputs
    if isinstance(inputs, Mapping):
        return {name: as_float32(value) for name, value in inputs.items()}
    return tuple(map(as_float32, inputs)) if isinstance(inputs, tuple | list) else inputs
