"""The base class of tasks: the inputs, the quality metrics and the data of a network."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.fast.pixel_scale import PixelScale
from engine.metrics import Metric
from engine.options import Options, read_options
from engine.requirements import Requirement, path_requirements
from engine.tasks.prepared_data import PreparedData

if TYPE_CHECKING:
    from torch import Tensor

Inputs = Any
"""The arguments of a network: a tensor, or a tuple or a mapping (by argument name) of tensors."""

Network = Callable[[Inputs], Any]
"""Returns the outputs of a sub-network for one batch of inputs, on its own device."""

DataSplit = Literal["validation", "held out"]
"""The data on which a search measures quality, or the data that no search uses."""

_HELD_OUT = "test_"


@dataclass(frozen=True)
class DataNames:
    """The names of a task's data: one `item`, several `items`, and the parts of the data.

    `held_out` is the data that no search uses; it is empty if a task has no such data.

    >>> DataNames("sentence", "sentences", "validation sentences").held_out
    'held-out data'
    """

    item: str = "input"
    items: str = "inputs"
    validation: str = "validation data"
    held_out: str = "held-out data"


class Task(ABC):
    """The inputs of a network, the metrics of its quality and the data to measure them on.

    `metrics` are the quality metrics, the main one first. Methods that need data take the settings
    of a measurement, whose `task` options are read by `options`. The inputs of a sub-network may
    depend on its `resolution`, the value of the gene with that role, None without such a gene.

    >>> import hashlib, torch
    >>> class Parity(Task):
    ...     name, metrics = "parity", (ACC,)
    ...     rows = torch.arange(64).unsqueeze(1) // 2 ** torch.arange(6) % 2
    ...
    ...     def example_inputs(self, count, resolution=None):
    ...         return torch.zeros(count, 6)
    ...
    ...     def quality(self, network, part, metrics, settings, resolution=None):
    ...         right = network(self.rows.float()).argmax(1) == self.rows.sum(1) % 2
    ...         return {"acc": 100 * right.float().mean().item()}
    ...
    ...     def fingerprint(self, settings):
    ...         return hashlib.sha256(self.rows.numpy().tobytes()).hexdigest()
    >>> Parity().quality(torch.nn.Linear(6, 2), "validation", ["acc"], EvaluationSettings()).keys()
    dict_keys(['acc'])
    """

    name: ClassVar[str]
    metrics: tuple[Metric, ...]
    Options: ClassVar[type[Options]] = Options
    data_names: DataNames = DataNames()
    origin: str = ""
    """A sentence on the data that quality is measured on."""
    licence: str = ""
    """The licence of the data, a sentence; empty if it is not stated."""
    classes: tuple[str, ...] = ()
    """The names of the classes, in the order of a classifier's outputs."""
    pixel_scale: PixelScale | None = None
    """How bytes become the inputs of a network, for a task that can give it bytes."""
    prepared_data: tuple[PreparedData, ...] = ()
    """Data that it derives from a user's data and stores; users can inspect and remove it."""
    input_name: ClassVar[str] = "input"
    """The name of a single input in exported files; several have those of the arguments."""
    output_name: ClassVar[str] = "output"
    """The name of a single output in exported files."""
    trial_options: Mapping[str, Any] = MappingProxyType({})
    """Options for a quick trial measurement."""

    def options(self, settings: EvaluationSettings) -> Any:
        """The task's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read_options(self.Options, settings.task, "task_options")

    @abstractmethod
    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """A batch of `count` inputs of the network, generated without any data.

        The values are the same each time. Networks are timed, counted and traced with them.
        """

    @abstractmethod
    def quality(
        self,
        network: Network,
        part: DataSplit,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """The requested `metrics`, measured on a part of the data.

        Raises DataError for missing data, EvaluationError for metrics that cannot be measured.
        """

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of inputs for normalisation statistics; none by default."""
        return ()

    @abstractmethod
    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the data and of everything else in the task that determines the quality."""

    def validation_pixels(self, settings: EvaluationSettings) -> int:
        """The pixels of all validation images together, as the networks take them; 0 if unknown.

        A backend with a long set-up pays only for many. Raises DataError for missing data.
        """
        return 0

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the data of `settings` is missing or damaged."""
        self.fingerprint(settings)

    def class_names(self, settings: EvaluationSettings) -> Sequence[str]:
        """`classes`, or the names that the data gives them; raises DataError as `check`."""
        return self.classes

    def describe(self, settings: EvaluationSettings) -> str:
        """A sentence on the data that quality is measured on; raises DataError as `check`."""
        self.check(settings)
        return self.origin

    def requirements(self) -> Sequence[Requirement]:
        """The required data, as listed by pages; by default the data that `check` reads.

        If options name files or folders, each of them is a requirement.
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

        The first is None if it must be measured.
        """
        best = metric.highest if metric.direction == "max" else metric.lowest
        if best is None:
            raise DataError(
                f"The metric '{metric.name}' of the task '{self.name}' has no best value. Give it "
                f"{'highest' if metric.direction == 'max' else 'lowest'}."
            )
        return None, best

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """Plain data on the preprocessing of raw inputs; empty if unknown."""
        return {}


def held_out_name(metric: str) -> str:
    """The name of a quality metric on held-out data, such as `test_loss`."""
    return f"{_HELD_OUT}{metric}"


def held_out_metric(name: str) -> str | None:
    """The quality metric behind a name of `held_out_name`; None for another name."""
    return name.removeprefix(_HELD_OUT) if name.startswith(_HELD_OUT) else None


def digest_of(*parts: "bytes | str | Tensor") -> str:
    """A digest of bytes, texts and tensors in this order."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes | str):
            content = part.encode() if isinstance(part, str) else part
        else:
            digest.update(f"{part.dtype} {tuple(part.shape)} ".encode())
            content = part.detach().cpu().contiguous().view(-1).numpy().tobytes()
        digest.update(content)
    return digest.hexdigest()
