"""The one-shot search: predictors learn once, from random sub-networks, and are searched once."""

import numpy as np

from engine.pareto.front import Points
from engine.search.predictor_based import PredictedSearch
from engine.search.surrogate import Surrogate
from engine.space import Genotypes


class OneShot(PredictedSearch):
    """What DyNAS is compared with: all but a last population are drawn at random.

    The last population is what the predictors expect to add most hypervolume. A budget that is
    extended afterwards goes on with populations chosen in the same way.

    Source: predictor-based search as in Cai et al., "Once-for-All", ICLR 2020, section 4.
    """

    generations = 100
    rounds = 0
    offspring = 0

    def first(self, n: int, rng: np.random.Generator) -> Genotypes:
        """Random sub-networks, at least half of the budget."""
        return self.problem.sample_new(max(n - self.population, n // 2, 1), rng, self._seen)

    def size(self) -> int:
        """A population."""
        return self.population

    def samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """What is expected of the candidates, as the only case."""
        return surrogate.expected(candidates)[None]
