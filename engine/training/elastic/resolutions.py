"""Sub-networks whose inputs are images of another resolution than those of the data."""

from typing import TYPE_CHECKING, Any

from torch import nn

from engine.supernets.elastic.example_inputs import resized
from engine.training.elastic.sampling import Genotypes

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork


class ScaledInputs(nn.Module):
    """A network that scales images to `side` pixels a side before it sees them."""

    def __init__(self, network: nn.Module, side: int) -> None:
        super().__init__()
        self.network, self.side = network, side

    def forward(self, images: Any) -> Any:
        """The outputs for images `(n, channels, height, width)`."""
        return self.network(resized(images, self.side))


def side_of(network: "ElasticNetwork", genotype: Genotypes) -> int | None:
    """The side of the images of a sub-network `(genes,)`; None for inputs as the data has them."""
    space = network.space
    side = space.value_of("resolution", space.to_config(genotype))
    return None if side is None else int(side)


def at_side(module: nn.Module, side: int | None) -> nn.Module:
    """The network with inputs of that side; itself for None."""
    return module if side is None else ScaledInputs(module, side)


def without_scaling(module: nn.Module) -> nn.Module:
    """The network that `at_side` was given."""
    return module.network if isinstance(module, ScaledInputs) else module


def extracted(network: "ElasticNetwork", genotype: Genotypes) -> nn.Module:
    """A sub-network as a module that takes inputs as the data has them."""
    return at_side(network.extract(genotype), side_of(network, genotype))
