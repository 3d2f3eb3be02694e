"""LoaderData: the data of a user's `make_task`."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.supernets.elastic.elastic_data import Batch, ElasticData, Part
from engine.supernets.elastic.user_code import sentences
from engine.tasks.base import Inputs
from engine.tasks.elastic_task import ElasticTask, first_inputs

if TYPE_CHECKING:
    from torch import Tensor

_FAILED = "The task of make_task failed"


class LoaderData(ElasticData):
    """Batches of a user's loaders; whatever they raise becomes one sentence.

    `code` is the path of the user's code.
    """

    def __init__(self, elastic_task: ElasticTask, code: str) -> None:
        self._task, self._folders = elastic_task, [Path(code).parent]
        self.task = elastic_task.quality_task()
        self.metrics, self.origin = self.task.metrics, f"make_task in {code}"

    @cached_property
    def steps_per_epoch(self) -> int:
        """The length of the loader, or the number of its batches."""
        with sentences(_FAILED, self._folders):
            loader = self._task.training()
            count = len(loader) if isinstance(loader, Sized) else sum(1 for _ in loader)
        if not count:
            raise DataError(f"{self.origin}: its training loader gives no batches. Give it data.")
        return count

    def training_batches(self, seed: int, epoch: int, first: int = 0) -> Iterator[Batch]:
        """The batches of the training loader."""
        with sentences(_FAILED, self._folders):
            yield from self._task.training_batches(seed, epoch, first)

    def batches(self, part: Part) -> Iterable[Batch]:
        """The batches of the loader for a part."""
        loaders = {
            "calibration": self._task.calibration or self._task.calibration_batches,
            "validation": self._task.validation,
            "held out": self._task.held_out,
        }
        loader = loaders[part]
        with sentences(_FAILED, self._folders):
            yield from loader() if loader else ()

    def loss(self, outputs: Any, target: Any) -> "Tensor":
        """The user's loss."""
        with sentences(f"{_FAILED} in loss", self._folders):
            return self._task.loss(outputs, target)

    def distance(self, outputs: Any, original_outputs: Any) -> "Tensor":
        """The user's distance, by default the divergence of logits."""
        with sentences(f"{_FAILED} in distance", self._folders):
            return self._task.distance(outputs, original_outputs)

    def score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """The user's score, by default the loss."""
        with sentences(f"{_FAILED} in score", self._folders):
            return self._task.quality_score(outputs, targets)

    @cached_property
    def example_inputs(self) -> Inputs:
        """Up to 8 inputs of the first validation batch."""
        with sentences(_FAILED, self._folders):
            return first_inputs(self._task.validation)

    def describe(self) -> str:
        """Where the data come from."""
        return f"The loaders of {self.origin}, {self.steps_per_epoch:,} training batches an epoch."

    def write(self, folder: Path) -> Mapping[str, Any]:
        """Nothing: the loaders read the data."""
        return {}
