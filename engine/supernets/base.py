"""The base class of supernets: derive from `Supernet` to add one."""

import functools
import hashlib
import json
import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from engine import devices
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import metric
from engine.options import Options, non_default_values, read_options
from engine.requirements import Progress, QualitySource, Requirement, path_requirements
from engine.space import Config, SearchSpace
from engine.supernets.exact_costs import ExactCosts
from engine.supernets.predicted_quality import PredictedQuality
from engine.supernets.table_layers import TableLayers
from engine.tasks.base import Network, Task, digest_of
from engine.tasks.quality_protocol import quality_protocol

if TYPE_CHECKING:
    from torch import nn

    from engine.fast.prefix_cache import PrefixCache

__all__ = ["EvaluationSettings", "Progress", "Requirement", "Stage", "Supernet"]


@dataclass(frozen=True)
class Stage:
    """A group of up to `blocks` blocks with `channels` outputs of `resolution` x `resolution`.

    >>> Stage(channels=24, resolution=56, blocks=4, stride=2).blocks
    4
    """

    channels: int
    resolution: int
    blocks: int
    stride: int


class Supernet(ExactCosts, PredictedQuality):
    """A trained weight-sharing super-network.

    Set `name`, `space` and `task`, and define `extract`: everything else has a default. Packages
    register supernets in the entry point group `dynas_studio.supernets`. Each entry is a callable
    without arguments that returns a supernet with the `name` of the entry.

    Only `extract` and the default counting of costs may import torch: a dashboard describes a
    supernet without loading torch.

    `weights` is the file of the weights, if there is one. `stages` are drawn; it is empty for a
    network without stages, such as a transformer.

    Networks that share their first layer:

    >>> from torch import nn
    >>> first, head = nn.Linear(4, 8), nn.Linear(8, 3)
    >>> heads = {1: head, 2: nn.Sequential(nn.ReLU(), head)}
    >>> class TwoHeads(Supernet):
    ...     name, space, task = "two_heads", SearchSpace((Gene("head", (1, 2)),)), task
    ...
    ...     def extract(self, config, settings):
    ...         return nn.Sequential(first, heads[config["head"][0]]).to(settings.device).eval()
    >>> supernet = TwoHeads()
    >>> supernet.exact_metrics(supernet.space.ends)["params"]
    array([67., 67.])
    """

    name: str
    title: str = ""
    short_title: str = ""
    """For names of runs, such as `MobileNetV3 w1.0`; the title if empty."""
    description: str = ""
    space: SearchSpace
    task: Task
    weights: Path | None = None
    stages: tuple[Stage, ...] = ()
    licence: str = ""
    """The licence of the weights, a sentence; empty if it is not stated."""
    Options: ClassVar[type[Options]] = Options
    quality_sources: tuple[QualitySource, ...] = ("measured",)
    """The possible sources of quality; the first is the default."""
    original_quality: Mapping[str, float] = MappingProxyType({})
    original_costs: Mapping[str, float] = MappingProxyType({})
    """Of the network it was made from; costs only if they are not those of the largest one."""
    known_size: int = 0
    """The number of sub-networks where that is known without the space; else 0."""
    no_network_reason: str = ""
    """Why sub-networks are no networks that can be exported, a sentence; empty if they are."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')}>"

    @abstractmethod
    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network of a canonical config as a plain module with the supernet's weights.

        In eval mode, on `settings.device`. The caller recomputes the normalisation statistics.
        Raises DataError for weights that are missing or damaged.
        """

    def ready_network(self, config: Config) -> Network | None:
        """What its task measures as it is, without extraction and recalibration; by default none.

        Only a supernet whose task takes no networks has this.
        """
        return None

    @property
    def table_layers(self) -> Mapping[int, TableLayers]:
        """The layers of sub-networks in OFA's latency tables by input resolution; by default none.

        Only a supernet with these layers can have its latency computed from such a table.
        """
        return {}

    def log_entry(self) -> Mapping[str, Any]:
        """Plain data by which the log of a run describes the supernet; by default none.

        Only a supernet that other programs cannot load by its name needs this.
        """
        return {}

    @property
    def default_objectives(self) -> list[str]:
        """The objectives if none are given: the main quality metric of the task, and MACs."""
        return [self.task.metrics[0].name, "macs"]

    def options(self, settings: EvaluationSettings) -> Any:
        """The supernet's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read_options(self.Options, settings.supernet, "supernet_options")

    def describe_options(self, settings: EvaluationSettings) -> str:
        """A sentence on the effect of its options, for a form; quick, and empty by default."""
        return ""

    # Quality of sub-networks

    def quality_source(self, settings: EvaluationSettings) -> QualitySource:
        """The source of quality under `settings`, one of `quality_sources`."""
        return "measured"

    def options_for(self, source: QualitySource) -> Mapping[str, Any]:
        """The options that select `source` as the source of quality."""
        return {}

    def resolution(self, config: Config) -> int | None:
        """The input resolution of a sub-network: the value of the gene with that role, if any."""
        side = self.space.value_of("resolution", config)
        return None if side is None else int(side)

    @property
    def prefix_cache(self) -> "PrefixCache | None":
        """Activations of layers that sub-networks have in common; by default no cache."""
        return None

    def clear_cache(self) -> None:
        """Empty the cache of activations."""

    def bounds(self, name: str) -> tuple[float | None, float]:
        """The value of a metric at which hypervolume starts to count, and the ideal one.

        The first is None where it must be measured, as for latency; the second is infinite where
        values have no bound. By default exact metrics range between the two ends of the space, and
        the task gives the bounds of its quality metrics.
        """
        definition = metric(name)
        if any(definition.name == quality.name for quality in self.task.metrics):
            return self.task.bounds(definition)
        ascending = definition.direction == "max"
        if not definition.computable:
            best = definition.highest if ascending else definition.lowest
            return None, definition.sign * -math.inf if best is None else best
        low, high = self.cost_ranges[name]
        return (low, high) if ascending else (high, low)

    # Weights, data and other requirements

    @property
    def origin(self) -> str:
        """A sentence on the data or the predictor that quality comes from."""
        return self.task.origin

    def weights_digest(self, settings: EvaluationSettings) -> str:
        """A digest of the file of the weights; without a file, of the largest sub-network."""
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
        models = (self.options(settings), self.task.options(settings))
        options = [settings.as_in_run(non_default_values(model)) for model in models]
        if any(options):
            parts.append(json.dumps(options, sort_keys=True))
        protocol = quality_protocol(settings, self.task)
        return hashlib.sha256(" ".join([protocol, *parts]).encode()).hexdigest()

    def missing_requirements(self, settings: EvaluationSettings) -> list[str]:
        """A sentence for each requirement of a search with `settings` that is missing; quick.

        An empty list means ready, as far as is known without reading all files.
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
        """All requirements, for each source of quality.

        By default the files named in the options of the supernet, and those of its task.
        """
        files = path_requirements(
            "supernet", self.name, self.Options, self.options, self.check_data
        )
        # Tasks of one class share a name, but each supernet has its own requirements.
        return [*files, *(replace(r, key=f"{self.name} {r.key}") for r in self.task.requirements())]

    def downloadable_file(self, settings: EvaluationSettings) -> str:
        """The name of the official file that `fetch` downloads; empty if there is none."""
        return ""

    def stored_files(self, settings: EvaluationSettings) -> Sequence[Path]:
        """What measurements read of the data folder; sent to a cluster as files of options are."""
        return []

    def fetch(self, settings: EvaluationSettings, progress: Progress | None = None) -> None:
        """Download the official files that `settings` need; raises DataError."""

    # Sub-networks

    def canonical_config(self, config: Mapping[str, Any]) -> Config:
        """The checked config without genes that have no effect; raises SpaceError."""
        return self.space.to_config(self.space.encode(config))

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain module with its weights, recalibrated, in eval mode.

        Raises SpaceError for a config outside the space, DataError for missing weights or data.
        """
        from engine.tasks.statistics import recalibrate

        settings, canonical = settings or EvaluationSettings(), self.canonical_config(config)
        module = self.extract(canonical, settings)
        batches = self.task.calibration(settings, self.resolution(canonical))
        recalibrate(module, batches, prefix_cache=self.prefix_cache)
        return module.eval()
