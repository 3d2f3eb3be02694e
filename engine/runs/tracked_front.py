"""The front and the hypervolume of a run, which follow its evaluations as they come."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from engine.config import NASConfig
from engine.constraints import Constraint, violations
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.front import FrontTracker, minimised
from engine.runs.reference_box import ReferenceBox, reference_box


class TrackedFront:
    """What is best among the evaluations that it follows; each costs what is new.

    `reference` is the value of each objective at which hypervolume begins to count, empty while
    that is not known. `hypervolume` has an entry an evaluation, and none until then.
    """

    def __init__(self, config: NASConfig) -> None:
        self.constraints: list[Constraint] = config.constraints
        self.reference: dict[str, float] = {}
        self.hypervolume: list[float] = []
        self._config = config
        self._objectives: list[Metric] = config.objectives
        self._first: list[Evaluation] = []  # at most two, of which the box may be made
        self._box: ReferenceBox | None = None
        self._tracker: FrontTracker | None = None

    @property
    def joined(self) -> int:
        """How many sub-networks ever joined the front, which stays the same while this does."""
        return self._tracker.joined_count if self._tracker else 0

    @property
    def members(self) -> Sequence[int]:
        """The places of those on the front among all that were followed."""
        return self._tracker.members if self._tracker else ()

    def follow(self, before: Sequence[Evaluation], fresh: Sequence[Evaluation]) -> bool:
        """Take in `fresh` evaluations after those `before`; whether the front may have changed.

        Nothing is taken in where the box cannot be made.
        """
        tracker, joined = self._tracker, self.joined
        unseen = fresh
        if self._box is None:
            unseen = self._enclose(before, fresh)
        assert self._tracker is not None
        points = minimised(unseen, self._objectives)
        shares = [
            self._tracker.add(point, feasible=keeps)
            for point, keeps in zip(points, self.all_feasible(unseen), strict=True)
        ]
        if self._box is not None:
            self.hypervolume += shares
        return self._tracker is not tracker or self.joined != joined

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and keeps to every constraint of the search."""
        return evaluation.ok and not violations(self.constraints, evaluation.metrics)

    def _enclose(
        self, before: Sequence[Evaluation], fresh: Sequence[Evaluation]
    ) -> Sequence[Evaluation]:
        """Begin to track, without a box until there is one; the evaluations to be tracked.

        Those before the box was known, at most one of which was ok, are tracked anew within it.
        """
        names = {objective.name for objective in self._objectives}
        measured = (e for e in fresh if e.ok and e.metrics.keys() >= names)
        first = [*self._first, *islice(measured, 2 - len(self._first))]
        box = reference_box(self._config, first)
        self._first, self._box = first, box
        if box is None and self._tracker is not None:
            return fresh
        nowhere = np.zeros(len(self._objectives))
        reference, ideal = (box.reference, box.ideal) if box else (nowhere, nowhere)
        self.reference = box.starts if box else {}
        self._tracker = FrontTracker(reference, ideal)
        return [*before, *fresh]

    def all_feasible(self, evaluations: Sequence[Evaluation]) -> list[bool]:
        """`feasible` of each of many, at a small part of the cost."""
        names = {constraint.metric.name for constraint in self.constraints}
        rows = [e.metrics for e in evaluations] if names else []
        values = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
        missed = np.broadcast_to(violations(self.constraints, values) > 0, len(evaluations))
        return [e.ok and not bool(m) for e, m in zip(evaluations, missed, strict=True)]
