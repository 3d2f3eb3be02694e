"""The evolutionary algorithms, all by pymoo, over the genes of a search space.

Source: Blank and Deb, "pymoo: Multi-Objective Optimization in Python", IEEE Access 8 (2020).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from pymoo.algorithms.moo.age import AGEMOEA
from pymoo.algorithms.moo.age2 import AGEMOEA2
from pymoo.algorithms.moo.ctaea import CTAEA
from pymoo.algorithms.moo.moead import ParallelMOEAD
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.algorithms.moo.nsga3 import NSGA3
from pymoo.algorithms.moo.rnsga2 import RNSGA2
from pymoo.algorithms.moo.sms import SMSEMOA
from pymoo.algorithms.moo.unsga3 import UNSGA3
from pymoo.algorithms.soo.nonconvex.cmaes import CMAES
from pymoo.algorithms.soo.nonconvex.de import DE
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.evaluator import Evaluator
from pymoo.problems.static import StaticProblem
from pymoo.util.ref_dirs import get_reference_directions

from engine.compat.pymoo import has_converged
from engine.pareto.front import Points
from engine.search.operators import Genes, RealGenes, operators
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
        self.space, self._name, self._seed = space, name, seed
        self._problem = (RealGenes if name in _REAL else Genes)(space, objectives)
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
        make = ALGORITHMS[self._name]
        encoded = self._problem.encoded(start)
        self._algorithm = make(self._problem.n_obj, encoded, operators(self.space))
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


Make = Callable[[int, Any, dict[str, Any]], Any]
"""Makes an algorithm for so many objectives, from a first generation as its variables."""


def _sized(algorithm: Any) -> Make:
    return lambda m, start, operators: algorithm(pop_size=len(start), sampling=start, **operators)


def _directed(algorithm: Any, sized: bool = False) -> Make:
    def make(m: int, start: Any, operators: dict[str, Any]) -> Any:
        size = {"pop_size": len(start)} if sized else {}
        directions = _directions(m, len(start))
        return algorithm(ref_dirs=directions, sampling=start, **size, **operators)

    return make


def _towards_ideal(m: int, start: Any, operators: dict[str, Any]) -> Any:
    """R-NSGA-II prefers what is near a point: here near the best values of the first generation."""
    return RNSGA2(np.zeros((1, m)), pop_size=len(start), sampling=start, **operators)


def _differences(m: int, start: Any, operators: dict[str, Any]) -> Any:
    """Differential evolution has operators of its own, over real numbers that are rounded."""
    return DE(pop_size=len(start), sampling=start)


def _adapted_covariance(m: int, start: Any, operators: dict[str, Any]) -> Any:
    """CMA-ES sets out from the best of the first generation."""
    return CMAES(x0=start, sigma=_STEP, pop_size=len(start))


ALGORITHMS: dict[str, Make] = {
    "nsga2": _sized(NSGA2),
    "age": _sized(AGEMOEA),
    "age2": _sized(AGEMOEA2),
    "unsga3": _directed(UNSGA3, sized=True),
    "nsga3": _directed(NSGA3, sized=True),
    "ctaea": _directed(CTAEA),
    "moead": _directed(ParallelMOEAD),
    "sms": _sized(SMSEMOA),
    "rnsga2": _towards_ideal,
    "ga": _sized(GA),
    "cmaes": _adapted_covariance,
    "de": _differences,
}
_REAL = ("cmaes", "de")
