"""What stands in the place of a block that a sub-network skips."""

from typing import Any

from torch import Tensor, fx, nn

_PLAIN = (bool, int, float, str, type(None))


class SkippedBlock(nn.Module):
    """Returns its first input, as the block before would; alone, or first in a tuple.

    Keeps the plain attributes of the block, which networks may read.
    """

    def __init__(self, block: nn.Module, returns_tuple: bool) -> None:
        super().__init__()
        for name, value in vars(block).items():
            if isinstance(value, _PLAIN) and not name.startswith("_") and name != "training":
                setattr(self, name, value)
        self._returns_tuple = returns_tuple

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """The first input."""
        value = first_input(inputs, keywords)
        return (value,) if self._returns_tuple else value


def first_input(inputs: Any, keywords: Any) -> Any:
    """The tensor that a block transforms: its first argument, or the first one by name.

    It is a proxy while torch.fx traces the network.
    """
    for value in (*inputs, *keywords.values()):
        if isinstance(value, Tensor | fx.Proxy):
            return value
    return None
