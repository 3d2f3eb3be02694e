"""The initial sample: both ends of the space, and a spread over size between them."""

import numpy as np
import numpy.typing as npt

from engine.search.problem import Problem
from engine.search.random_genotypes import leaning_sample
from engine.space import Genotypes, SearchSpace

_DRAWS = 40  # candidates per wanted sub-network
_LEAN = 3.0  # at most, to small or to large choices
_STEPS = 15  # that a gene counts at most, where cost is the sum of the genes


def spread_sample(problem: Problem, n: int, rng: np.random.Generator) -> Genotypes:
    """Up to `n` distinct genotypes: smallest, largest, then evenly spread over cost.

    Uniform genes give networks of middling size only (a sum of many draws), so a third of the
    candidates leans to small choices and a third to large ones. Cost is the first computable
    objective, else the sum of the genes that have an order. What misses a constraint that can be
    computed is left out, an end of the space too.
    """
    space = problem.space
    ends = problem.allowed(_ends(space, rng)[:n])
    seen = set(space.keys(ends))
    if n <= len(ends):
        return ends
    candidates = problem.allowed(leaning_sample(space, _DRAWS * n, rng, _LEAN))
    unique = {
        k: g for k, g in zip(space.keys(candidates), candidates, strict=True) if k not in seen
    }
    pool = np.array(list(unique.values()), dtype=np.int64).reshape(-1, len(space.genes))
    wanted = min(n - len(ends), len(pool))
    chosen = _evenly(_cost(problem, pool), wanted) if wanted else []
    rest = n - len(ends) - wanted
    more = problem.sample_new(rest, rng, seen | set(unique)) if rest else pool[:0]
    return np.vstack([ends, rng.permutation(pool[chosen]), more])


def _ends(space: SearchSpace, rng: np.random.Generator) -> Genotypes:
    """`(at most 2, genes)` the smallest and the largest sub-network, if these are two.

    Categorical genes have no ends, and are drawn; a space with no others has none at all.
    """
    if not space.ordered.any():
        return np.empty((0, len(space.genes)), dtype=np.int64)
    ends = space.ends
    if not space.ordered.all():
        ends = np.where(space.ordered, ends, rng.integers(0, space.choices, ends.shape))
    ends = space.canonical(ends)
    return ends if space.key(ends[0]) != space.key(ends[1]) else ends[:1]


def _cost(problem: Problem, pool: Genotypes) -> npt.NDArray[np.float64]:
    exact = problem.exact(pool)
    for objective in problem.objectives:
        if objective.name in exact:
            return exact[objective.name]
    choices = problem.space.choices
    steps = np.minimum(_STEPS / np.maximum(choices - 1, 1), 1.0) * problem.space.directions
    genes: npt.NDArray[np.float64] = np.asarray(pool @ steps, dtype=np.float64)
    return genes


def _evenly(cost: npt.NDArray[np.float64], n: int) -> list[int]:
    """Indices of `n` candidates nearest to `n` evenly spaced costs, each used once."""
    free = list(np.argsort(cost, kind="stable"))
    chosen = []
    for target in np.linspace(cost.min(), cost.max(), n + 2)[1:-1]:
        nearest = int(np.argmin([abs(cost[i] - target) for i in free]))
        chosen.append(int(free.pop(nearest)))
    return chosen
