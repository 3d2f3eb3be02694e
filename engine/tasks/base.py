"""Task: what a network is asked to do, and how it is told how well it does it."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.options import Options, read
from engine.requirements import Requirement, path_requirements
from engine.tasks.prepared_data import PreparedData

if TYPE_CHECKING:
    from torch import Tensor

Inputs = Any
"""What a network is called with: a tensor, or a tuple or a mapping of tensors (by argument)."""

Network = Callable[[Inputs], Any]
"""Gives the outputs of a sub-network for one batch of inputs, on whatever device it is."""

Part = Literal["validation", "held out"]
"""The data that a search measures quality on, or the data that no search sees."""

_HELD_OUT = "test_"


@dataclass(frozen=True)
class DataNames:
    """What a task's data is called: one `item`, several `items`, those no search sees `held_out`.

    `held_out` is empty where a task holds none out.
    """

    item: str = "input"
    items: str = "inputs"
    validation: str = "validation data"
    held_out: str = "held-out data"


class Task(ABC):
    """What a network is asked to do: its inputs, its quality and the data that tells it.

    `metrics` are those of its quality, the main one first. What needs data takes the settings of a
    measurement, whose `task` options are read by `options`. What the inputs of a sub-network are
    may depend on its `resolution`, the value of the gene with that role, None without one.
    """

    name: ClassVar[str]
    metrics: tuple[Metric, ...]
    Options: ClassVar[type[Options]] = Options
    data_names: DataNames = DataNames()
    origin: str = ""
    """A sentence on the data that quality is measured on."""
    classes: tuple[str, ...] = ()
    """The names of what a classifier tells apart, in the order of its outputs."""
    prepared_data: tuple[PreparedData, ...] = ()
    """What it makes of a user's data and keeps, to be shown and removed."""
    trial_options: Mapping[str, Any] = MappingProxyType({})
    """Its options with which a trial measures quickly."""

    def options(self, settings: EvaluationSettings) -> Any:
        """The task's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read(self.Options, settings.task, "task_options")

    @abstractmethod
    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """A batch of `count` inputs as the network takes them, made without any data.

        The same numbers each time. Networks are timed, counted and traced with it.
        """

    @abstractmethod
    def quality(
        self,
        network: Network,
        part: Part,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """Those of its `metrics` that are asked for, measured on a part of the data.

        Raises DataError for data that is missing, and EvaluationError for what cannot be measured.
        """

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of inputs that normalisation statistics are averaged over; none by default."""
        return ()

    @abstractmethod
    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the data, and of all else of the task that decides a measured quality."""

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the data of `settings` is missing or damaged."""
        self.fingerprint(settings)

    def describe(self, settings: EvaluationSettings) -> str:
        """A sentence on the data that quality is measured on; raises DataError as `check`."""
        self.check(settings)
        return self.origin

    def requirements(self) -> Sequence[Requirement]:
        """The data that has to be there, as pages list it; by default what `check` looks at.

        Where options name files or folders, each of them.
        """
        if paths := path_requirements("task", self.name, self.Options, self.options, self.check):
            return paths

        place = "part of the package that brings the supernet"

        def locate(settings: EvaluationSettings) -> str:
            self.check(settings)
            return place

        return [
            Requirement(
                key=f"{self.name} data",
                title="Data",
                origin=self.origin,
                serves="measured",
                locate=locate,
                check=lambda settings, progress: self.describe(settings).removesuffix(".") or place,
            )
        ]

    def bounds(self, metric: Metric) -> tuple[float | None, float]:
        """The value of a quality metric at which hypervolume starts to count, and the ideal one.

        The first is None where only measuring can tell.
        """
        best = metric.highest if metric.direction == "max" else metric.lowest
        if best is None:
            raise DataError(
                f"The metric '{metric.name}' of the task '{self.name}' has no best value. Give it "
                f"{'highest' if metric.direction == 'max' else 'lowest'}."
            )
        return None, best

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """Plain data on how raw inputs are made into those of the network; empty if unknown."""
        return {}


def held_out_name(metric: str) -> str:
    """What the number of a quality metric on held-out data is called, such as `test_loss`."""
    return f"{_HELD_OUT}{metric}"


def held_out_metric(name: str) -> str | None:
    """The quality metric that `held_out_name` made the name of; None for another name."""
    return name.removeprefix(_HELD_OUT) if name.startswith(_HELD_OUT) else None


def digest_of(*parts: "bytes | str | Tensor") -> str:
    """A digest of bytes, texts and tensors in their order."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes | str):
            content = part.encode() if isinstance(part, str) else part
        else:
            digest.update(f"{part.dtype} {tuple(part.shape)} ".encode())
            content = part.detach().cpu().contiguous().view(-1).numpy().tobytes()
        digest.update(content)
    return digest.hexdigest()
