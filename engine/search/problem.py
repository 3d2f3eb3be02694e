"""What is searched: the space, the objectives, and what sub-networks must keep to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.constraints import Constraint, violations
from engine.metrics import Metric
from engine.pareto.front import Points
from engine.search.random_genotypes import leaning_sample, redrawn
from engine.space import Genotypes, SearchSpace

_ROUNDS = 10  # of draws in each way of drawing before it counts as used up
_DRAWS = 256  # at least, in a round
_STRONGEST_LEAN = 6.0
_CHANGED = 2.0  # genes of a neighbour, on average
_LARGEST_COUNTED = 100_000  # sub-networks of a space that is looked through where draws find none


@dataclass(frozen=True)
class Problem:
    """What is searched. `exact` gives `(n,)` values of each metric that can be computed."""

    space: SearchSpace
    objectives: Sequence[Metric]
    exact: Callable[[Genotypes], Mapping[str, Points]]
    constraints: Sequence[Constraint] = ()

    @cached_property
    def watched(self) -> list[Metric]:
        """The objectives, then the metrics that are constrained besides."""
        metrics = [*self.objectives, *(c.metric for c in self.constraints)]
        return list({metric.name: metric for metric in metrics}.values())

    @cached_property
    def _computable(self) -> list[Constraint]:
        return [c for c in self.constraints if c.metric.computable]

    def computed_violation(self, genotypes: Genotypes) -> Points:
        """`(n,)` by how much `(n, genes)` genotypes miss constraints that can be computed."""
        if not self._computable:
            return np.zeros(len(genotypes))
        return np.asarray(violations(self._computable, self.exact(genotypes)))

    def allowed(self, genotypes: Genotypes) -> Genotypes:
        """Those of `(n, genes)` genotypes that keep to the constraints that can be computed."""
        kept: Genotypes = genotypes[self.computed_violation(genotypes) == 0]
        return kept

    def violation(self, watched: Points) -> Points:
        """`(...)` by how much `(..., watched)` minimised values miss the constraints."""
        columns = {m.name: m.sign * watched[..., i] for i, m in enumerate(self.watched)}
        missed: Points = np.zeros(watched.shape[:-1]) + violations(self.constraints, columns)
        return missed

    def penalised(self, watched: Points, like: Points) -> Points:
        """`(n, objectives)` of `(n, watched)` values, feasible ones first.

        What misses a constraint is worse in every objective than all of `like`, `(k, watched)`, by
        as much as it misses it (Deb, "An efficient constraint handling method for genetic
        algorithms", 2000).
        """
        count = len(self.objectives)
        if not self.constraints:
            return watched
        return worsened(watched[:, :count], self.violation(watched), like[:, :count])

    def sample_new(self, n: int, rng: np.random.Generator, seen: set[bytes]) -> Genotypes:
        """Up to `n` distinct genotypes, not in `seen`, that keep to the computable constraints.

        Genes are uniform as long as that finds enough; then they lean to small or large choices,
        then they are neighbours of genotypes that keep to the constraints. Fewer come back only
        when there are no more; in a space of more than 100,000 sub-networks with constraints, when
        none of these ways finds more.
        """
        if not self._computable:
            return self.space.sample_new(n, rng, seen)
        found: dict[bytes, Genotypes] = {}
        for draws in self._draws(max(_DRAWS, 4 * n), rng, seen, found):
            keys = self.space.keys(draws)
            for i in np.flatnonzero(self.computed_violation(draws) == 0):
                if len(found) < n and keys[i] not in seen:
                    found.setdefault(keys[i], draws[i])
            if len(found) >= n:
                break
        return np.array(list(found.values()), dtype=np.int64).reshape(-1, len(self.space.genes))

    @property
    def countable(self) -> bool:
        """Whether `sample_new` finds whatever there is, rather than as much as draws can tell."""
        return not self._computable or self.space.size <= _LARGEST_COUNTED

    def _draws(
        self, n: int, rng: np.random.Generator, seen: set[bytes], found: dict[bytes, Genotypes]
    ) -> Iterator[Genotypes]:
        for _ in range(_ROUNDS):
            yield self.space.sample(n, rng)
        for _ in range(_ROUNDS):
            yield leaning_sample(self.space, n, rng, _STRONGEST_LEAN)
        if self.countable:
            yield rng.permutation(self._every_allowed)
            return
        known = self.space.from_keys(sorted(seen))  # a set has another order in every process
        ends = np.array([self.space.smallest, self.space.largest])
        start = self.allowed(np.vstack([ends, known]))
        for _ in range(_ROUNDS):
            near = np.vstack([start, *(g[None] for g in found.values())])
            if not len(near):
                return
            yield self.neighbours(near[rng.integers(0, len(near), n)], rng)

    @cached_property
    def _every_allowed(self) -> Genotypes:
        return self.allowed(self.space.every())

    def neighbours(self, genotypes: Genotypes, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` the same genotypes, each with a gene or two drawn anew; some stay equal."""
        changed = rng.random(genotypes.shape) < _CHANGED / genotypes.shape[1]
        drawn = rng.integers(0, self.space.choices, genotypes.shape)
        return self.space.canonical(
            np.where(changed, redrawn(self.space, genotypes, drawn, rng), genotypes)
        )


def worsened(values: Points, violation: npt.NDArray[np.float64], like: Points) -> Points:
    """`(n, m)` values, worse than all `(k, m)` of `like` where the `(n,)` violation is positive."""
    low, high = like.min(axis=0), like.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    bounded = np.minimum(violation, 1e6)[:, None]  # infinite where a value is not known
    return np.where(bounded > 0, high + span * (1.0 + bounded), values)
