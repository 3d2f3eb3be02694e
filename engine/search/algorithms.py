"""The evolutionary algorithms, all by pymoo, over the genes of a search space.

Source: Blank and Deb, "pymoo: Multi-Objective Optimization in Python", IEEE Access 8 (2020).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from pymoo.core.evaluator import Evaluator
from pymoo.util.ref_dirs import get_reference_directions

from engine.compat.pymoo import has_converged
from engine.pareto.front import Points
from engine.search.operators import GenotypeProblem, RealGenotypeProblem, operators
from engine.search_methods import ALGORITHMS, Initialisation, implementation
from engine.space import Genotypes, SearchSpace

_NO_TERMINATION = ("n_gen", 10**9)  # the caller of `ask` decides when to stop
_INITIAL_SIGMA = 0.3  # CMA-ES: first standard deviation, as a share of a gene's range


class Evolution:
    """One algorithm, one generation at a time: `ask` for genotypes, `tell` their objectives.

    The first generation is `initial_population`, `(population, genes)` distinct canonical
    genotypes. Later generations are a deterministic function of the arguments and of the reported
    objectives. Genotypes may repeat over generations.
    """

    def __init__(
        self,
        name: str,
        space: SearchSpace,
        objective_count: int,
        initial_population: Genotypes,
        seed: int,
    ) -> None:
        self.space, self._entry, self._seed = space, ALGORITHMS[name], seed
        self._problem = (RealGenotypeProblem if self._entry.is_real_valued else GenotypeProblem)(
            space, objective_count
        )
        self._population_size = len(initial_population)
        self._scale: tuple[Points, Points] | None = (
            None  # minimum and range of the first generation
        )
        self._initialise(initial_population)

    def ask(self) -> Genotypes:
        """`(n, genes)` genotypes of the next generation."""
        self._infills = None if has_converged(self._algorithm) else self._algorithm.ask()
        if self._infills is None or not len(self._infills):
            rng = np.random.default_rng(self._seed)
            self._initialise(self.space.sample_new(self._population_size, rng, set()))
            self._infills = self._algorithm.ask()
        return self._problem.decoded(self._infills.get("X"))

    def tell(self, values: Points) -> None:
        """Report the `(n, objectives)` minimised values of the genotypes of the last `ask`."""
        if self._scale is None:
            low, high = values.min(axis=0), values.max(axis=0)
            self._scale = low, np.where(high > low, high - low, 1.0)
        scaled_values = (values - self._scale[0]) / self._scale[1]
        self._problem.values = scaled_values
        Evaluator().eval(self._problem, self._infills)
        self._algorithm.tell(infills=self._infills)

    def survivors(self) -> Genotypes:
        """`(n, genes)` the current population of the algorithm."""
        return self._problem.decoded(self._algorithm.pop.get("X"))

    def _initialise(self, initial_population: Genotypes) -> None:
        """Set up the algorithm, at first and again after it has converged."""
        construct, algorithm_class = (
            _CONSTRUCTORS[self._entry.initialisation],
            implementation(self._entry),
        )
        encoded_population = self._problem.encoded(initial_population)
        self._algorithm = construct(
            algorithm_class, self._problem.n_obj, encoded_population, operators(self.space)
        )
        self._algorithm.setup(
            self._problem, termination=_NO_TERMINATION, seed=self._seed, verbose=False
        )
        self._seed += 1


@cache
def _reference_directions(objective_count: int, count: int) -> Points:
    """`(count, objectives)` evenly spread reference directions; for fewer, the middle first."""
    if count < objective_count:
        return np.vstack(
            [np.full(objective_count, 1.0 / objective_count), np.eye(objective_count)]
        )[:count]
    for partitions in range(1, count + 1):
        uniform_directions: Points = get_reference_directions(
            "das-dennis", objective_count, n_partitions=partitions
        )
        if len(uniform_directions) == count:
            return uniform_directions
        if len(uniform_directions) > count:
            break
    # No uniform grid has `count` directions: minimise their energy instead.
    energy_directions: Points = get_reference_directions("energy", objective_count, count, seed=1)
    return energy_directions


Constructor = Callable[[Any, int, Any, dict[str, Any]], Any]
"""Builds an algorithm: class, number of objectives, encoded first generation, operators."""


def _from_population(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    return algorithm_class(pop_size=len(population), sampling=population, **operators)


def _from_directions(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    return algorithm_class(
        ref_dirs=_reference_directions(objective_count, len(population)),
        sampling=population,
        **operators,
    )


def _from_population_and_directions(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    directions = _reference_directions(objective_count, len(population))
    return algorithm_class(
        ref_dirs=directions, sampling=population, pop_size=len(population), **operators
    )


def _from_ideal_point(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    """R-NSGA-II prefers points near a reference: here the best values of the first generation."""
    return algorithm_class(
        np.zeros((1, objective_count)), pop_size=len(population), sampling=population, **operators
    )


def _from_real_population(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    """Differential evolution has operators of its own, on real numbers that are rounded."""
    return algorithm_class(pop_size=len(population), sampling=population)


def _from_best(
    algorithm_class: Any, objective_count: int, population: Any, operators: dict[str, Any]
) -> Any:
    """CMA-ES starts from the best of the first generation."""
    return algorithm_class(x0=population, sigma=_INITIAL_SIGMA, pop_size=len(population))


_CONSTRUCTORS: dict[Initialisation, Constructor] = {
    "population": _from_population,
    "directions": _from_directions,
    "population and directions": _from_population_and_directions,
    "ideal": _from_ideal_point,
    "best": _from_best,
    "numbers": _from_real_population,
}
