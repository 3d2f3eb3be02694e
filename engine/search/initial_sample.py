"""The initial sample: both ends of the space, and a spread over size between them."""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from engine.search.problem import Problem
from engine.search.random_genotypes import biased_sample
from engine.space import Genotypes, SearchSpace

_CANDIDATES_PER_SAMPLE = 40  # candidates per sub-network of the sample
_MAX_CANDIDATES = 20_000  # of a sample for many workers
_MAX_BIAS = 3.0  # towards small or large choices
_MAX_GENE_COST = 15  # of one gene, where cost is the sum of the genes


def spread_sample(problem: Problem, n: int, rng: np.random.Generator) -> Genotypes:
    """Up to `n` distinct genotypes: smallest, largest, then evenly spread over cost.

    Uniform genes give networks of middling size only (a sum of many draws), so candidates are
    biased to small or to large choices. Cost is the first computed objective of which less is
    better, else the first computed one, else the sum of the genes that have an order. Genotypes
    that violate a computed constraint are left out, the ends of the space too.
    """
    space = problem.space
    extremes = problem.feasible_genotypes(_extreme_genotypes(space, rng)[:n])
    extreme_keys = set(space.keys(extremes))
    if n <= len(extremes):
        return extremes
    candidates = problem.feasible_genotypes(
        biased_sample(
            space, max(min(_CANDIDATES_PER_SAMPLE * n, _MAX_CANDIDATES), n), rng, _MAX_BIAS
        )
    )
    unique = {
        k: g
        for k, g in zip(space.keys(candidates), candidates, strict=True)
        if k not in extreme_keys
    }
    pool = np.array(list(unique.values()), dtype=np.int64).reshape(-1, len(space.genes))
    pool_count = min(n - len(extremes), len(pool))
    indices = _evenly_spaced(_cost(problem, pool), pool_count) if pool_count else []
    missing_count = n - len(extremes) - pool_count
    random_genotypes = (
        problem.sample_new(missing_count, rng, extreme_keys | set(unique))
        if missing_count
        else pool[:0]
    )
    return np.vstack([extremes, rng.permutation(pool[indices]), random_genotypes])


def _extreme_genotypes(space: SearchSpace, rng: np.random.Generator) -> Genotypes:
    """`(at most 2, genes)` the smallest and the largest sub-network, if they differ.

    Categorical genes have no order and are drawn at random; a space of such genes has no ends.
    """
    if not space.ordered.any():
        return np.empty((0, len(space.genes)), dtype=np.int64)
    extremes = space.ends
    if not space.ordered.all():
        extremes = np.where(space.ordered, extremes, rng.integers(0, space.choices, extremes.shape))
    extremes = space.canonical(extremes)
    return extremes if space.key(extremes[0]) != space.key(extremes[1]) else extremes[:1]


def _cost(problem: Problem, pool: Genotypes) -> npt.NDArray[np.float64]:
    computed_metrics = problem.exact(pool)
    for objective in sorted(problem.objectives, key=lambda o: o.direction == "max"):
        if objective.name in computed_metrics:
            return computed_metrics[objective.name]
    choices = problem.space.choices
    weights = (
        np.minimum(_MAX_GENE_COST / np.maximum(choices - 1, 1), 1.0) * problem.space.directions
    )
    cost: npt.NDArray[np.float64] = np.asarray(pool @ weights, dtype=np.float64)
    return cost


def _evenly_spaced(cost: npt.NDArray[np.float64], n: int) -> list[int]:
    """Indices of `n` candidates nearest to `n` evenly spaced costs, each used once."""
    order = list(np.argsort(cost, kind="stable"))
    costs = cost[order].tolist()  # of the remaining candidates, ascending
    indices = []
    for target in np.linspace(cost.min(), cost.max(), n + 2)[1:-1].tolist():
        above = bisect_left(costs, target)
        below = bisect_left(costs, costs[above - 1]) if above else 0  # the first of equal ones
        is_below = above == len(costs) or target - costs[below] <= costs[above] - target
        nearest = below if above and is_below else above
        indices.append(int(order.pop(nearest)))
        costs.pop(nearest)
    return indices
