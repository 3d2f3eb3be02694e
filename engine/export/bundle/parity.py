"""The comparison of the outputs of a model file with those of the network."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from engine.compat.torch import tree_leaves, tree_map
from engine.errors import EvaluationError
from engine.tasks.base import Inputs

TOLERANCE = 1e-3
"""The largest difference of an output, for outputs up to 100; a 100,000th of larger ones."""

_RELATIVE_TOLERANCE = 1e-5
_MASK_DIMENSIONS = 2  # (n, positions)
_CLASSIFIER_DIMENSIONS = (2, 3)  # (n, classes), (n, positions, classes)


@dataclass(frozen=True)
class Parity:
    """The largest absolute difference of an output over so many `inputs`, and what is allowed.

    `top1_equal` of `top1_of` largest outputs are at the same place; 0 of 0 if the outputs have no
    classes.
    """

    inputs: int
    max_abs_difference: float
    tolerance: float
    top1_equal: int
    top1_of: int

    @property
    def is_met(self) -> bool:
        """Whether no output differs by more than the tolerance."""
        return self.max_abs_difference <= self.tolerance

    def plain(self) -> dict[str, Any]:
        """Plain data; without classes no top-1."""
        values = asdict(self)
        if not self.top1_of:
            del values["top1_equal"], values["top1_of"]
        return values


def compare(expected: Sequence[Any], outputs: Sequence[Any], inputs: int) -> Parity:
    """The parity of the outputs of a file, batch by batch, with the expected ones.

    Raises EvaluationError for outputs of another form or shape.
    """
    difference = largest = 0.0
    equal = count = 0
    for wanted, given in zip(expected, outputs, strict=True):
        pairs = list(zip(_tensors(wanted), _tensors(given), strict=False))
        if len(pairs) != len(_tensors(wanted)) or any(a.shape != b.shape for a, b in pairs):
            raise EvaluationError("Its outputs have other shapes than those of the network.")
        for a, b in pairs:
            if not a.numel():
                continue
            # Where both are the same infinity, their difference is not a number.
            gap = float((a.double() - b.double()).masked_fill(a == b, 0).abs().max())
            difference = max(difference, math.inf if math.isnan(gap) else gap)
            largest = max(largest, float(a.double().abs().nan_to_num(posinf=0).max()))
            if a.is_floating_point() and a.ndim in _CLASSIFIER_DIMENSIONS and a.shape[-1] > 1:
                equal += int((a.argmax(-1) == b.argmax(-1)).sum())
                count += a[..., 0].numel()
    tolerance = max(TOLERANCE, _RELATIVE_TOLERANCE * largest)
    return Parity(inputs, difference, tolerance, equal, count)


def without_padding(inputs: Inputs, outputs: Any) -> Any:
    """The outputs with zeros where an input `attention_mask` says that there is no token.

    What a network computes there means nothing: attention to no token at all is zero for torch, and
    the mean of all tokens for other runtimes. The mask is `(n, length)`, 0 without a token; outputs
    that do not begin with these dimensions stay.

    >>> inputs = {"ids": torch.ones(1, 2), "attention_mask": torch.tensor([[0, 1]])}
    >>> without_padding(inputs, torch.tensor([[5.0, 6.0]]))
    tensor([[0., 6.]])
    """
    mask = inputs.get("attention_mask") if isinstance(inputs, Mapping) else None
    if not isinstance(mask, Tensor) or mask.ndim != _MASK_DIMENSIONS:
        return outputs

    def kept(value: Any) -> Any:
        if not isinstance(value, Tensor) or value.shape[:_MASK_DIMENSIONS] != mask.shape:
            return value
        is_token = (mask != 0).reshape(*mask.shape, *[1] * (value.ndim - mask.ndim))
        return value.where(is_token, torch.zeros_like(value))

    return tree_map(kept, outputs)


def _tensors(outputs: Any) -> list[Tensor]:
    return [leaf.detach().cpu() for leaf in tree_leaves(outputs) if isinstance(leaf, Tensor)]
