"""The box of objective values that a run's hypervolume is a share of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.config import NASConfig
from engine.constraints import Constraint
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.front import Points
from engine.supernets import registry


@dataclass(frozen=True)
class ReferenceBox:
    """From `reference` to `ideal` `(objectives,)`, both minimised.

    `starts` is the reference by objective, in the metric's own direction.
    """

    starts: dict[str, float]
    reference: Points
    ideal: Points


def reference_box(config: NASConfig, first: Sequence[Evaluation]) -> ReferenceBox | None:
    """The box of a run, None if it is not known yet; `first` are the first two that were measured.

    From the supernet where it knows: cost of its largest sub-network, an accuracy floor. Else from
    the worst of `first`, which are the smallest and largest sub-network. No side goes beyond a
    constraint. Without the supernet, such as one of a package that is no longer installed, there is
    no box.
    """
    objectives = config.objectives
    try:
        supernet = registry.load(config.dynas.supernet).with_options(config.settings)
        bounds = [supernet.bounds(objective.name) for objective in objectives]
    except DynasError:
        return None
    starts: dict[str, float] = {}
    for objective, (start, best) in zip(objectives, bounds, strict=True):
        if start is None:
            if len(first) < 2:
                return None
            start = objective.sign * max(objective.sign * e.metrics[objective.name] for e in first)
        starts[objective.name] = _limited(config.constraints, objective, start, best)
    reference = np.array([o.sign * starts[o.name] for o in objectives])
    ideal = np.array([o.sign * best for o, (_, best) in zip(objectives, bounds, strict=True)])
    return ReferenceBox(starts, reference, ideal)


def _limited(
    constraints: Sequence[Constraint], objective: Metric, start: float, best: float
) -> float:
    """`start`, or the limit of a constraint between it and `best`, the ideal value."""
    for constraint in constraints:
        if constraint.metric.name == objective.name:
            low, limit, high = (objective.sign * v for v in (best, constraint.limit, start))
            start = constraint.limit if low < limit < high else start
    return start
