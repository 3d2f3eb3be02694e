"""One-shot search: predictors learn once, from random sub-networks, and are searched once."""

import numpy as np

from engine.pareto.front import Points
from engine.search.predictor_based import PredictorBasedSearch
from engine.search.surrogate import Surrogate
from engine.space import Genotypes


class OneShot(PredictorBasedSearch):
    """Draws all but one population at random; a baseline for DyNAS.

    The last population maximises the predicted hypervolume improvement. If the budget is extended
    later, further populations are chosen in the same way.

    Source: predictor-based search as in Cai et al., "Once-for-All", ICLR 2020, section 4.
    """

    generations = 100
    rounds = 0
    offspring = 0

    def initial_genotypes(self, n: int, rng: np.random.Generator) -> Genotypes:
        """Random sub-networks, at least half of the budget."""
        return self.problem.sample_new(max(n - self.population, n // 2, 1), rng, self._known_keys)

    def batch_size(self) -> int:
        """A population."""
        return self.population

    def objective_samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """The expected values of the candidates, as a single sample."""
        return surrogate.predict(candidates)[None]
