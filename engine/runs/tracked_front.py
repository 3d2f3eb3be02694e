"""TrackedFront: the Pareto front and the hypervolume of a run, updated incrementally."""

import math
from collections.abc import Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from engine.config import NASConfig
from engine.constraints import Constraint, violations
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.front import FrontTracker, minimised
from engine.runs.reference_box import ReferenceBox, reference_box


class TrackedFront:
    """The front and hypervolume of the evaluations so far.

    `reference` is the reference point by objective, empty while unknown. `hypervolume` has one
    entry per evaluation, and none while the reference is unknown. `best` is the best value of the
    first objective among feasible evaluations, NaN without one.
    """

    def __init__(self, config: NASConfig) -> None:
        self.constraints: list[Constraint] = config.constraints
        self.reference: dict[str, float] = {}
        self.hypervolume: list[float] = []
        self.best = math.nan
        self._config = config
        self._objectives: list[Metric] = config.objectives
        self._first_evaluations: list[Evaluation] = []  # at most two, for the reference box
        self._box: ReferenceBox | None = None
        self._tracker: FrontTracker | None = None

    @property
    def front_version(self) -> int:
        """The number of entries into the front so far; the front is unchanged while this is."""
        return self._tracker.joined_count if self._tracker else 0

    @property
    def members(self) -> Sequence[int]:
        """The indices of the evaluations on the front."""
        return self._tracker.members if self._tracker else ()

    def follow(
        self, old_evaluations: Sequence[Evaluation], new_evaluations: Sequence[Evaluation]
    ) -> bool:
        """Add `new_evaluations` after `old_evaluations`; whether the front may have changed.

        Nothing changes if the reference box cannot be computed.
        """
        tracker, front_version = self._tracker, self.front_version
        untracked = new_evaluations
        if self._box is None:
            untracked = self._start_tracking(old_evaluations, new_evaluations)
        assert self._tracker is not None
        points, feasible = minimised(untracked, self._objectives), self.all_feasible(untracked)
        shares = [
            self._tracker.add(point, feasible=is_feasible)
            for point, is_feasible in zip(points, feasible, strict=True)
        ]
        self._update_best(points[feasible, 0])
        if self._box is not None:
            self.hypervolume += shares
        return self._tracker is not tracker or self.front_version != front_version

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and satisfies all constraints."""
        return evaluation.ok and not violations(self.constraints, evaluation.metrics)

    def _update_best(self, values: npt.NDArray[np.float64]) -> None:
        """Take further values of the first objective, `(n,)` for minimisation, into `best`."""
        sign = self._objectives[0].sign
        known = [sign * self.best, *values[np.isfinite(values)]]
        if not np.isnan(known).all():
            self.best = float(sign * np.nanmin(known))

    def _start_tracking(
        self, old_evaluations: Sequence[Evaluation], new_evaluations: Sequence[Evaluation]
    ) -> Sequence[Evaluation]:
        """Create the tracker, with a box if it is known; returns the evaluations to add to it.

        When the box becomes known, all earlier evaluations are added again.
        """
        names = {objective.name for objective in self._objectives}
        complete_evaluations = (e for e in new_evaluations if e.ok and e.metrics.keys() >= names)
        first_evaluations = [
            *self._first_evaluations,
            *islice(complete_evaluations, 2 - len(self._first_evaluations)),
        ]
        box = reference_box(self._config, first_evaluations)
        self._first_evaluations, self._box = first_evaluations, box
        if box is None and self._tracker is not None:
            return new_evaluations
        origin = np.zeros(len(self._objectives))
        reference, ideal = (box.reference, box.ideal) if box else (origin, origin)
        self.reference = box.reference_by_objective if box else {}
        self._tracker = FrontTracker(reference, ideal)
        return [*old_evaluations, *new_evaluations]

    def all_feasible(self, evaluations: Sequence[Evaluation]) -> list[bool]:
        """`feasible` for many evaluations, vectorised."""
        names = {constraint.metric.name for constraint in self.constraints}
        rows = [e.metrics for e in evaluations] if names else []
        values = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
        is_violated = np.broadcast_to(violations(self.constraints, values) > 0, len(evaluations))
        return [e.ok and not bool(m) for e, m in zip(evaluations, is_violated, strict=True)]
