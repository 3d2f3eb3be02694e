"""What the engine needs to know of a supernet; implement this to add one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.metrics import METRICS, Metric, Source
from engine.space import Genotypes, SearchSpace
from engine.supernets.devices import Precision

if TYPE_CHECKING:
    from torch import nn

Progress = Callable[[str, int, int | None], None]
"""Called with a file's name, the bytes that are there, and those in all, None if unknown."""


AccuracySource = Literal["measured", "published predictor"]


@dataclass(frozen=True)
class Stage:
    """A group of up to `blocks` blocks with `channels` outputs of `resolution` x `resolution`."""

    channels: int
    resolution: int
    blocks: int
    stride: int


@dataclass(frozen=True)
class EvaluationSettings:
    """What a user may set of a measurement. `batch_size` is that of the accuracy measurement.

    `device` and `precision` say where and in which numbers networks are run; `latency_batch` is the
    batch of latency and memory. `latency_table` names a file that latency is read from instead.
    `accuracy_source` chooses how accuracy comes about; `weights_path` and `predictor_path` name
    files to take in place of those that ship or are downloaded. `test_fraction` is the share of
    the validation images that accuracy is measured on, in (0, 1].
    """

    batch_size: int = 100
    dataset_path: str | None = None
    latency_batch: int = 1
    device: str = "cpu"
    precision: Precision = "fp32"
    latency_table: str | None = None
    accuracy_source: AccuracySource = "measured"
    weights_path: str | None = None
    predictor_path: str | None = None
    test_fraction: float = 1.0


class Supernet(Protocol):
    """A trained weight-sharing super-network.

    Everything but `subnetwork` and `measure` must work without weights and without torch, so that
    a dashboard can describe a supernet at once. Implementations are found through the entry point
    group `dynas_studio.supernets`; each entry is a callable without arguments that returns one.
    Derive from this class to inherit what most supernets share.
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

    def exact(self, genotypes: Genotypes) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` values of each metric that follows from `(n, genes)` genotypes alone."""
        costs = self.macs_params(np.atleast_2d(genotypes)).astype(np.float64)
        exact = {"macs": costs[:, 0], "params": costs[:, 1]}
        size = self.state_bytes(np.atleast_2d(genotypes))
        return exact if size is None else {**exact, "size": size / 1e6}

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64] | None:
        """`(n,)` bytes of all that a state dict of the sub-networks holds; None if not known."""
        return None

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Where the number of each metric comes from under `settings`.

        A metric that is not here cannot be had with them.
        """
        return {
            name: source
            for name, metric in METRICS.items()
            if (source := self._source(metric, settings)) is not None
        }

    def _source(self, metric: Metric, settings: EvaluationSettings) -> Source | None:
        if metric.name == "size" and self.state_bytes(self.space.smallest[None]) is None:
            return None
        if metric.name == "lat" and settings.latency_table:
            return "lookup table"
        if metric.name == "lat_spread" and settings.latency_table:
            return None
        return metric.source

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """The reference value of `metric`, at which hypervolume starts to count, and the ideal one.

        The reference is None where only measuring can tell, as for latency.
        """
        ...

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of all that decides a measured number: weights, data and protocol."""
        ...

    def missing(self, settings: EvaluationSettings) -> list[str]:
        """A sentence for each thing that a search with `settings` needs and has not; quick.

        An empty list means ready, as far as can be told without reading everything.
        """
        try:
            self.check_data(settings)
        except DataError as error:
            return [str(error)]
        return []

    def fetchable(self, settings: EvaluationSettings) -> str:
        """The name of the official file that `fetch` would download; empty if there is none."""
        return ""

    def fetch(self, settings: EvaluationSettings, progress: Progress | None = None) -> None:
        """Download what `settings` need and an official address offers; raises DataError."""
        return

    def describe_data(self, settings: EvaluationSettings) -> str:
        """A sentence on the data that accuracy is measured on; raises DataError as `check_data`."""
        self.check_data(settings)
        return self.accuracy_source

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if what a measurement needs is missing or damaged."""
        ...

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain module with its weights, recalibrated, in eval mode.

        Raises SpaceError for a config outside the space, DataError for missing weights.
        """
        ...

    def measure(
        self, config: Mapping[str, Any], metrics: Sequence[str], settings: EvaluationSettings
    ) -> dict[str, float]:
        """The `metrics` of a sub-network; raises EvaluationError if it cannot be measured.

        `test_acc` is the accuracy on images that no search has seen.
        """
        ...
