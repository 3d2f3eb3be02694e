"""Inputs that are sequences of tokens, and whether a network takes those of other lengths."""

from typing import Any

import torch
from torch import Tensor

from engine.compat.torch import tree_map
from engine.tasks.base import Inputs, Network
from engine.tasks.inputs import tensors_in

_DIMENSIONS = 2  # (n, length)
_LEAST_LENGTH = 4  # half of it is tried; exporters treat a length of 1 in a way of its own


def sequence_length(network: Network, inputs: Inputs) -> int | None:
    """The length of the sequences in a batch if `network` also runs with shorter ones, else None.

    Sequences are integers `(n, length)`, such as the tokens of a text; masks of the same shape
    belong to them. `network` takes `inputs`.

    >>> tokens = torch.zeros(2, 8, dtype=torch.long)
    >>> sequence_length(torch.nn.Embedding(4, 3), tokens)
    8
    >>> sequence_length(lambda ids: ids.reshape(2, 8), tokens) is None
    True
    """
    tokens = [t for t in tensors_in(inputs) if t.ndim == _DIMENSIONS and not _is_float(t)]
    length = tokens[0].shape[1] if tokens else 0
    if length < _LEAST_LENGTH:
        return None
    try:
        with torch.no_grad():
            network(shortened(inputs, length))
    except Exception:  # noqa: BLE001 - a network raises anything for a length that it does not take
        return None
    return length


def is_sequence(value: Any, length: int) -> bool:
    """Whether a value is a tensor `(n, length)`."""
    return isinstance(value, Tensor) and value.ndim == _DIMENSIONS and value.shape[1] == length


def shortened(inputs: Inputs, length: int) -> Inputs:
    """The inputs with the first half of each sequence of `length`."""
    return tree_map(lambda v: v[:, : length // 2] if is_sequence(v, length) else v, inputs)


def _is_float(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()
