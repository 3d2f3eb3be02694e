"""Approaches that learn nothing: what a search has to beat, and what leaves nothing out."""

from collections.abc import Iterator
from itertools import islice

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
        genotypes = self.problem.allowed(space.every())
        for genotype, key in zip(genotypes, space.keys(genotypes), strict=True):
            if key not in self._seen:
                yield genotype
