"""Genotypes as the evolutionary algorithms see them: their bounds, their code, their variation."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pymoo.core.problem import Problem as PymooProblem
from pymoo.operators.crossover.ux import UniformCrossover

from engine.compat.pymoo import FunctionRepair, PolynomialMutation
from engine.space import Genotypes, SearchSpace

_Reals = npt.NDArray[np.float64]

_MARGIN = 0.49  # beyond the first and the last choice, so that each has an equal share
_CHANGED = 1.5  # genes of an offspring that mutate, on average


class GenotypeProblem(PymooProblem):
    """The choices of each gene as whole numbers, for algorithms that work on those."""

    def __init__(self, space: SearchSpace, objectives: int) -> None:
        super().__init__(
            n_var=len(space.genes),
            n_obj=objectives,
            xl=np.zeros(len(space.genes)),
            xu=space.choices - 1,
            vtype=int,
        )
        self.space = space

    def encoded(self, genotypes: Genotypes) -> Any:
        """`(n, variables)` of `(n, genes)`."""
        return genotypes

    def decoded(self, x: Any) -> Genotypes:
        """`(n, genes)` canonical genotypes of `(n, variables)`."""
        rows = np.rint(np.atleast_2d(np.asarray(x, dtype=np.float64)))
        return self.space.canonical(np.clip(rows, 0, self.space.choices - 1).astype(np.int64))


class RealGenotypeProblem(GenotypeProblem):
    """Genes as real numbers, for algorithms that add them up and multiply them.

    A gene whose choices have an order is one variable, and each choice has an equal share of it.
    Of a categorical gene each choice is a variable between 0 and 1, and the largest is chosen.
    """

    def __init__(self, space: SearchSpace, objectives: int) -> None:
        widths = np.where(space.ordered, 1, space.choices)
        gene = np.repeat(np.arange(len(widths)), widths)
        self._first = np.cumsum(widths) - widths
        self._ordered = space.ordered[gene]
        high = np.where(self._ordered, space.choices[gene] - 1 + _MARGIN, 1.0)
        super().__init__(space, objectives)
        self.n_var, self.vtype = len(gene), float
        self.xl, self.xu = np.where(self._ordered, -_MARGIN, 0.0), high

    def encoded(self, genotypes: Genotypes) -> _Reals:
        """`(n, variables)` of `(n, genes)`."""
        rows = np.arange(len(genotypes))[:, None]
        categories = np.flatnonzero(~self.space.ordered)
        x = np.zeros((len(genotypes), self.n_var))
        x[:, self._ordered] = genotypes[:, self.space.ordered]
        x[rows, self._first[categories] + genotypes[:, categories]] = 1.0
        return x

    def decoded(self, x: Any) -> Genotypes:
        """`(n, genes)` canonical genotypes of `(n, variables)`."""
        reals = np.atleast_2d(np.asarray(x, dtype=np.float64))
        genes = reals[:, self._first].copy()
        for gene in np.flatnonzero(~self.space.ordered):
            first = self._first[gene]
            genes[:, gene] = reals[:, first : first + self.space.choices[gene]].argmax(axis=1)
        return super().decoded(genes)


def _canonical(problem: GenotypeProblem, x: Any) -> Genotypes:
    """Two encodings of one network count as duplicates."""
    return problem.decoded(x)


def _any_other_category(problem: GenotypeProblem, x: Any, mutated: Any, random_state: Any) -> Any:
    """A small step means something of a gene with an order; of others, all choices are alike."""
    categories = np.flatnonzero(~problem.space.ordered)
    if len(categories):
        now, choices = x[:, categories].astype(np.int64), problem.space.choices[categories]
        others = 1 + (random_state.random(now.shape) * (choices - 1)).astype(np.int64)
        changed = mutated[:, categories] != now
        mutated[:, categories] = np.where(changed, (now + others) % choices, now)
    return mutated


def operators(space: SearchSpace) -> dict[str, Any]:
    """Uniform crossover, and a mutation that changes one gene or two by a small step.

    Both make offspring canonical.
    """
    share = min(_CHANGED / len(space.genes), 1.0)
    repair = FunctionRepair(_canonical)
    return {
        "crossover": UniformCrossover(repair=repair),
        "mutation": PolynomialMutation(
            _any_other_category, prob=0.9, prob_var=share, eta=3.0, repair=repair
        ),
    }
