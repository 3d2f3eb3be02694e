"""What stands in the place of a block that a sub-network skips."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

_PLAIN = (bool, int, float, str, type(None))


@dataclass(frozen=True)
class Skip:
    """What a block returns where it is skipped: its first input, or zeros where it `is_added`.

    That is alone for 0 `outputs`, else the first of a tuple of so many. The others are arguments
    that the block passes on, of which `passed` are the positions, and None where it has -1 or
    nothing.
    """

    outputs: int = 0
    is_added: bool = False
    passed: tuple[int, ...] = ()

    def output(self, inputs: Any, keywords: Any) -> Any:
        """The output for the arguments of the block."""
        value = first_input(inputs, keywords)
        if self.is_added:
            value = torch.zeros_like(value)
        if not self.outputs:
            return value
        passed = self.passed or (-1,) * (self.outputs - 1)
        arguments = (*inputs, *keywords.values())
        return (value, *(arguments[place] if place >= 0 else None for place in passed))


class SkippedBlock(nn.Module):
    """Returns what a skipped block does.

    Keeps the plain attributes of the block, and parameters that it does not have: networks may read
    them.
    """

    def __init__(self, block: nn.Module, skip: Skip) -> None:
        super().__init__()
        for name in dir(block):  # of which some are parameters that are None
            if hasattr(self, name) or isinstance(getattr(type(block), name, None), property):
                continue
            if isinstance(value := getattr(block, name), _PLAIN):
                setattr(self, name, value)
        self._skip = skip

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """The first input, or zeros."""
        return self._skip.output(inputs, keywords)


def first_input(inputs: Any, keywords: Any) -> Any:
    """The tensor that a block transforms: its first argument, or the first one by name.

    It is a proxy while torch.fx traces the network.
    """
    for value in (*inputs, *keywords.values()):
        if isinstance(value, Tensor | fx.Proxy):
            return value
    return None
