"""The search algorithm on measurements alone, without predictors."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.evaluation.record import Evaluation
from engine.pareto.front import Points, minimised
from engine.search.algorithms import Evolution
from engine.search.initial import spread_sample
from engine.search.strategy import Proposal, Strategy
from engine.space import Genotypes

_MOST_GENERATIONS = 50  # without a sub-network that is new, before it is drawn instead


class Evolutionary(Strategy):
    """One generation a cycle; the next begins when all of it has been measured.

    Offspring that was measured before is not measured again: the algorithm is told what is known,
    and a generation costs as many evaluations as it holds new sub-networks. After `restore` the
    generations are gone through again with what the log tells of them.
    """

    _evolution: Evolution | None = None
    _generation: Genotypes
    _worst: Points

    @cached_property
    def _known(self) -> dict[bytes, Points]:
        return {}

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, and look up their objectives by sub-network from now on."""
        super().tell(evaluations)
        for row, evaluation in zip(
            minimised(evaluations, self.problem.objectives), evaluations, strict=True
        ):
            self._known[self.problem.space.key(np.array(evaluation.genotype))] = row

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """What is new in the generation; nothing while some of it is still being measured."""
        evolution = self._evolution or self._begin()
        for _ in range(_MOST_GENERATIONS):
            keys = self.problem.space.keys(self._generation)
            members = dict(zip(keys, self._generation, strict=True))
            fresh = [member for key, member in members.items() if key not in self._seen]
            if fresh:
                return [Proposal(member, cycle) for member in fresh[:n]]
            if any(key not in self._known for key in keys):
                return []
            evolution.tell(self._repaired(np.array([self._known[key] for key in keys])))
            self._generation = evolution.ask()
        drawn = self.problem.space.sample_new(min(n, self.population), self._rng(cycle), self._seen)
        return [Proposal(genotype, cycle) for genotype in drawn]

    def _begin(self) -> Evolution:
        """The first generation: both ends of the space, and a spread over size between them."""
        rng = self._rng(0)
        start = spread_sample(self.problem, self.population, rng)
        objectives = len(self.problem.objectives)
        self._evolution = Evolution(
            self.algorithm, self.problem.space, objectives, start, int(rng.integers(2**31))
        )
        self._generation = self._evolution.ask()
        self._worst = np.full(objectives, -np.inf)
        return self._evolution

    def _repaired(self, values: Points) -> Points:
        """Failed ones (NaN) count as bad as the worst so far, so that they leave no offspring."""
        usable = np.asarray(np.isfinite(values).all(axis=1))
        self._worst = np.maximum(self._worst, values[usable].max(axis=0, initial=-np.inf))
        worst = np.where(np.isfinite(self._worst), self._worst, 0.0)
        return np.where(usable[:, None], values, worst)
