"""ReferenceBox: the box of objective values that normalises a run's hypervolume."""

import math
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
    """From `reference` to `ideal` `(objectives,)`, both for minimisation.

    `reference_by_objective` is the reference in the metric's own direction.
    """

    reference_by_objective: dict[str, float]
    reference: Points
    ideal: Points


def reference_box(
    config: NASConfig, first_evaluations: Sequence[Evaluation]
) -> ReferenceBox | None:
    """The box of a run; None while it is unknown, or if the supernet is not installed.

    The reference is the supernet's bound: the cost of its largest sub-network, an accuracy floor.
    Without a bound it is the worst of the `first_evaluations`, the smallest and the largest
    sub-network. Constraints tighten it. The ideal is the supernet's, see `finite_ideal`.
    """
    objectives = config.objectives
    try:
        supernet = registry.load(config.dynas.supernet).with_options(config.settings)
        bounds = [supernet.bounds(objective.name) for objective in objectives]
    except DynasError:
        return None
    reference_values: dict[str, float] = {}
    for objective, (start, best) in zip(objectives, bounds, strict=True):
        if start is None:
            if len(first_evaluations) < 2:
                return None
            start = objective.sign * max(
                objective.sign * e.metrics[objective.name] for e in first_evaluations
            )
        reference_values[objective.name] = _limit_by_constraints(
            config.constraints, objective, start, best
        )
    reference = np.array([o.sign * reference_values[o.name] for o in objectives])
    ideals = [
        finite_ideal(objective, best, reference_values[objective.name])
        for objective, (_, best) in zip(objectives, bounds, strict=True)
    ]
    ideal = np.array([o.sign * best for o, best in zip(objectives, ideals, strict=True)])
    return ReferenceBox(reference_values, reference, ideal)


def finite_ideal(objective: Metric, ideal: float, reference: float) -> float:
    """`ideal`, or for a metric without a bound a round number that is better than `reference`.

    It is 0 or a power of ten with a sign, at least 1 in magnitude: 1 for shares such as 0.87, 100
    for percentages such as 87.
    """
    if math.isfinite(ideal):
        return ideal
    if objective.sign * reference > 0:
        return 0.0
    power = max(math.floor(math.log10(abs(reference))) + 1, 0) if reference else 0
    return -objective.sign * 10.0**power


def _limit_by_constraints(
    constraints: Sequence[Constraint], objective: Metric, start: float, best: float
) -> float:
    """`start`, or the constraint limit between it and the ideal value `best`."""
    for constraint in constraints:
        if constraint.metric.name == objective.name:
            low, limit, high = (objective.sign * v for v in (best, constraint.limit, start))
            start = constraint.limit if low < limit < high else start
    return start
