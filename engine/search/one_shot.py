"""The one-shot search: predictors learn once, from random sub-networks, and are searched once."""

import numpy as np

from engine.pareto.front import minimised
from engine.search.acquisition import select_batch
from engine.search.predicted import PredictedSearch
from engine.search.strategy import Proposal

_GENERATIONS = 100  # of the only search


class OneShot(PredictedSearch):
    """What DyNAS is compared with: all but a last population are drawn at random.

    The last population is what the predictors expect to add most hypervolume. A budget that is
    extended afterwards goes on with populations chosen in the same way.

    Source: predictor-based search as in Cai et al., "Once-for-All", ICLR 2020, section 4.
    """

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """Random sub-networks first, then the ones that are expected to be best."""
        rng = self._rng(cycle)
        count = min(n, self.population)
        usable = [e for e in self.told if e.ok]
        if cycle == 0 or len(usable) < self.SMALLEST_TRAINING_SET:
            first = max(n - self.population, n // 2, 1) if cycle == 0 else count
            drawn = self.problem.space.sample_new(first, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        surrogate, candidates = self.promising(
            usable, rng, optimistic=False, generations=_GENERATIONS
        )
        chosen: list[int] = []
        if len(candidates):
            measured = minimised(usable, self.problem.objectives)
            chosen = select_batch(measured, surrogate.expected(candidates)[None], count)
        return self.proposals(candidates[np.array(chosen, dtype=int)], surrogate, cycle, count, rng)
