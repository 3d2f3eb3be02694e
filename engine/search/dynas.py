"""DyNAS: measure a few, learn predictors, search what they predict, measure the best, repeat.

Source: Cummings et al., arXiv 2205.10358 and arXiv 2202.12934. What differs: cycles are short, the
initial sample is spread over size, metrics that can be computed are never predicted, the inner
search starts from the front so far, and proposals are chosen for expected hypervolume improvement.
"""

import numpy as np

from engine.pareto.front import minimised
from engine.search.acquisition import select_batch
from engine.search.initial import spread_sample
from engine.search.predicted import PredictedSearch
from engine.search.strategy import Proposal

_CYCLES_PER_POPULATION = 4
_GENERATIONS = 12  # of the inner search, which sets out anew from the front in each cycle
_DRAWS = 32  # of the objectives of the candidates


class Dynas(PredictedSearch):
    """The DyNAS cycle. A cycle measures a quarter of a population, so that predictors learn soon.

    Cycle 0, the initial sample, is as small: every sub-network after it is chosen with knowledge.
    """

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The initial sample, then the most promising sub-networks never proposed."""
        rng = self._rng(cycle)
        quarter = self.population // _CYCLES_PER_POPULATION
        count = min(n, max(quarter, self.SMALLEST_TRAINING_SET))
        if cycle == 0:
            return [Proposal(g, 0) for g in spread_sample(self.problem, count, rng)]
        usable = [e for e in self.told if e.ok]
        if len(usable) < self.SMALLEST_TRAINING_SET:
            drawn = self.problem.space.sample_new(count, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        surrogate, candidates = self.promising(
            usable, rng, optimistic=True, generations=_GENERATIONS
        )
        chosen: list[int] = []
        if len(candidates):
            draws = surrogate.sample(candidates, _DRAWS, rng)
            chosen = select_batch(minimised(usable, self.problem.objectives), draws, count)
        return self.proposals(candidates[np.array(chosen, dtype=int)], surrogate, cycle, count, rng)
