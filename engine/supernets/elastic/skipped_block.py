"""What stands in the place of a block that a sub-network skips."""

from typing import Any

from torch import Tensor, fx, nn

_PLAIN = (bool, int, float, str, type(None))


class SkippedBlock(nn.Module):
    """Returns its first input, as the block before would.

    It is alone, or the first of a tuple of `outputs`, of which the others are None then.

    Keeps the plain attributes of the block, which networks may read.
    """

    def __init__(self, block: nn.Module, outputs: int) -> None:
        super().__init__()
        for name, value in vars(block).items():
            if isinstance(value, _PLAIN) and not name.startswith("_") and name != "training":
                setattr(self, name, value)
        self._outputs = outputs

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """The first input."""
        return skipped_output(first_input(inputs, keywords), self._outputs)


def skipped_output(value: Any, outputs: int) -> Any:
    """What a skipped block returns: `value` alone for 0, else a tuple of so many entries."""
    return (value, *[None] * (outputs - 1)) if outputs else value


def first_input(inputs: Any, keywords: Any) -> Any:
    """The tensor that a block transforms: its first argument, or the first one by name.

    It is a proxy while torch.fx traces the network.
    """
    for value in (*inputs, *keywords.values()):
        if isinstance(value, Tensor | fx.Proxy):
            return value
    return None
