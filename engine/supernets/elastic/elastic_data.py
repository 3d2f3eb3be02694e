"""ElasticData: what a network is made elastic with, and then searched with."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.metrics import Metric
from engine.tasks.base import Inputs, Task

if TYPE_CHECKING:
    from torch import Tensor

Batch = tuple[Inputs, Any]
"""Inputs of the network (a tensor, or a tuple or a mapping of tensors) and their targets."""

Part = Literal["calibration", "validation", "held out"]
"""For statistics of normalisation, for the search, and for what no search and no training uses."""


class ElasticData(ABC):
    """Batches, loss and quality of a network, and the `task` that measures it in a search.

    `metrics` are those of `score` and of the task, the main one first. `origin` says where the data
    come from.
    """

    task: Task
    metrics: Sequence[Metric]
    origin: str

    @property
    @abstractmethod
    def steps_per_epoch(self) -> int:
        """The number of batches of an epoch, 1 or more."""

    @abstractmethod
    def training_batches(self, seed: int, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number `first` on: a function of `seed` and `epoch`."""

    @abstractmethod
    def batches(self, part: Part) -> Iterable[Batch]:
        """The batches of a part of the data, always the same; none if there is no such part."""

    @abstractmethod
    def loss(self, outputs: Any, target: Any) -> "Tensor":
        """The mean loss of a network's outputs for one batch, a scalar."""

    @abstractmethod
    def distance(self, outputs: Any, original_outputs: Any) -> "Tensor":
        """How far outputs are from those of the original network, a scalar."""

    @abstractmethod
    def score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """The quality by metric from outputs and targets of all batches, on the CPU."""

    @property
    @abstractmethod
    def example_inputs(self) -> Inputs:
        """A few inputs of the validation data, with which a network is analysed."""

    @abstractmethod
    def describe(self) -> str:
        """The data in a sentence."""

    @abstractmethod
    def write(self, folder: Path) -> Mapping[str, Any]:
        """Store in `folder` what a search needs; returns plain data that describes the task."""
