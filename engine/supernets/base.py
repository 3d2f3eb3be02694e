"""What the engine needs to know of a supernet; implement this to add one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes, SearchSpace

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Stage:
    """A group of up to `blocks` blocks with `channels` outputs of `resolution` x `resolution`."""

    channels: int
    resolution: int
    blocks: int
    stride: int


@dataclass(frozen=True)
class EvaluationSettings:
    """What a user may set of a measurement. `batch_size` is that of the accuracy measurement."""

    batch_size: int = 100
    dataset_path: str | None = None
    latency_batch: int = 1
    device: str = "cpu"


class Supernet(Protocol):
    """A trained weight-sharing super-network.

    Everything but `subnetwork` and `measure` must work without weights and without torch, so that
    a dashboard can describe a supernet at once. Implementations are found through the entry point
    group `dynas_studio.supernets`; each entry is a callable without arguments that returns one.
    """

    name: str
    title: str
    description: str
    accuracy_source: str
    input_shape: tuple[int, int, int]
    stages: tuple[Stage, ...]
    space: SearchSpace

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs (batch-norm folded away) and parameters of `(n, genes)` genotypes."""
        ...

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """The reference value of `metric`, at which hypervolume starts to count, and the ideal one.

        The reference is None where only measuring can tell, as for latency.
        """
        ...

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of all that decides a measured number: weights, data and protocol."""
        ...

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if what a measurement needs is missing or damaged."""
        ...

    def subnetwork(self, config: Mapping[str, Sequence[int]]) -> "nn.Module":
        """The sub-network as a plain module with its weights, recalibrated, in eval mode.

        Raises SpaceError for a config outside the space, DataError for missing weights.
        """
        ...

    def measure(
        self, config: Mapping[str, Sequence[int]], metrics: Sequence[str], settings: Any
    ) -> dict[str, float]:
        """The measured `metrics` of a sub-network; raises EvaluationError if it cannot be measured.

        `test_acc` is the accuracy on images that no search has seen.
        """
        ...
