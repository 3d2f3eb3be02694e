"""Inputs of a network: one of a batch, and images of another size."""

from collections.abc import Mapping
from typing import Any

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
