"""The exact costs of a supernet's sub-networks, which follow from their genotypes."""

import copy
import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from engine.evaluation_settings import EvaluationSettings
from engine.space import Config, Genotypes, SearchSpace
from engine.supernets.counted_costs import CountedCosts
from engine.tasks.base import Task

if TYPE_CHECKING:
    from torch import nn

_MB = 1e6
_KEPT_COPIES = 8  # combinations of options whose costs are kept
_SHARED = ("_original", "_by_options")  # by a supernet and its copies


class ExactCosts(ABC):
    """The part of `Supernet` that computes costs."""

    name: str
    space: SearchSpace
    task: Task
    cost_settings = EvaluationSettings()
    """The settings whose options determine the costs: the argument of `with_options`."""

    @abstractmethod
    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network of a canonical config; see `Supernet`."""

    @abstractmethod
    def resolution(self, config: Config) -> int | None:
        """The input resolution of a sub-network, if it has a gene for it."""

    def with_options(self, settings: EvaluationSettings) -> Self:
        """The supernet with the costs of its sub-networks under the options of `settings`.

        These are the options of the supernet and of its task; they become its `cost_settings`. The
        supernets of the last few options are kept, and with them what was counted.
        """
        options = EvaluationSettings(supernet=settings.supernet, task=settings.task)
        if options == self.cost_settings:
            return self
        if options == self._original.cost_settings:
            return self._original
        kept = self._by_options
        supernet = kept.pop(options, None) or self._copy_with(options)
        kept[options] = supernet  # as the latest one
        for earlier in list(kept)[:-_KEPT_COPIES]:
            kept.pop(earlier, None)  # another thread may have done so
        return supernet

    def _copy_with(self, options: EvaluationSettings) -> Self:
        other = copy.copy(self)
        for name, member in vars(ExactCosts).items():
            if isinstance(member, functools.cached_property) and name not in _SHARED:
                other.__dict__.pop(name, None)
        other.cost_settings = options
        return other

    @functools.cached_property
    def _original(self) -> Self:
        """The supernet that the copies for other options come from; itself if it is no copy."""
        return self

    @functools.cached_property
    def _by_options(self) -> dict[EvaluationSettings, Self]:
        """The copies for the last options, the latest one last; they share this mapping."""
        return {}

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs (batch-norm folded away) and parameters of `(n, genes)` genotypes.

        They apply to the options of `cost_settings`. By default they are counted on the
        sub-networks, once for each combination of genes.
        """
        return self.counted_costs.costs(self.space.rows(genotypes))[:, :2]

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64] | None:
        """`(n,)` bytes of the state dicts of the sub-networks; None if unknown.

        By default counted, as MACs and parameters are.
        """
        if type(self).macs_params is not ExactCosts.macs_params:
            return None
        return self.counted_costs.costs(self.space.rows(genotypes))[:, 2]

    def exact_metrics(self, genotypes: Genotypes) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` values by metric that follow from `(n, genes)` genotypes alone.

        Each metric has the source `exact`. Raises SpaceError as `SearchSpace.rows` does.
        """
        rows = self.space.rows(genotypes)
        costs = self.macs_params(rows).astype(np.float64)
        values = {"macs": costs[:, 0], "params": costs[:, 1]}
        size = self.state_bytes(rows)
        return values if size is None else {**values, "size": size / _MB}

    @functools.cached_property
    def exact_metric_names(self) -> tuple[str, ...]:
        """The metrics that `exact_metrics` computes."""
        methods = ("exact_metrics", "macs_params", "state_bytes")
        if all(getattr(type(self), name) is getattr(ExactCosts, name) for name in methods):
            return "macs", "params", "size"  # known before anything is counted
        return tuple(self.exact_metrics(self.space.smallest[None]))

    @functools.cached_property
    def counted_costs(self) -> CountedCosts:
        """Costs counted on the sub-networks, for supernets without a cost table."""
        return CountedCosts(self.space, self._module_and_inputs, self.name)

    def _module_and_inputs(self, genotype: Genotypes) -> tuple["nn.Module", Any]:
        config = self.space.to_config(genotype)
        module = self.extract(config, self.cost_settings)
        return module, self.task.example_inputs(1, self.resolution(config))

    @functools.cached_property
    def cost_ranges(self) -> Mapping[str, tuple[float, float]]:
        """The lesser and the greater value of each exact metric at the two ends of the space."""
        ends = np.stack([self.space.smallest, self.space.largest])
        return {
            name: (float(min(v)), float(max(v))) for name, v in self.exact_metrics(ends).items()
        }
