"""The distinct sub-networks of a space, counted and numbered."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.space.conditions import Conditions

Genotypes = npt.NDArray[np.int64]

_EXACT = 2**62  # larger counts are computed with Python's whole numbers


@dataclass(frozen=True)
class SubNetworkIndex:
    """A bijection between the numbers from 0 to before `size` and the canonical genotypes.

    Genes form trees, each under a gene without a switch. A tree counts, for every choice of its
    gene, the product of the trees that this choice turns on; what it turns off counts once.
    """

    conditions: Conditions

    @cached_property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        return math.prod(self._counts[root] for root in self._roots)

    def genotypes(self, numbers: list[int]) -> Genotypes:
        """`(n, genes)` canonical genotypes of the `(n,)` numbers."""
        kind = np.int64 if self.size < _EXACT else object
        found = np.zeros((len(numbers), len(self._counts)), dtype=np.int64)
        within = dict(self._split(np.array(numbers, dtype=kind), self._roots))
        rows = {root: np.arange(len(numbers)) for root in self._roots}
        for index in self.conditions.order:
            if index not in rows:
                continue
            number, first = within.pop(index), 0
            for (low, high), children in self.conditions.segments(index):
                each = math.prod(self._counts[child] for child in children)
                last = first + (high - low) * each
                there = np.asarray((number >= first) & (number < last), dtype=bool)
                rest = number[there] - first
                found[rows[index][there], index] = low + (rest // each).astype(np.int64)
                for child, share in self._split(rest % each, children):
                    if child in within:
                        within[child] = np.concatenate([within[child], share])
                        rows[child] = np.concatenate([rows[child], rows[index][there]])
                    else:
                        within[child], rows[child] = share, rows[index][there]
                first = last
        return found

    @cached_property
    def _roots(self) -> tuple[int, ...]:
        return tuple(i for i, gene in enumerate(self.conditions.genes) if gene.switch is None)

    @cached_property
    def _counts(self) -> dict[int, int]:
        """How many forms the tree under each gene has while that gene is on."""
        counts: dict[int, int] = {}
        for index in reversed(self.conditions.order):
            counts[index] = sum(
                (high - low) * math.prod(counts[child] for child in children)
                for (low, high), children in self.conditions.segments(index)
            )
        return counts

    def _split(
        self, numbers: npt.NDArray[np.int64], genes: tuple[int, ...]
    ) -> list[tuple[int, npt.NDArray[np.int64]]]:
        """The number of each of some independent trees in a number of all of them together."""
        shares = []
        for gene in genes:
            shares.append((gene, numbers % self._counts[gene]))
            numbers = numbers // self._counts[gene]
        return shares

    def walk(self, rng: np.random.Generator) -> tuple[int, int]:
        """A first number and a step that visit every number once, in no evident order."""
        low, high = rng.integers(0, 2**31, 2).tolist()
        start, stride = low % self.size, (high * self.size // 2**31) | 1
        while math.gcd(stride, self.size) != 1:
            stride += 1
        return start, stride
