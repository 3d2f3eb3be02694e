"""Genotypes as pymoo problems: variable bounds, encoding, crossover and mutation."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pymoo.core.problem import Problem as PymooProblem
from pymoo.operators.crossover.ux import UniformCrossover

from engine.compat.pymoo import FunctionRepair, PolynomialMutation
from engine.space import Genotypes, SearchSpace

_Reals = npt.NDArray[np.float64]

_BOUND_MARGIN = 0.49  # beyond the first and the last choice, so that each has an equal share
_MUTATIONS_PER_OFFSPRING = 1.5  # genes, on average


class GenotypeProblem(PymooProblem):
    """The choices of each gene as integers, for algorithms that work on integers.

    `values`, `(n, objectives)`, are what the next evaluation of `n` individuals finds.
    """

    values: _Reals

    def __init__(self, space: SearchSpace, objectives: int) -> None:
        super().__init__(
            n_var=len(space.genes),
            n_obj=objectives,
            xl=np.zeros(len(space.genes)),
            xu=space.choices - 1,
            vtype=int,
        )
        self.space = space

    def _evaluate(self, x: Any, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        out["F"] = self.values

    def encoded(self, genotypes: Genotypes) -> Any:
        """`(n, variables)` of `(n, genes)`."""
        return genotypes

    def decoded(self, x: Any) -> Genotypes:
        """`(n, genes)` canonical genotypes of `(n, variables)`."""
        rows = np.rint(np.atleast_2d(np.asarray(x, dtype=np.float64)))
        return self.space.canonical(np.clip(rows, 0, self.space.choices - 1).astype(np.int64))


class RealGenotypeProblem(GenotypeProblem):
    """Genes as real numbers, for algorithms that do arithmetic on them.

    An ordered gene is one variable, and each choice has an equal share of its range. A categorical
    gene has a variable between 0 and 1 for each choice, and the largest is chosen.
    """

    def __init__(self, space: SearchSpace, objectives: int) -> None:
        widths = np.where(space.ordered, 1, space.choices)
        gene_indices = np.repeat(np.arange(len(widths)), widths)
        self._first_variables = np.cumsum(widths) - widths
        self._is_ordered = space.ordered[gene_indices]
        upper_bounds = np.where(
            self._is_ordered, space.choices[gene_indices] - 1 + _BOUND_MARGIN, 1.0
        )
        super().__init__(space, objectives)
        self.n_var, self.vtype = len(gene_indices), float
        self.xl, self.xu = np.where(self._is_ordered, -_BOUND_MARGIN, 0.0), upper_bounds

    def encoded(self, genotypes: Genotypes) -> _Reals:
        """`(n, variables)` of `(n, genes)`."""
        rows = np.arange(len(genotypes))[:, None]
        categories = np.flatnonzero(~self.space.ordered)
        x = np.zeros((len(genotypes), self.n_var))
        x[:, self._is_ordered] = genotypes[:, self.space.ordered]
        x[rows, self._first_variables[categories] + genotypes[:, categories]] = 1.0
        return x

    def decoded(self, x: Any) -> Genotypes:
        """`(n, genes)` canonical genotypes of `(n, variables)`."""
        variables = np.atleast_2d(np.asarray(x, dtype=np.float64))
        genes = variables[:, self._first_variables].copy()
        for gene in np.flatnonzero(~self.space.ordered):
            first = self._first_variables[gene]
            genes[:, gene] = variables[:, first : first + self.space.choices[gene]].argmax(axis=1)
        return super().decoded(genes)


def _canonical(problem: GenotypeProblem, x: Any) -> Genotypes:
    """Makes two encodings of one network duplicates."""
    return problem.decoded(x)


def _resample_categories(problem: GenotypeProblem, x: Any, mutated: Any, random_state: Any) -> Any:
    """Replaces mutated categories by a random other one: small steps mean nothing there."""
    categories = np.flatnonzero(~problem.space.ordered)
    if len(categories):
        current, choices = x[:, categories].astype(np.int64), problem.space.choices[categories]
        offsets = 1 + (random_state.random(current.shape) * (choices - 1)).astype(np.int64)
        is_mutated = mutated[:, categories] != current
        mutated[:, categories] = np.where(is_mutated, (current + offsets) % choices, current)
    return mutated


def operators(space: SearchSpace) -> dict[str, Any]:
    """Uniform crossover, and a mutation that changes one or two genes by a small step.

    Both make offspring canonical.
    """
    mutation_probability = min(_MUTATIONS_PER_OFFSPRING / len(space.genes), 1.0)
    repair = FunctionRepair(_canonical)
    return {
        "crossover": UniformCrossover(repair=repair),
        "mutation": PolynomialMutation(
            _resample_categories, prob=0.9, prob_var=mutation_probability, eta=3.0, repair=repair
        ),
    }
