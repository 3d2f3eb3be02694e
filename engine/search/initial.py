"""The initial sample: both ends of the space, and a spread over size between them."""

import numpy as np
import numpy.typing as npt

from engine.search.strategy import Problem
from engine.space import Genotypes

_DRAWS = 40  # candidates per wanted sub-network


def spread_sample(problem: Problem, n: int, rng: np.random.Generator) -> Genotypes:
    """Up to `n` distinct genotypes: smallest, largest, then evenly spread over cost.

    Uniform genes give networks of middling size only (a sum of many draws), so a third of the
    candidates leans to small choices and a third to large ones. Cost is the first computable
    objective, else the sum of the genes.
    """
    space = problem.space
    ends = [space.smallest, space.largest][:n]
    seen = set(space.keys(np.array(ends)))
    if n <= len(ends):
        return np.array(ends)
    candidates = _leaning(problem, _DRAWS * n, rng)
    unique = {
        k: g for k, g in zip(space.keys(candidates), candidates, strict=True) if k not in seen
    }
    pool = np.array(list(unique.values())).reshape(-1, len(space.genes))
    wanted = min(n - len(ends), len(pool))
    if wanted == 0:
        return np.array(ends)
    chosen = _evenly(_cost(problem, pool), wanted)
    rest = n - len(ends) - wanted
    seen |= set(unique)
    more = space.sample_new(rest, rng, seen) if rest else pool[:0]
    return np.vstack([np.array(ends), rng.permutation(pool[chosen]), more])


def _leaning(problem: Problem, n: int, rng: np.random.Generator) -> Genotypes:
    lean = rng.uniform(-1.5, 1.5, (n, 1, 1))
    top = int(problem.space.choices.max())
    position = np.arange(top)[None, None, :] / np.maximum(problem.space.choices - 1, 1)[:, None]
    scores = lean * 2 * position + rng.gumbel(size=(n, len(problem.space.genes), top))
    scores = np.where(np.arange(top) < problem.space.choices[:, None], scores, -np.inf)
    return problem.space.canonical(scores.argmax(axis=2))


def _cost(problem: Problem, pool: Genotypes) -> npt.NDArray[np.float64]:
    exact = problem.exact(pool)
    for objective in problem.objectives:
        if objective.name in exact:
            return exact[objective.name]
    genes: npt.NDArray[np.float64] = pool.sum(axis=1).astype(np.float64)
    return genes


def _evenly(cost: npt.NDArray[np.float64], n: int) -> list[int]:
    """Indices of `n` candidates nearest to `n` evenly spaced costs, each used once."""
    free = list(np.argsort(cost, kind="stable"))
    chosen = []
    for target in np.linspace(cost.min(), cost.max(), n + 2)[1:-1]:
        nearest = int(np.argmin([abs(cost[i] - target) for i in free]))
        chosen.append(int(free.pop(nearest)))
    return chosen
