"""What the engine needs to know of a supernet; implement this to add one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.metrics import METRICS, Metric, Source
from engine.space import Genotypes, SearchSpace
from engine.supernets.devices import Precision
from engine.supernets.predictor_calibration import Calibration

if TYPE_CHECKING:
    from torch import nn

Progress = Callable[[str, int, int | None], None]
"""Called with what is worked on, how much is done, and how much there is, None if unknown.

Bytes of a file that is fetched, files of a folder that is read. May raise to end the work.
"""


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
    batch of latency and memory. A processor is timed with `threads`, None for one a core.
    `latency_table` names a file that latency is read from instead.
    `accuracy_source` chooses how accuracy comes about; `weights_path` and `predictor_path` name
    files to take in place of those that ship or are downloaded. A published predictor is calibrated
    if `calibrate` says so: by `calibration`, or without one by published measurements, where there
    are any. `test_fraction` is the share of
    the validation images that accuracy is measured on, in (0, 1].
    """

    batch_size: int = 100
    dataset_path: str | None = None
    latency_batch: int = 1
    device: str = "cpu"
    precision: Precision = "fp32"
    threads: int | None = None
    latency_table: str | None = None
    accuracy_source: AccuracySource = "measured"
    weights_path: str | None = None
    predictor_path: str | None = None
    calibrate: bool = True
    calibration: Calibration | None = None
    test_fraction: float = 1.0


PathSetting = Literal["", "weights_path", "dataset_path", "predictor_path"]


@dataclass(frozen=True)
class Requirement:
    """Something that has to be there before accuracy can be had from the source `serves`.

    Supernets that share it give it the same `key`. `origin` says where it comes from. `setting`
    names the field of EvaluationSettings that takes a path for it, if any; `download` is the
    official address that `Supernet.fetch` takes it from, if any.

    `locate` says where it is, without reading it. `check` reads it and says what was found. Both
    raise DataError for what is missing, `check` also for what is damaged.
    """

    key: str
    title: str
    origin: str
    serves: AccuracySource
    locate: Callable[[EvaluationSettings], str]
    check: Callable[[EvaluationSettings, Progress], str]
    setting: PathSetting = ""
    download: str = ""


class Supernet(Protocol):
    """A trained weight-sharing super-network.

    Everything but `subnetwork` and `measure` must work without weights and without torch, so that
    a dashboard can describe a supernet at once. Implementations are found through the entry point
    group `dynas_studio.supernets`; each entry is a callable without arguments that returns one
    whose `name` is that of the entry. Derive from this class to inherit what most supernets share.

    `stages` are drawn; a network that has none, such as a transformer, gives an empty tuple.
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
        """`(n,)` values of each metric that follows from `(n, genes)` genotypes alone.

        Each of them has the source `exact`. Raises SpaceError as `SearchSpace.rows` does.
        """
        rows = self.space.rows(genotypes)
        costs = self.macs_params(rows).astype(np.float64)
        exact = {"macs": costs[:, 0], "params": costs[:, 1]}
        size = self.state_bytes(rows)
        return exact if size is None else {**exact, "size": size / 1e6}

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64] | None:
        """`(n,)` bytes of all that a state dict of the sub-networks holds; None if not known."""
        return None

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Where the number of each metric comes from under `settings`.

        A metric that is not here cannot be had with them. Metrics of the supernet's own stand here
        by name, beside those of `METRICS`; their package describes them through the entry point
        group `dynas_studio.metrics`.
        """
        return {
            name: source
            for name, metric in METRICS.items()
            if (source := self._source(metric, settings)) is not None
        }

    def sources_of(self, genotype: Genotypes, settings: EvaluationSettings) -> Mapping[str, str]:
        """Where the numbers of one sub-network `(genes,)` come from under `settings`.

        As `sources`, and beside it what holds for this sub-network alone, such as that a number is
        extrapolated.
        """
        return self.sources(settings)

    def predictions(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` values that a published predictor gives `(n, genes)` genotypes, by metric.

        They are not calibrated. Nothing where `settings` have every metric measured.
        """
        return {}

    def _source(self, metric: Metric, settings: EvaluationSettings) -> Source | None:
        if metric.name == "size" and self.state_bytes(self.space.smallest[None]) is None:
            return None
        if metric.name == "lat" and settings.latency_table:
            return "lookup table"
        if metric.name == "lat_spread" and settings.latency_table:
            return None
        return cast(Source, metric.source)

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

    def requirements(self) -> Sequence[Requirement]:
        """What has to be there, one by one, for each source of accuracy."""

        def locate(settings: EvaluationSettings) -> str:
            if sentences := self.missing(settings):
                raise DataError(" ".join(sentences))
            return settings.dataset_path or "part of the package that brings the supernet"

        return [
            Requirement(
                key=self.name,
                title="Weights and data",
                origin=self.accuracy_source,
                serves="measured",
                locate=locate,
                check=lambda settings, progress: self.describe_data(settings),
                setting="dataset_path",
            )
        ]

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
