"""The inner search: NSGA-II (Deb et al., 2002) by pymoo, over predicted objectives."""

from collections.abc import Callable

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem as PymooProblem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.optimize import minimize

from engine.pareto.front import Points
from engine.space import Genotypes, SearchSpace

_POPULATION = 120
_GENERATIONS = 12


class _Predicted(PymooProblem):
    def __init__(self, space: SearchSpace, predict: Callable[[Genotypes], Points], m: int) -> None:
        super().__init__(n_var=len(space.genes), n_obj=m, xl=0, xu=space.choices - 1, vtype=int)
        self._space, self._predict = space, predict
        self.visited: list[Genotypes] = []

    def _evaluate(
        self, x: Genotypes, out: dict[str, Points], *args: object, **kwargs: object
    ) -> None:
        canonical = self._space.canonical(x)
        self.visited.append(canonical)
        out["F"] = self._predict(canonical)


def search(
    space: SearchSpace,
    predict: Callable[[Genotypes], Points],
    objectives: int,
    start: Genotypes,
    rng: np.random.Generator,
) -> Genotypes:
    """Distinct canonical genotypes of the last generations, the best of the search among them.

    `predict` maps `(n, genes)` to `(n, objectives)`, all minimised; `start` seeds the population.
    """
    fill = space.sample(max(_POPULATION - len(start), 0), rng)
    problem = _Predicted(space, predict, objectives)
    algorithm = NSGA2(
        pop_size=_POPULATION,
        sampling=np.vstack([start[:_POPULATION], fill]),
        crossover=UniformCrossover(repair=RoundingRepair()),
        mutation=PM(prob=0.9, prob_var=1.5 / len(space.genes), eta=3.0, repair=RoundingRepair()),
    )
    seed = int(rng.integers(2**31))
    result = minimize(problem, algorithm, ("n_gen", _GENERATIONS), seed=seed, verbose=False)
    pool = np.vstack([result.pop.get("X"), *problem.visited[-10:]]).astype(np.int64)
    return np.unique(space.canonical(pool), axis=0)
