"""Supernets whose sub-networks are slices of the largest network's weights.

A parameter of a sub-network is the first rows, columns and so on of the parameter with the same
name in the largest network (Cai et al., "Once-for-All", ICLR 2020, for widths and depths).
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

_MAX_BYTES = 10 * regular_file.GB


class SlicedSupernet(Supernet):
    """A supernet whose `network` builds any sub-network, with the `weights` of the largest one.

    Set `name`, `space`, `task` and `weights`, the file of a state dict.

    >>> import torch
    >>> from torch import nn
    >>> class Perceptron(SlicedSupernet):
    ...     name, weights = "perceptron", Path("perceptron.pt")
    ...     space, task = SearchSpace((Gene("width", (8, 16)),)), task
    ...
    ...     def network(self, config):
    ...         (width,) = config["width"]
    ...         return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3))
    >>> supernet = Perceptron()
    >>> torch.save(supernet.network({"width": [16]}).state_dict(), supernet.weights)
    >>> supernet.extract({"width": [8]}, EvaluationSettings())[0]
    Linear(in_features=4, out_features=8, bias=True)
    """

    weights: Path

    @abstractmethod
    def network(self, config: Config) -> "nn.Module":
        """The sub-network of a canonical config, with any weights.

        The parameters of smaller networks must be slices of the parameters with the same names in
        the largest one.
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
    """The slices of the largest network's `weights` that `module` needs: views, by name.

    Raises DataError for a tensor that is missing in `weights`, or smaller.
    """
    parts = {}
    for name, parameter in module.state_dict().items():
        largest, shape = weights.get(name), tuple(parameter.shape)
        if largest is None or any(a > b for a, b in zip(shape, largest.shape, strict=False)):
            state = "missing" if largest is None else f"of shape {tuple(largest.shape)}"
            raise DataError(
                f"A sub-network has a tensor '{name}' of shape {shape}. In the weights it is "
                f"{state}. Train the supernet again, or correct its network."
            )
        parts[name] = largest[tuple(slice(size) for size in shape)]
    return parts


@functools.lru_cache(maxsize=4)
def _read(path: Path, digest: bytes) -> "dict[str, Tensor]":
    """The state dict in a file; read again when its digest changes."""
    import torch

    try:
        with regular_file.open_file(path, _MAX_BYTES) as file:
            state: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for a damaged file
        why = getattr(error, "strerror", None) or "it is damaged, or no file of weights"
        raise DataError(
            f"The weights {path} cannot be read: {why}. Restore the file, or train the supernet "
            "anew."
        ) from error
    return state
