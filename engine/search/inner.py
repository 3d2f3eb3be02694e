"""The inner search: an evolutionary algorithm over predicted objectives."""

from collections.abc import Callable

import numpy as np

from engine.pareto.front import Points
from engine.search.algorithms import Evolution
from engine.search.problem import Problem
from engine.space import Genotypes

_POPULATION = 120
_POOLED = 10  # last generations of which everything is kept


def search(
    algorithm: str,
    problem: Problem,
    predict: Callable[[Genotypes], Points],
    start: Genotypes,
    rng: np.random.Generator,
    generations: int,
) -> Genotypes:
    """Distinct canonical genotypes of the last generations, the best of the search among them.

    `predict` maps `(n, genes)` to `(n, objectives)`, all minimised; `start` seeds the population.
    """
    space, objectives = problem.space, len(problem.objectives)
    fill = problem.sample_new(max(_POPULATION - len(start), 0), rng, set(space.keys(start)))
    first = np.vstack([start[:_POPULATION], fill])
    evolution = Evolution(algorithm, space, objectives, first, int(rng.integers(2**31)))
    visited = []
    for _ in range(generations):
        visited.append(evolution.ask())
        evolution.tell(predict(visited[-1]))
    return np.unique(np.vstack([evolution.survivors(), *visited[-_POOLED:]]), axis=0)
