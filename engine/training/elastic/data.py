"""What a training of a user's own network needs of the data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from engine.metrics import Metric
from engine.tasks.base import Inputs

if TYPE_CHECKING:
    from torch import Tensor

Batch = tuple[Inputs, Any]
"""Inputs of the network (a tensor, or a tuple or a mapping of tensors) and their targets."""

Part = Literal["calibration", "validation", "held out"]
"""For statistics of normalisation, for the search, and for what no search and no training uses."""


class TrainingData(Protocol):
    """The data, the loss and the quality metrics of a network.

    `metrics` are those of `score`, the main one first.
    """

    metrics: Sequence[Metric]

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches that `training_batches` gives, 1 or more."""

    def training_batches(self, seed: int, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number `first` on: a function of `seed` and `epoch`."""

    def batches(self, part: Part) -> Iterable[Batch]:
        """The batches of a part of the data, always the same; none if the data have no such part.

        Targets of calibration are ignored.
        """

    def loss(self, outputs: Any, target: Any) -> "Tensor":
        """The mean loss of the network's outputs for one batch, a scalar."""

    def distance(self, outputs: Any, original_outputs: Any) -> "Tensor":
        """How far outputs are from those of the original network, a scalar; 0 if equal.

        Such as the mean divergence (Kullback-Leibler) of the classes' probabilities.
        """

    def score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """The quality by metric from outputs and targets of all batches, on the CPU."""
