"""What the engine needs to know of a supernet; derive from `Supernet` to add one."""

import functools
import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from engine import devices
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Source, metric
from engine.options import Options, plain, read
from engine.requirements import Progress, QualitySource, Requirement, path_requirements
from engine.space import Config, Genotypes, SearchSpace
from engine.supernets.exact_costs import ExactCosts
from engine.tasks.base import Task, digest_of
from engine.tasks.quality_protocol import quality_protocol

if TYPE_CHECKING:
    from torch import nn

    from engine.fast.prefix_cache import PrefixCache

__all__ = ["EvaluationSettings", "Progress", "Requirement", "Stage", "Supernet"]


@dataclass(frozen=True)
class Stage:
    """A group of up to `blocks` blocks with `channels` outputs of `resolution` x `resolution`."""

    channels: int
    resolution: int
    blocks: int
    stride: int


class Supernet(ExactCosts):
    """A trained weight-sharing super-network.

    Set `name`, `space` and `task`, and define `extract`: all else has a default that follows from
    them. Packages offer theirs through the entry point group `dynas_studio.supernets`; each entry
    is a callable without arguments that returns one whose `name` is that of the entry.

    Everything but `extract`, and the counting of costs where no other way to them is given, has to
    work without torch, so that a dashboard can describe a supernet at once.

    `weights` is the file of the weights, if there is one. `stages` are drawn; a network that has
    none, such as a transformer, gives none.
    """

    name: str
    title: str = ""
    description: str = ""
    space: SearchSpace
    task: Task
    weights: Path | None = None
    stages: tuple[Stage, ...] = ()
    Options: ClassVar[type[Options]] = Options
    quality_sources: tuple[QualitySource, ...] = ("measured",)
    """Where quality can come from; the first is the default."""

    @abstractmethod
    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network of a canonical config as a plain module with the supernet's weights.

        In eval mode, on `settings.device`. Normalisation statistics are recomputed by whoever
        measures it. Raises DataError for weights that are missing or damaged.
        """

    def options(self, settings: EvaluationSettings) -> Any:
        """The supernet's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read(self.Options, settings.supernet, "supernet_options")

    def remark(self, settings: EvaluationSettings) -> str:
        """A sentence on what its options lead to, for a form; quick, and empty by default."""
        return ""

    # How good a sub-network is

    def quality_source(self, settings: EvaluationSettings) -> QualitySource:
        """Where quality comes from under `settings`, one of `quality_sources`."""
        return "measured"

    def options_for(self, source: QualitySource) -> Mapping[str, Any]:
        """Its options with which quality comes from `source`."""
        return {}

    def quality_by_metric(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The qualities that can be had under `settings`, and where each number comes from."""
        return {known.name: "measured" for known in self.task.metrics}

    def remarked_sources(
        self, genotype: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, str]:
        """Sources that say more of one sub-network `(genes,)` than `quality_by_metric`.

        Such as that its number is extrapolated.
        """
        return {}

    def predictions(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` values that a published predictor gives `(n, genes)` genotypes, by metric.

        They are not calibrated. Nothing where `settings` have every metric measured.
        """
        return {}

    def predicted(self, genotype: Genotypes, settings: EvaluationSettings) -> Mapping[str, float]:
        """The qualities of one sub-network `(genes,)` that are not measured, as they are shown."""
        return {name: float(v[0]) for name, v in self.predictions(genotype, settings).items()}

    def resolution(self, config: Config) -> int | None:
        """The input resolution of a sub-network, where a gene decides it: one of that role."""
        side = self.space.value_of("resolution", config)
        return None if side is None else int(side)

    @property
    def kept(self) -> "PrefixCache | None":
        """What sub-networks made of the same inputs, for others to go on from; by default none."""
        return None

    def forget(self) -> None:
        """Let go of what sub-networks have in common."""
        return

    def bounds(self, name: str) -> tuple[float | None, float]:
        """The value of a metric at which hypervolume starts to count, and the ideal one.

        The first is None where only measuring can tell, as for latency. By default exact metrics go
        from one end of the space to the other, and the task knows about its qualities.
        """
        known = metric(name)
        if any(known.name == quality.name for quality in self.task.metrics):
            return self.task.bounds(known)
        if not known.computable:
            return None, known.highest or 0.0 if known.direction == "max" else known.lowest or 0.0
        low, high = self._cost_ends[name]
        return (high, low) if known.direction == "min" else (low, high)

    # What has to be there

    @property
    def origin(self) -> str:
        """A sentence on where the quality of its sub-networks comes from."""
        return self.task.origin

    def weights_digest(self, settings: EvaluationSettings) -> str:
        """A digest of the weights: of their file, or without one of the largest sub-network."""
        if self.weights:
            return sha256(self.weights).hex()
        options = EvaluationSettings(supernet=settings.supernet, task=settings.task)
        if options not in self._largest_digests:
            module = self.extract(self.space.to_config(self.space.largest), options)
            parts = [part for item in sorted(module.state_dict().items()) for part in item]
            self._largest_digests[options] = digest_of(*parts)
        return self._largest_digests[options]

    @functools.cached_property
    def _largest_digests(self) -> dict[EvaluationSettings, str]:
        return {}

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of all that decides a measured quality: weights, data, options and protocol."""
        parts = [self.weights_digest(settings), self.task.fingerprint(settings)]
        given = [plain(self.options(settings)), plain(self.task.options(settings))]
        if any(given):
            parts.append(json.dumps(given, sort_keys=True))
        return hashlib.sha256(" ".join([quality_protocol(settings), *parts]).encode()).hexdigest()

    def missing(self, settings: EvaluationSettings) -> list[str]:
        """A sentence for each thing that a search with `settings` needs and has not; quick.

        An empty list means ready, as far as can be told without reading everything.
        """
        try:
            self.check_data(settings)
        except (ConfigError, DataError) as error:
            return [str(error)]
        return []

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if what a measurement needs is missing or damaged."""
        devices.check(settings.device, settings.precision)
        self.options(settings)
        self.task.options(settings)
        self.weights_digest(settings)
        self.task.check(settings)

    def describe_data(self, settings: EvaluationSettings) -> str:
        """A sentence on the data that quality is measured on; raises DataError as `check_data`."""
        self.check_data(settings)
        return self.task.describe(settings)

    def requirements(self) -> Sequence[Requirement]:
        """What has to be there, one by one, for each source of quality.

        By default the files that options of the supernet name, and what its task requires.
        """
        own = path_requirements("supernet", self.name, self.Options, self.options, self.check_data)
        # Tasks of one kind have one name: what this one needs is not what others of it need.
        of_task = [replace(r, key=f"{self.name} {r.key}") for r in self.task.requirements()]
        return [*own, *of_task]

    def fetchable(self, settings: EvaluationSettings) -> str:
        """The name of the official file that `fetch` would download; empty if there is none."""
        return ""

    def fetch(self, settings: EvaluationSettings, progress: Progress | None = None) -> None:
        """Download what `settings` need and an official address offers; raises DataError."""
        return

    # The sub-networks themselves

    def canonical(self, config: Mapping[str, Any]) -> Config:
        """The config checked and without genes that have no effect; raises SpaceError."""
        return self.space.to_config(self.space.encode(config))

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain module with its weights, recalibrated, in eval mode.

        Raises SpaceError for a config outside the space, DataError for missing weights or data.
        """
        from engine.tasks.statistics import recalibrate

        chosen, canonical = settings or EvaluationSettings(), self.canonical(config)
        module = self.extract(canonical, chosen)
        batches = self.task.calibration(chosen, self.resolution(canonical))
        recalibrate(module, batches, kept=self.kept)
        return module.eval()
