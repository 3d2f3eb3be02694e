"""The main output of a network, whatever form its outputs have."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

_NAMES = ("logits", "out", "last_hidden_state", "prediction_logits")
"""What transformers and torchvision call the main one of several outputs, the first one first."""


def main_output(outputs: Any) -> "Tensor":
    """The tensor that a loss is computed on.

    It is a tensor itself; else the attribute or the entry `logits`, `out` or `last_hidden_state`;
    else the first tensor of a tuple, a list or a mapping. Raises DataError if there is none.

    >>> import torch
    >>> main_output({"hidden": torch.zeros(2, 8), "logits": torch.zeros(2, 3)}).shape
    torch.Size([2, 3])
    """
    from torch import Tensor

    from engine.compat.torch import tree_leaves

    if isinstance(outputs, Tensor):
        return outputs
    for name in _NAMES:
        named = outputs.get(name) if isinstance(outputs, Mapping) else getattr(outputs, name, None)
        if isinstance(named, Tensor):
            return named
    for leaf in tree_leaves(outputs):
        if isinstance(leaf, Tensor):
            return leaf
    raise DataError(
        f"The network returns an object of type {type(outputs).__name__} without a tensor in it. "
        "Let it return a tensor, a tuple or a mapping of tensors."
    )
