"""The built-in architecture as one more network that a user may bring."""

from typing import TYPE_CHECKING

from engine import regular_file

if TYPE_CHECKING:
    from torch import nn

_MAX_BYTES = regular_file.GB


def builtin_network(weights: bool, shape: str) -> "nn.Module":
    """The largest network of the built-in supernet, or one for other images, which is untrained."""
    import torch

    from engine.supernets.builtin.network import FashionMobileNetV3
    from engine.supernets.builtin.supernet import WEIGHTS

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = FashionMobileNetV3(*(int(number) for number in shape.split(":") if number))
    if weights and not shape:
        with regular_file.open_file(WEIGHTS, _MAX_BYTES) as file:
            state = torch.load(file, map_location="cpu", weights_only=True)
        net.load_state_dict({name: value.float() for name, value in state.items()})
    net.set_max_net()
    largest: nn.Module = net.get_active_subnet()
    return largest
