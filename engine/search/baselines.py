"""Approaches that learn nothing: what a search has to beat, and what leaves nothing out."""

from collections.abc import Iterator
from itertools import islice, product

import numpy as np

from engine.search.strategy import Proposal, Strategy
from engine.space import Genotypes


class RandomSearch(Strategy):
    """Every gene drawn uniformly: the baseline that a search has to beat."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The next `population` random sub-networks."""
        count = min(n, self.population)
        drawn = self.problem.sample_new(count, self._rng(cycle), self._seen)
        return [Proposal(genotype, cycle) for genotype in drawn]


class Grid(Strategy):
    """Every sub-network of a small space, in the order of its genes.

    Those that miss a constraint that can be computed are left out.
    """

    _rest: Iterator[Genotypes] | None = None

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The next `population` sub-networks that were not proposed."""
        self._rest = self._rest or self._every()
        return [Proposal(g, cycle) for g in islice(self._rest, min(n, self.population))]

    def _every(self) -> Iterator[Genotypes]:
        space = self.problem.space
        for choice in product(*map(range, space.choices)):
            genotype = np.array(choice, dtype=np.int64)
            canonical = space.canonical(genotype)
            new = (canonical == genotype).all() and space.key(genotype) not in self._seen
            if new and self.problem.computed_violation(genotype[None])[0] == 0:
                yield genotype
