"""The small elastic MobileNetV3 for images in memory, independent of its training data."""

import copy
import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy.typing as npt

from engine import devices, program, regular_file
from engine.errors import DataError
from engine.requirements import Progress, Requirement
from engine.space import Config, Genotypes, SearchSpace, mbconv_space
from engine.supernets.base import EvaluationSettings, Stage, Supernet
from engine.supernets.cost_table import CostTable, state_bytes
from engine.tasks.images.decoded_arrays import DecodedArrays

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from engine.fast.prefix_cache import PrefixCache

STAGES = (Stage(16, 14, 4, 1), Stage(24, 7, 4, 2), Stage(48, 4, 4, 2))
"""The stages for images of 28 x 28 pixels."""

_MAX_BYTES = regular_file.GB


def space(resolution: int) -> SearchSpace:
    """Three stages; configs of other programs may contain the resolution, which is fixed here."""
    return replace(mbconv_space(stages=3, blocks=4), implied=(("r", (resolution,)),))


def stages(size: int) -> tuple[Stage, ...]:
    """The stages for images of `size` x `size` pixels."""
    result, side = [], -(-size // 2)
    for stage in STAGES:
        side = -(-side // stage.stride)
        result.append(Stage(stage.channels, side, stage.blocks, stage.stride))
    return tuple(result)


class ElasticMobileNet(Supernet):
    """3 stages of 2-4 blocks, kernel 3/5/7, expansion 3/4/6, with the weights in a file.

    `costs` and `state` are the files of its cost tables, `weights_origin` is a sentence on where
    the weights come from.
    """

    task: DecodedArrays
    weights: Path

    def __init__(
        self, task: DecodedArrays, weights: Path, costs: Path, state: Path, weights_origin: str
    ) -> None:
        self.task, self.weights = task, weights
        self._costs_path, self._state_path = costs, state
        self._weights_origin = weights_origin
        self.space = space(task.side)
        self.stages = stages(task.side)

    @functools.cached_property
    def _costs(self) -> CostTable:
        return CostTable.read(self._costs_path)

    @functools.cached_property
    def _state(self) -> CostTable:
        return CostTable.read(self._state_path)

    def with_options(self, settings: EvaluationSettings) -> Self:
        """Itself: no option changes what a sub-network costs."""
        return self

    def macs_params(self, genotypes: Genotypes) -> "npt.NDArray[np.int64]":
        """`(n, 2)` exact MACs and parameters of `(n, genes)` genotypes."""
        return self._costs.macs_params(self.space, genotypes)

    def state_bytes(self, genotypes: Genotypes) -> "npt.NDArray[np.int64]":
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes."""
        return state_bytes(self._state, self.space, genotypes)

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As for any supernet, except that the volume of sizes starts at the measured ones."""
        return (None, 0.0) if name == "size" else super().bounds(name)

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the weights or the data of `settings` are missing or damaged."""
        devices.check(settings.device, settings.precision)
        self.options(settings)
        self.task.options(settings)
        self.fingerprint(settings)
        self.task.check(settings)

    def requirements(self) -> Sequence[Requirement]:
        """Weights and images."""
        return [self._weights_requirement(), *self.task.requirements()]

    def _weights_requirement(self) -> Requirement:
        return Requirement(
            f"{self.name} weights", "Weights", self._weights_origin, "measured",
            lambda settings: str(self.weights), self._check_weights,
        )  # fmt: skip

    def _check_weights(self, settings: EvaluationSettings, progress: Progress) -> str:
        return f"All {len(self._net.state_dict()):,} tensors fit the network"

    @functools.cached_property
    def prefix_cache(self) -> "PrefixCache":
        """Activations of layers that sub-networks have in common."""
        from engine.fast.prefix_cache import PrefixCache

        return PrefixCache()

    def clear_cache(self) -> None:
        """Empty the cache of activations."""
        vars(self).pop("prefix_cache", None)

    @functools.cached_property
    def _net(self) -> Any:
        return self._load_network()

    @functools.lru_cache(maxsize=2)  # noqa: B019 - the registry keeps one object per process
    def _net_on(self, device: str) -> Any:
        """A copy on a GPU, so that sub-networks are extracted on that device."""
        return copy.deepcopy(self._net).to(device)

    def _load_network(self) -> Any:
        """The elastic network with its weights."""
        import torch

        from engine.supernets.builtin.network import FashionMobileNetV3

        net = FashionMobileNetV3(self.task.class_count, self.task.channels)
        try:
            with regular_file.open_file(self.weights, _MAX_BYTES) as file:
                state = torch.load(file, map_location="cpu", weights_only=True)
            net.load_state_dict({name: value.float() for name, value in state.items()})
        except Exception as error:  # torch raises many kinds for a damaged or hostile file
            raise DataError(
                f"The weights {self.weights} cannot be loaded: damaged, or of another network. "
                "Restore the file from the repository or train it anew with "
                f"{program.name()} train-supernet."
            ) from error
        return net.eval()

    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network as a plain `ofa` MobileNetV3."""
        import torch

        net = self._net if settings.device == "cpu" else self._net_on(settings.device)
        net.set_active_subnet(**config)
        module: nn.Module = net.get_active_subnet().eval()
        return module.to(memory_format=torch.channels_last)


def image_requirement(
    key: str,
    origin: str,
    locate: Callable[[EvaluationSettings], str],
    task: DecodedArrays,
    option: str = "",
) -> Requirement:
    """The requirement for the images of a task; its check reads all of them."""
    return Requirement(
        key, "Images", origin, "measured", locate,
        lambda settings, progress: task.counts(settings), option,
    )  # fmt: skip
