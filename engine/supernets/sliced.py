"""Supernets whose sub-networks share weights in the plainest way: a slice of each of the largest.

A parameter of a sub-network is the first rows, columns and so on of the parameter of that name of
the largest network (Cai et al., "Once-for-All", ICLR 2020, for widths and depths).
"""

import functools
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine import regular_file
from engine.digest import sha256
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.space import Config
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    from torch import Tensor, nn

_LARGEST = 10 * regular_file.GB


class SlicedSupernet(Supernet):
    """A supernet of which `network` makes any sub-network, and `weights` holds the largest one's.

    Set `name`, `space`, `task` and `weights`, the file of a state dict.
    """

    weights: Path

    @abstractmethod
    def network(self, config: Config) -> "nn.Module":
        """The sub-network of a canonical config, with any weights.

        The parameters of smaller ones have to be slices of those of the largest one that have the
        same names.
        """

    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network with its slices of the weights; raises DataError for missing weights."""
        import torch

        with torch.device("meta"):  # without memory for weights that are replaced
            module = self.network(config)
        state = slice_weights(module, _read(self.weights, sha256(self.weights)))
        module.load_state_dict({name: part.clone() for name, part in state.items()}, assign=True)
        return module.to(settings.device).eval()


def slice_weights(module: "nn.Module", weights: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """The part of the largest network's `weights` that `module` has: views, by name.

    Raises DataError for a tensor that is missing there, or smaller.
    """
    parts = {}
    for name, own in module.state_dict().items():
        whole = weights.get(name)
        if whole is None or any(a > b for a, b in zip(own.shape, whole.shape, strict=False)):
            there = "missing" if whole is None else f"of shape {tuple(whole.shape)}"
            raise DataError(
                f"A sub-network has a tensor '{name}' of shape {tuple(own.shape)}. In the weights "
                f"it is {there}. Train the supernet anew, or correct its network."
            )
        parts[name] = whole[tuple(slice(size) for size in own.shape)]
    return parts


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> "dict[str, Tensor]":
    """The state dict in a file; read anew when its digest changes."""
    import torch

    try:
        with regular_file.opened(path, _LARGEST) as file:
            state: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for a damaged file
        why = getattr(error, "strerror", None) or "it is damaged, or no file of weights"
        raise DataError(
            f"The weights {path} cannot be read: {why}. Restore the file, or train the supernet "
            "anew."
        ) from error
    return state
