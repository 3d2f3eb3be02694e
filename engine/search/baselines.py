"""Approaches without learning: random search and exhaustive search."""

from collections.abc import Iterator
from itertools import islice

from engine.search.strategy import Proposal, Strategy
from engine.space import Genotypes
from engine.space.gene_order import genotypes_in_order


class RandomSearch(Strategy):
    """Draws every gene uniformly: the baseline of a search."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The next `population` random sub-networks, or as many as the workers need."""
        count = min(n, self.supplying_size(self.population))
        genotypes = self.problem.sample_new(count, self._rng(cycle), self._known_keys)
        return [Proposal(genotype, cycle) for genotype in genotypes]


class Grid(Strategy):
    """Proposes the sub-networks of a space in the order of its genes, until the budget is spent.

    Sub-networks that violate a computed constraint are left out.
    """

    _remaining_genotypes: Iterator[Genotypes] | None = None

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The next `population` sub-networks not yet proposed, or as many as the workers need."""
        self._remaining_genotypes = self._remaining_genotypes or self._unproposed_genotypes()
        count = min(n, self.supplying_size(self.population))
        return [Proposal(g, cycle) for g in islice(self._remaining_genotypes, count)]

    def _unproposed_genotypes(self) -> Iterator[Genotypes]:
        space = self.problem.space
        for block in genotypes_in_order(space):
            genotypes = self.problem.feasible_genotypes(block)
            for genotype, key in zip(genotypes, space.keys(genotypes), strict=True):
                if key not in self._known_keys:
                    yield genotype
