"""The near-true front of a landscape: evolution on the true values, then hill climbing by genes.

Two runs of NSGA-II start from samples that are spread over size. Then every neighbour of the front
that differs in one gene is computed, until a round adds less than a hundred-thousandth to the
hypervolume. A front takes some minutes and is kept in a folder.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import moocore
import numpy as np

from engine.pareto.front import Points, non_dominated
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.problem import Problem
from engine.space import Genotypes, SearchSpace

Truth = Callable[[Genotypes], Points]
"""`(n, objectives)` minimised true values of `(n, genes)` genotypes."""

FRONTS = Path(__file__).parent / "results" / "suite" / "fronts"
"""Where fronts are kept."""

_RUNS, _POPULATION, _GENERATIONS = 2, 200, 400
_SMALLEST_GAIN = 1e-5  # of the hypervolume, by a round of hill climbing
_REFERENCE = 1.05  # of the hypervolume, where the worst values of the front are 1
_SAMPLE = 64  # random genotypes whose values tell landscapes apart


def landscape_digest(problem: Problem, truth: Truth) -> str:
    """A digest of the true values of a sample: another one if the landscape changes."""
    values = truth(problem.space.sample(_SAMPLE, np.random.default_rng(0)))
    rounded = [[f"{value:.6g}" for value in row] for row in values]
    return hashlib.sha256(repr(rounded).encode()).hexdigest()[:12]


def near_true_front(problem: Problem, truth: Truth) -> Points:
    """`(n, objectives)` the front of a landscape, kept once it was computed."""

    def compute() -> Points:
        _, values = climb(problem.space, truth, *evolve(problem, truth))
        return values

    return kept_front(problem, truth, compute)


def kept_front(problem: Problem, truth: Truth, compute: Callable[[], Points]) -> Points:
    """`(n, objectives)` the front that was kept of this landscape; computed where there is none."""
    path = FRONTS / f"{landscape_digest(problem, truth)}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.npy")
        np.save(part, compute())
        part.replace(path)
    front: Points = np.load(path)
    return front


def evolve(problem: Problem, truth: Truth) -> tuple[Genotypes, Points]:
    """The non-dominated genotypes of all generations, and their values."""
    genotypes, values = _nothing(problem)
    for seed in range(_RUNS):
        start = spread_sample(problem, _POPULATION, np.random.default_rng(seed))
        search = Evolution("nsga2", problem.space, len(problem.objectives), start, seed)
        for _ in range(_GENERATIONS):
            generation = search.ask()
            told = truth(generation)
            search.tell(told)
            genotypes, values = _best(genotypes, values, generation, told)
    return genotypes, values


def climb(
    space: SearchSpace, truth: Truth, genotypes: Genotypes, values: Points
) -> tuple[Genotypes, Points]:
    """The front `(n, genes)` and its `(n, objectives)` values after hill climbing by single genes.

    Ends when a round adds next to nothing, or when every neighbour of the front was computed.
    """
    known, climbed = set(space.keys(genotypes)), set[bytes]()
    while True:
        before = values
        keys = space.keys(genotypes)
        fresh = genotypes[[key not in climbed for key in keys]]
        climbed.update(keys)
        neighbours = single_gene_neighbours(space, fresh)
        new = {k: i for i, k in enumerate(space.keys(neighbours)) if k not in known}
        if not new:
            return genotypes, values
        known.update(new)
        neighbours = neighbours[list(new.values())]
        genotypes, values = _best(genotypes, values, neighbours, truth(neighbours))
        if _gain(before, values) < _SMALLEST_GAIN:
            return genotypes, values


def single_gene_neighbours(space: SearchSpace, genotypes: Genotypes) -> Genotypes:
    """`(k, genes)` canonical genotypes that differ in one gene from `(n, genes)`; with repeats."""
    changed = []
    for gene, count in enumerate(space.choices):
        for choice in range(count):
            rows = genotypes[genotypes[:, gene] != choice].copy()
            rows[:, gene] = choice
            changed.append(rows)
    return space.canonical(np.vstack(changed))


def _gain(before: Points, after: Points) -> float:
    """What a front added to the hypervolume of another, as a share of it."""
    low, high = after.min(axis=0), np.vstack([before, after]).max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    earlier, later = (
        float(moocore.hypervolume((front - low) / span, ref=_REFERENCE))
        for front in (before, after)
    )
    return later / earlier - 1


def _nothing(problem: Problem) -> tuple[Genotypes, Points]:
    genes, objectives = len(problem.space.genes), len(problem.objectives)
    return np.empty((0, genes), dtype=np.int64), np.empty((0, objectives))


def _best(
    genotypes: Genotypes, values: Points, others: Genotypes, their_values: Points
) -> tuple[Genotypes, Points]:
    """The non-dominated rows of both, of equal values one."""
    genotypes, values = np.vstack([genotypes, others]), np.vstack([values, their_values])
    _, first = np.unique(values, axis=0, return_index=True)
    genotypes, values = genotypes[first], values[first]
    is_best = non_dominated(values)
    return genotypes[is_best], values[is_best]
