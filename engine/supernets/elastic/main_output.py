"""MainOutput: a network that returns one tensor, whatever the wrapped one returns."""

from typing import Any

from torch import Tensor, nn

from engine.tasks.network_outputs import main_output


class MainOutput(nn.Module):
    """Returns the logits of a network that returns a mapping, a tuple or an object."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Any, **named: Any) -> Tensor:
        """The main output of the network."""
        return main_output(self.network(*inputs, **named))
