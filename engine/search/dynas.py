"""DyNAS: measure a few, learn predictors, search their predictions, measure the best, repeat.

Source: Cummings et al., arXiv 2205.10358 and arXiv 2202.12934. Differences: cycles are short, the
initial sample is spread over size, computable metrics are never predicted, the inner search starts
from the front so far, and proposals are chosen for expected hypervolume improvement.
"""

from collections.abc import Sequence

import numpy as np

from engine.pareto.front import Points
from engine.search.initial_sample import spread_sample
from engine.search.predictor_based import SMALLEST_TRAINING_SET, PredictorBasedSearch
from engine.search.problem import Problem
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

_INITIAL_SAMPLE_DIVISOR = 4  # a population is this many initial samples
_CYCLES_PER_POPULATION, _CYCLES_FOR_MANY = 8, 4  # with at most two objectives, with more
_EFFORT_FOR_MANY = 120, 8  # individuals and generations of the inner search for more than two
_EVALUATIONS_PER_PROPOSAL = 40  # in a long search
_SMALLEST_BATCH = 4
_EXTREME_POINT_PHASE = (0.5, 3.0)  # populations between which extremes are searched
_POPULATIONS_AFTER_PHASE = 2  # that must remain of the budget
_RISING_BATCHES = 2  # the last ones, of which one must have raised an end
_SMALLEST_RISE = 1e-3  # of an end, as a share of the range of the objective
_DRAWS = 32  # of the objectives of the candidates


class Dynas(PredictorBasedSearch):
    """The DyNAS cycle. A cycle measures an eighth of a population, so that predictors learn early.

    The initial sample is small too: every later sub-network is chosen by predictors. In a long
    search a cycle grows to a fortieth of the evaluations so far, at most a population: one more
    sub-network teaches less, and fitting costs more.
    The inner search starts from the front in each cycle, so few generations suffice; there are more
    of them for three objectives or more, whose fronts are large. A refinement completes its result.
    """

    individuals, generations = 60, 2
    rounds = 20
    offspring = 450

    def __init__(
        self, problem: Problem, population: int, budget: int, seed: int,
        algorithm: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(problem, population, budget, seed, algorithm)
        self._is_many_objective = len(problem.objectives) > 2
        if self._is_many_objective:
            self.individuals, self.generations = _EFFORT_FOR_MANY

    def initial_genotypes(self, n: int, rng: np.random.Generator) -> Genotypes:
        """Both ends of the space, and a sample between them that is spread over size."""
        return spread_sample(self.problem, min(n, self.supplying_size(self.initial_size())), rng)

    def initial_size(self) -> int:
        """A quarter of a population."""
        return max(self.population // _INITIAL_SAMPLE_DIVISOR, SMALLEST_TRAINING_SET)

    def batch_size(self) -> int:
        """An eighth of a population; more, up to a population, as the search grows long.

        With three objectives or more a quarter: batch selection costs most there.
        """
        cycles = _CYCLES_FOR_MANY if self._is_many_objective else _CYCLES_PER_POPULATION
        smallest = max(self.population // cycles, _SMALLEST_BATCH)
        return max(
            smallest, min(self._proposal_count // _EVALUATIONS_PER_PROPOSAL, self.population)
        )

    def extreme_columns(self) -> Sequence[int]:
        """The predicted objectives that still improve, from half a population until three.

        A search of the whole front lags behind at its ends: one sub-network there bounds the front
        up to the reference point. What predictors learn there holds along the front, and pays off
        if enough of the budget remains. An end that two batches have not raised is left alone: the
        initial sample may have held it.
        """
        start, end = (populations * self.population for populations in _EXTREME_POINT_PHASE)
        end = min(end, self.budget - _POPULATIONS_AFTER_PHASE * self.population)
        objectives = self.problem.objectives
        if len(objectives) == 1 or not start <= self._proposal_count < end:
            return ()
        rises = self._measured.rises(_RISING_BATCHES * self.batch_size())
        return [
            column
            for column, objective in enumerate(objectives)
            if objective.name not in self.problem.computed_names and rises[column] > _SMALLEST_RISE
        ]

    def objective_samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """Joint draws from the predictors: the batch maximises expected hypervolume improvement."""
        return surrogate.sample(candidates, _DRAWS, rng)
