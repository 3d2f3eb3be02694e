"""The inner search: an evolutionary algorithm over predictions, and a refinement after it."""

from collections.abc import Callable

import moocore
import numpy as np

from engine.pareto.front import Points
from engine.search.algorithms import Evolution
from engine.search.problem import Problem
from engine.search.random_genotypes import redrawn
from engine.space import Genotypes, SearchSpace

_POOLED = 10  # last generations of which everything is kept
_PARENTS = 20  # at least, of a refinement
_KEPT = 1500  # of the best, from one round of it to the next
_CROSSED = 0.3  # of the offspring have two parents
_CHANGED = 3.0  # genes of an offspring that are drawn anew, on average
_MOST_CHANGED = 0.5  # of its genes

Predict = Callable[[Genotypes], Points]


def search(
    algorithm: str,
    problem: Problem,
    predict: Predict,
    start: Genotypes,
    rng: np.random.Generator,
    individuals: int,
    generations: int,
) -> Genotypes:
    """Distinct canonical genotypes of the last generations, the best of the search among them.

    `predict` maps `(n, genes)` to `(n, objectives)`, all minimised; `start` seeds the population
    of so many `individuals`.
    """
    space, objectives = problem.space, len(problem.objectives)
    fill = problem.sample_new(max(individuals - len(start), 0), rng, set(space.keys(start)))
    first = np.vstack([start[:individuals], fill])
    evolution = Evolution(algorithm, space, objectives, first, int(rng.integers(2**31)))
    visited = []
    for _ in range(generations):
        visited.append(evolution.ask())
        evolution.tell(predict(visited[-1]))
    return np.unique(np.vstack([evolution.survivors(), *visited[-_POOLED:]]), axis=0)


def refined(
    space: SearchSpace,
    predict: Predict,
    start: Genotypes,
    rng: np.random.Generator,
    rounds: int,
    offspring: int,
) -> Genotypes:
    """Distinct canonical genotypes, those of the best ranks first, at most 1,500.

    `predict` maps `(n, genes)` to `(n, columns)`, all minimised. It sets out from `start`,
    `(k, genes)` distinct ones. Each of `rounds` adds so many `offspring` of the best rank and
    keeps what is best: an evolution whose population is the front itself, however large that is.
    """
    pool, values = start, predict(start)
    seen = set(space.keys(start))
    order, parents = _ranked(values)
    for _ in range(rounds):
        pool, values = pool[order[:_KEPT]], values[order[:_KEPT]]
        children = _offspring(space, pool[:parents], offspring, rng)
        distinct = {k: i for i, k in enumerate(space.keys(children)) if k not in seen}
        new = children[list(distinct.values())]
        seen.update(distinct)
        pool, values = np.vstack([pool, new]), np.vstack([values, predict(new)])
        order, parents = _ranked(values)
    return pool[order]


def _ranked(values: Points) -> tuple[Genotypes, int]:
    """`(n,)` indices of `(n, m)` minimised values by rank, and how many of them are parents."""
    ranks = moocore.pareto_rank(values)
    return np.argsort(ranks, kind="stable"), max(int((ranks == 0).sum()), _PARENTS)


def _offspring(
    space: SearchSpace, parents: Genotypes, n: int, rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` children of `(k, genes)`, some with genes of a second parent; genes change."""
    children, others = (parents[rng.integers(0, len(parents), n)] for _ in range(2))
    taken = rng.random(children.shape) < 0.5 * rng.random((n, 1))
    taken &= rng.random((n, 1)) < _CROSSED
    children = np.where(taken, others, children)
    changed = rng.random(children.shape) < min(_CHANGED / children.shape[1], _MOST_CHANGED)
    drawn = (rng.random(children.shape) * space.choices).astype(np.int64)
    return space.canonical(np.where(changed, redrawn(space, children, drawn, rng), children))
