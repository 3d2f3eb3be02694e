"""The inner search: an evolutionary algorithm over predictions, and its refinement."""

from collections.abc import Callable

import moocore
import numpy as np

from engine.pareto.front import Points
from engine.search.algorithms import Evolution
from engine.search.problem import Problem
from engine.search.random_genotypes import mutated_choices
from engine.space import Genotypes, SearchSpace

_POOLED_GENERATIONS = 10  # last generations that are returned
_MIN_PARENTS = 20  # of a refinement
_MAX_POOL = 1500  # genotypes kept from one round of a refinement to the next
_CROSSOVER_SHARE = 0.3  # of the offspring
_MUTATIONS_PER_OFFSPRING = 3.0  # genes, on average
_MAX_MUTATION_RATE = 0.5  # of the genes of an offspring

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
    of `individuals` genotypes.
    """
    space, objective_count = problem.space, len(problem.objectives)
    random_genotypes = problem.sample_new(
        max(individuals - len(start), 0), rng, set(space.keys(start))
    )
    population = np.vstack([start[:individuals], random_genotypes])
    evolution = Evolution(algorithm, space, objective_count, population, int(rng.integers(2**31)))
    visited_generations = []
    for _ in range(generations):
        visited_generations.append(evolution.ask())
        evolution.tell(predict(visited_generations[-1]))
    return np.unique(
        np.vstack([evolution.survivors(), *visited_generations[-_POOLED_GENERATIONS:]]), axis=0
    )


def refine(
    space: SearchSpace,
    predict: Predict,
    start: Genotypes,
    rng: np.random.Generator,
    rounds: int,
    offspring: int,
) -> Genotypes:
    """Distinct canonical genotypes, sorted by rank, at most 1,500 and the last offspring.

    `predict` maps `(n, genes)` to `(n, columns)`, all minimised. `start` is `(k, genes)`, distinct.
    Each of `rounds` adds `offspring` children of the best rank and keeps the best: an evolution
    whose population is the front itself, however large that is.
    """
    pool, values = start, predict(start)
    known_keys = set(space.keys(start))
    order, parent_count = _rank(values)
    for _ in range(rounds):
        pool, values = pool[order[:_MAX_POOL]], values[order[:_MAX_POOL]]
        children = _offspring(space, pool[:parent_count], offspring, rng)
        distinct = {k: i for i, k in enumerate(space.keys(children)) if k not in known_keys}
        new_children = children[list(distinct.values())]
        known_keys.update(distinct)
        pool, values = np.vstack([pool, new_children]), np.vstack([values, predict(new_children)])
        order, parent_count = _rank(values)
    return pool[order]


def _rank(values: Points) -> tuple[Genotypes, int]:
    """`(n,)` indices of `(n, m)` minimised values by rank, and the number of parents among them."""
    ranks = moocore.pareto_rank(values)
    return np.argsort(ranks, kind="stable"), max(int((ranks == 0).sum()), _MIN_PARENTS)


def _offspring(
    space: SearchSpace, parents: Genotypes, n: int, rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` mutated children of `(k, genes)` parents, some of them by crossover."""
    children, second_parents = (parents[rng.integers(0, len(parents), n)] for _ in range(2))
    is_from_second_parent = rng.random(children.shape) < 0.5 * rng.random((n, 1))
    is_from_second_parent &= rng.random((n, 1)) < _CROSSOVER_SHARE
    children = np.where(is_from_second_parent, second_parents, children)
    is_mutated = rng.random(children.shape) < min(
        _MUTATIONS_PER_OFFSPRING / children.shape[1], _MAX_MUTATION_RATE
    )
    random_choices = (rng.random(children.shape) * space.choices).astype(np.int64)
    return space.canonical(
        np.where(is_mutated, mutated_choices(space, children, random_choices, rng), children)
    )
