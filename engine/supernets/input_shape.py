"""The shape of the images that a sub-network takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.space import Genotypes
from engine.supernets.base import Supernet


def input_shape(
    supernet: Supernet, of: Genotypes | Sequence[int] | Mapping[str, Any]
) -> tuple[int, int, int]:
    """Channels, height and width for a genotype `(genes,)` or a config.

    That of the supernet, or where a gene has the role `resolution`, a square of as many pixels.
    Raises SpaceError for a config that is not in the space.
    """
    channels, height, width = supernet.input_shape
    side = supernet.space.value_of("resolution", of)
    return (channels, height, width) if side is None else (channels, int(side), int(side))
