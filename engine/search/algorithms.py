"""The evolutionary algorithms, all by pymoo, over the genes of a search space.

Source: Blank and Deb, "pymoo: Multi-Objective Optimization in Python", IEEE Access 8 (2020).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from pymoo.core.evaluator import Evaluator
from pymoo.problems.static import StaticProblem
from pymoo.util.ref_dirs import get_reference_directions

from engine.compat.pymoo import has_converged
from engine.pareto.front import Points
from engine.search.operators import GenotypeProblem, RealGenotypeProblem, operators
from engine.search_methods import ALGORITHMS, Beginning, implementation
from engine.space import Genotypes, SearchSpace

_ENDLESS = ("n_gen", 10**9)  # whoever asks decides when it is enough
_STEP = 0.3  # CMA-ES: first standard deviation, as a share of a gene's range


class Evolution:
    """One algorithm, a generation at a time: `ask` for genotypes, `tell` their objectives.

    The first generation is `start`, `(population, genes)` distinct canonical genotypes; what
    follows is a function of the arguments and of what is told. Genotypes may repeat over
    generations.
    """

    def __init__(
        self, name: str, space: SearchSpace, objectives: int, start: Genotypes, seed: int
    ) -> None:
        self.space, self._entry, self._seed = space, ALGORITHMS[name], seed
        self._problem = (RealGenotypeProblem if self._entry.real else GenotypeProblem)(
            space, objectives
        )
        self._size = len(start)
        self._scale: tuple[Points, Points] | None = None  # of the first generation
        self._begin(start)

    def ask(self) -> Genotypes:
        """`(n, genes)` genotypes of the next generation."""
        self._asked = None if has_converged(self._algorithm) else self._algorithm.ask()
        if self._asked is None or not len(self._asked):
            rng = np.random.default_rng(self._seed)
            self._begin(self.space.sample_new(self._size, rng, set()))
            self._asked = self._algorithm.ask()
        return self._problem.decoded(self._asked.get("X"))

    def tell(self, values: Points) -> None:
        """The `(n, objectives)` minimised values of the genotypes that `ask` gave last."""
        if self._scale is None:
            low, high = values.min(axis=0), values.max(axis=0)
            self._scale = low, np.where(high > low, high - low, 1.0)
        scaled = (values - self._scale[0]) / self._scale[1]
        Evaluator().eval(StaticProblem(self._problem, F=scaled), self._asked)
        self._algorithm.tell(infills=self._asked)

    def survivors(self) -> Genotypes:
        """`(n, genes)` what the algorithm holds on to."""
        return self._problem.decoded(self._algorithm.pop.get("X"))

    def _begin(self, start: Genotypes) -> None:
        """Start, or start again where an algorithm has converged and proposes nothing more."""
        begin, kind = _BEGINNERS[self._entry.begins], implementation(self._entry)
        encoded = self._problem.encoded(start)
        self._algorithm = begin(kind, self._problem.n_obj, encoded, operators(self.space))
        self._algorithm.setup(self._problem, termination=_ENDLESS, seed=self._seed, verbose=False)
        self._seed += 1


@cache
def _directions(objectives: int, count: int) -> Points:
    """`(count, objectives)` evenly spread reference directions; for fewer, the middle first."""
    if count < objectives:
        return np.vstack([np.full(objectives, 1.0 / objectives), np.eye(objectives)])[:count]
    for partitions in range(1, count + 1):
        even: Points = get_reference_directions("das-dennis", objectives, n_partitions=partitions)
        if len(even) == count:
            return even
        if len(even) > count:
            break
    # No even grid has as many: directions that repel each other.
    spread: Points = get_reference_directions("energy", objectives, count, seed=1)
    return spread


Beginner = Callable[[Any, int, Any, dict[str, Any]], Any]
"""Makes an algorithm of a class, for so many objectives, from a first generation as variables."""


def _population(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    return kind(pop_size=len(start), sampling=start, **operators)


def _along_directions(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    return kind(ref_dirs=_directions(objectives, len(start)), sampling=start, **operators)


def _both(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    directions = _directions(objectives, len(start))
    return kind(ref_dirs=directions, sampling=start, pop_size=len(start), **operators)


def _towards_ideal(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    """R-NSGA-II prefers what is near a point: here near the best values of the first generation."""
    return kind(np.zeros((1, objectives)), pop_size=len(start), sampling=start, **operators)


def _numbers(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    """Differential evolution has operators of its own, over real numbers that are rounded."""
    return kind(pop_size=len(start), sampling=start)


def _from_best(kind: Any, objectives: int, start: Any, operators: dict[str, Any]) -> Any:
    """CMA-ES sets out from the best of the first generation."""
    return kind(x0=start, sigma=_STEP, pop_size=len(start))


_BEGINNERS: dict[Beginning, Beginner] = {
    "population": _population,
    "directions": _along_directions,
    "population and directions": _both,
    "ideal": _towards_ideal,
    "best": _from_best,
    "numbers": _numbers,
}
