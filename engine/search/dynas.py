"""DyNAS: measure a few, learn predictors, search what they predict, measure the best, repeat.

Source: Cummings et al., arXiv 2205.10358 and arXiv 2202.12934. What differs: cycles are short, the
initial sample is spread over size, metrics that can be computed are never predicted, the inner
search starts from the front so far, and proposals are chosen for expected hypervolume improvement.
"""

import numpy as np

from engine.pareto.front import Points
from engine.search.initial_sample import spread_sample
from engine.search.predictor_based import SMALLEST_TRAINING_SET, PredictedSearch
from engine.search.problem import Problem
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

_INITIAL = 4  # a population has so many times the initial sample
_CYCLES_PER_POPULATION, _CYCLES_OF_MANY = 8, 4  # after that, with at most two objectives and more
_EFFORT_FOR_MANY = 120, 8  # individuals and generations of the inner search for more than two
_KNOWN_PER_NEW = 40  # later a cycle measures one for that many that are known
_SMALLEST_BATCH = 4
_ENDS = (0.5, 3.0)  # populations between which the ends of the front are looked for,
_AFTER_ENDS = 2  # and populations that must be left of the budget after that
_DRAWS = 32  # of the objectives of the candidates


class Dynas(PredictedSearch):
    """The DyNAS cycle. A cycle measures an eighth of a population, so that predictors learn soon.

    The initial sample is small too: every sub-network after it is chosen with knowledge. In a long
    search a cycle adds a fortieth to what is known, up to a population: one more sub-network
    teaches ever less, and learning anew costs ever more.
    The inner search sets out anew from the front in each cycle, so few generations do, more of
    them where fronts of three objectives or more are large; a refinement then brings what it found
    to its end.
    """

    individuals, generations = 60, 2
    rounds = 8
    offspring = 450

    def __init__(
        self, problem: Problem, population: int, budget: int, seed: int,
        algorithm: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(problem, population, budget, seed, algorithm)
        self._many = len(problem.objectives) > 2
        if self._many:
            self.individuals, self.generations = _EFFORT_FOR_MANY

    def first(self, n: int, rng: np.random.Generator) -> Genotypes:
        """Both ends of the space, and a spread over size between them."""
        return spread_sample(self.problem, min(n, self.initial()), rng)

    def initial(self) -> int:
        """A quarter of a population."""
        return max(self.population // _INITIAL, SMALLEST_TRAINING_SET)

    def size(self) -> int:
        """An eighth of a population; more, up to a population, as a search grows long.

        With three objectives or more a quarter: choosing is what costs most there.
        """
        cycles = _CYCLES_OF_MANY if self._many else _CYCLES_PER_POPULATION
        least = max(self.population // cycles, _SMALLEST_BATCH)
        return max(least, min(self._planned // _KNOWN_PER_NEW, self.population))

    def for_ends(self, n: int) -> int:
        """An objective's share of a batch, from half a population until three.

        The end is where a search that looks at the whole front stays behind: there one sub-network
        bounds the front up to the reference point. What is learnt there holds along the front, and
        pays if enough of the budget is left to use it.
        """
        first, last = (populations * self.population for populations in _ENDS)
        last = min(last, self.budget - _AFTER_ENDS * self.population)
        return n // len(self.problem.objectives) if first <= self._planned < last else 0

    def samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """Draws from what the predictors hold possible: expected hypervolume improvement."""
        return surrogate.sample(candidates, _DRAWS, rng)
