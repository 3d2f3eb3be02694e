"""The search algorithm on measurements alone, without predictors."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.constraints import violations
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.pareto.front import Points, minimised, non_dominated
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.problem import worsened
from engine.search.strategy import Plan, Proposal, Strategy
from engine.space import Genotypes

_MOST_GENERATIONS = 50  # without a sub-network that is new, before it is drawn instead


class Evolutionary(Strategy):
    """One generation a cycle; the next begins when all of it has been measured.

    Offspring that was measured before is not measured again: the algorithm is told what is known,
    and a generation costs as many evaluations as it holds new sub-networks. Offspring that misses
    a constraint is told to be worse than what keeps to it, without a measurement where the
    constraint can be computed. After `restore` the generations are gone through again with what
    the log tells of them.
    """

    _evolution: Evolution | None = None
    _generation: Genotypes
    _worst: Points
    _best: Points

    @cached_property
    def _known(self) -> dict[bytes, tuple[Points, float]]:
        """Minimised objectives, NaN if it failed, and violation of the constraints."""
        return {}

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, and look up their objectives by sub-network from now on."""
        super().tell(evaluations)
        for row, e in zip(
            minimised(evaluations, self.problem.objectives), evaluations, strict=True
        ):
            missed = float(violations(self.problem.constraints, e.metrics)) if e.ok else 0.0
            self._known[self.problem.space.key(np.array(e.genotype))] = row, missed

    def restore(self, evaluations: Sequence[Evaluation], plans: Sequence[Plan]) -> None:
        """Take up the state; of what is tried again nothing is known until it has been told."""
        super().restore(evaluations, plans)
        for proposal in self._queue:
            self._known.pop(self.problem.space.key(proposal.genotype), None)

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """What is new in the generation; nothing while some of it is still being measured."""
        evolution = self._evolution or self._begin()
        for _ in range(_MOST_GENERATIONS):
            keys = self.problem.space.keys(self._generation)
            missed = self.problem.computed_violation(self._generation)
            allowed = [k for k, v in zip(keys, missed, strict=True) if v == 0]
            members = dict(zip(keys, self._generation, strict=True))
            fresh = [members[key] for key in dict.fromkeys(allowed) if key not in self._seen]
            if fresh:
                return [Proposal(member, cycle) for member in fresh[:n]]
            if any(key not in self._known for key in allowed):
                return []
            evolution.tell(self._values(keys, missed))
            self._generation = evolution.ask()
        count = min(n, self.population)
        drawn = self.problem.sample_new(count, self._rng(cycle), self._seen)
        return [Proposal(genotype, cycle) for genotype in drawn]

    def _begin(self) -> Evolution:
        """The first generation: both ends of the space, and a spread over size between them.

        A warm start puts the front of what was known before in the place of as many of these.
        """
        rng = self._rng(0)
        start = spread_sample(self.problem, self.population, rng)
        front = self._known_front()[: len(start)]
        if len(front):
            taken = set(self.problem.space.keys(front))
            fresh = [key not in taken for key in self.problem.space.keys(start)]
            start = np.vstack([front, start[fresh]])[: len(start)]
        objectives = len(self.problem.objectives)
        self._evolution = Evolution(
            self.algorithm, self.problem.space, objectives, start, int(rng.integers(2**31))
        )
        self._generation = self._evolution.ask()
        self._worst = np.full(objectives, -np.inf)
        self._best = np.full(objectives, np.inf)
        return self._evolution

    def _known_front(self) -> Genotypes:
        """`(n, genes)` the feasible front of what a warm start brought."""
        constraints = self.problem.constraints
        known = [
            e for e in self.told
            if e.cycle == WARM_START_CYCLE and e.ok and violations(constraints, e.metrics) == 0
        ]  # fmt: skip
        if not known:
            return np.empty((0, len(self.problem.space.genes)), dtype=np.int64)
        front = non_dominated(minimised(known, self.problem.objectives))
        return np.array([e.genotype for e in known], dtype=np.int64)[front]

    def _values(self, keys: list[bytes], computed: Points) -> Points:
        """`(n, m)` what to tell of a generation.

        What misses a constraint is worse than all so far, by as much as it misses it. Failed ones
        (NaN) count as bad as the worst so far, so that they leave no offspring.
        """
        unknown = np.full(len(self._worst), np.nan)
        rows, missed = zip(
            *(self._known.get(k, (unknown, v)) for k, v in zip(keys, computed, strict=True)),
            strict=True,
        )
        values = np.array(rows)
        usable = np.isfinite(values).all(axis=1)
        self._worst = np.maximum(self._worst, values[usable].max(axis=0, initial=-np.inf))
        self._best = np.minimum(self._best, values[usable].min(axis=0, initial=np.inf))
        worst = np.where(np.isfinite(self._worst), self._worst, 0.0)
        best = np.where(np.isfinite(self._best), self._best, 0.0)
        values = np.where(usable[:, None], values, worst)
        return worsened(values, np.array(missed), np.array([best, worst]))
