"""The search problem: space, objectives and constraints."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.constraints import Constraint, violations
from engine.metrics import Metric
from engine.pareto.front import Points
from engine.search.random_genotypes import biased_sample, mutated_choices
from engine.space import Genotypes, SearchSpace

_ROUNDS_PER_METHOD = 10  # batches of each sampling method before the next one is used
_MIN_BATCH = 256  # genotypes
_MAX_BIAS = 6.0
_MUTATIONS_PER_NEIGHBOUR = 2.0  # genes, on average
_LARGEST_ENUMERATED = 100_000  # sub-networks of a space that may be enumerated
_LEADERS = 16  # genotypes that violate computed constraints least, whose neighbours are tried
_MOST_APPROACHING_ROUNDS = 60  # batches of these neighbours
_MOST_IDLE_ROUNDS = 30  # of them in a row, without a smaller violation


@dataclass(frozen=True)
class Problem:
    """A search problem. `exact` maps genotypes to `(n,)` values of each metric that is computed.

    The search predicts none of these, and proposes nothing that their constraints exclude.
    """

    space: SearchSpace
    objectives: Sequence[Metric]
    exact: Callable[[Genotypes], Mapping[str, Points]]
    constraints: Sequence[Constraint] = ()

    @cached_property
    def metrics(self) -> list[Metric]:
        """The objectives, then the metrics that are only constrained."""
        metrics = [*self.objectives, *(c.metric for c in self.constraints)]
        return list({metric.name: metric for metric in metrics}.values())

    @cached_property
    def computed_names(self) -> frozenset[str]:
        """The names of the metrics that `exact` has."""
        return frozenset(self.exact(self.space.smallest[None]))

    @cached_property
    def _computed_constraints(self) -> list[Constraint]:
        return [c for c in self.constraints if c.metric.name in self.computed_names]

    @property
    def has_computed_constraints(self) -> bool:
        """Whether a constraint excludes sub-networks before they are measured."""
        return bool(self._computed_constraints)

    def computed_violation(self, genotypes: Genotypes) -> Points:
        """`(n,)` violation of the computed constraints by `(n, genes)` genotypes."""
        if not self._computed_constraints:
            return np.zeros(len(genotypes))
        return np.asarray(violations(self._computed_constraints, self.exact(genotypes)))

    def feasible_genotypes(self, genotypes: Genotypes) -> Genotypes:
        """Those of `(n, genes)` genotypes that satisfy the computed constraints."""
        feasible: Genotypes = genotypes[self.computed_violation(genotypes) == 0]
        return feasible

    def violation(self, values: Points) -> Points:
        """`(...)` violation of the constraints by `(..., metrics)` minimised values."""
        columns = {m.name: m.sign * values[..., i] for i, m in enumerate(self.metrics)}
        violation: Points = np.zeros(values.shape[:-1]) + violations(self.constraints, columns)
        return violation

    def penalised_objectives(self, values: Points, reference_values: Points) -> Points:
        """`(n, objectives)` of `(n, metrics)` values, feasible ones first.

        An infeasible row is worse in every objective than all of `reference_values`, `(k,
        metrics)`, in proportion to its violation (Deb, "An efficient constraint handling method for
        genetic algorithms", 2000).
        """
        objective_count = len(self.objectives)
        if not self.constraints:
            return values
        return penalise(
            values[:, :objective_count],
            self.violation(values),
            reference_values[:, :objective_count],
        )

    def sample_new(self, n: int, rng: np.random.Generator, excluded_keys: set[bytes]) -> Genotypes:
        """Up to `n` distinct genotypes, not excluded, that satisfy computed constraints.

        `excluded_keys` are keys as of `SearchSpace.key`. Genes are uniform as long as that finds
        enough; then they are biased to small or large choices, then they are neighbours of feasible
        genotypes, or until one is feasible, of those that violate the constraints least. Fewer are
        returned only when there are no more; in a constrained space of more than 100,000
        sub-networks, when none of these methods finds more.
        """
        if not self._computed_constraints:
            return self.space.sample_new(n, rng, excluded_keys)
        new_genotypes: dict[bytes, Genotypes] = {}
        for batch in self._random_batches(
            max(_MIN_BATCH, 4 * n), rng, excluded_keys, new_genotypes
        ):
            keys = self.space.keys(batch)
            for i in np.flatnonzero(self.computed_violation(batch) == 0):
                if len(new_genotypes) < n and keys[i] not in excluded_keys:
                    new_genotypes.setdefault(keys[i], batch[i])
            if len(new_genotypes) >= n:
                break
        return np.array(list(new_genotypes.values()), dtype=np.int64).reshape(
            -1, len(self.space.genes)
        )

    @property
    def is_enumerable(self) -> bool:
        """Whether `sample_new` finds all that exist, not only what random draws find."""
        return not self._computed_constraints or self.space.size <= _LARGEST_ENUMERATED

    def _random_batches(
        self,
        n: int,
        rng: np.random.Generator,
        excluded_keys: set[bytes],
        new_genotypes: dict[bytes, Genotypes],
    ) -> Iterator[Genotypes]:
        for _ in range(_ROUNDS_PER_METHOD):
            yield self.space.sample(n, rng)
        for _ in range(_ROUNDS_PER_METHOD):
            yield biased_sample(self.space, n, rng, _MAX_BIAS)
        if self.is_enumerable:
            yield rng.permutation(self._all_feasible_genotypes)
            return
        # Sorted, because the order of a set differs between processes.
        excluded_genotypes = self.space.genotypes_from_keys(sorted(excluded_keys))
        extremes = np.array([self.space.smallest, self.space.largest])
        start = self.feasible_genotypes(np.vstack([extremes, excluded_genotypes]))
        if not len(start) and not new_genotypes:
            start = self._approached(n, rng)
            if not len(start):
                return
            yield start
        for _ in range(_ROUNDS_PER_METHOD):
            parents = np.vstack([start, *(g[None] for g in new_genotypes.values())])
            yield self.neighbours(parents[rng.integers(0, len(parents), n)], rng)

    def _approached(self, n: int, rng: np.random.Generator) -> Genotypes:
        """`(k, genes)` feasible genotypes at the end of a climb down the violation; maybe none.

        Each step tries `n` neighbours of the genotypes that violate least.
        """
        extremes = np.array([self.space.smallest, self.space.largest])
        tried = np.vstack([extremes, biased_sample(self.space, n, rng, _MAX_BIAS)])
        leaders, least, idle_rounds = tried[:0], np.inf, 0
        for _ in range(_MOST_APPROACHING_ROUNDS):
            candidates = np.vstack([leaders, tried])
            _, unique = np.unique(self.space.keys(candidates), return_index=True)
            candidates = candidates[np.sort(unique)]
            violation = self.computed_violation(candidates)
            feasible: Genotypes = candidates[violation == 0]
            if len(feasible):
                return feasible
            order = np.argsort(violation, kind="stable")[:_LEADERS]
            leaders = candidates[order]
            idle_rounds = 0 if violation[order[0]] < least else idle_rounds + 1
            least = min(least, float(violation[order[0]]))
            if idle_rounds >= _MOST_IDLE_ROUNDS:
                break
            tried = self.neighbours(leaders[rng.integers(0, len(leaders), n)], rng)
        return leaders[:0]

    @cached_property
    def _all_feasible_genotypes(self) -> Genotypes:
        return self.feasible_genotypes(self.space.all_genotypes())

    def neighbours(self, genotypes: Genotypes, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` the genotypes, each with one or two genes drawn again; some stay equal."""
        is_mutated = rng.random(genotypes.shape) < _MUTATIONS_PER_NEIGHBOUR / genotypes.shape[1]
        random_choices = rng.integers(0, self.space.choices, genotypes.shape)
        return self.space.canonical(
            np.where(
                is_mutated, mutated_choices(self.space, genotypes, random_choices, rng), genotypes
            )
        )


def penalise(
    values: Points, violation: npt.NDArray[np.float64], reference_values: Points
) -> Points:
    """`(n, m)` values, worse than all `(k, m)` of `reference_values` where `violation > 0`."""
    low, high = reference_values.min(axis=0), reference_values.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    bounded_violation = np.minimum(violation, 1e6)[:, None]  # a missing value is infinite
    return np.where(bounded_violation > 0, high + span * (1.0 + bounded_violation), values)
