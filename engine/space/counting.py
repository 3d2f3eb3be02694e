"""The number of distinct sub-networks of a space, and an index of them."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.space.conditions import Conditions

Genotypes = npt.NDArray[np.int64]

_EXACT = 2**62  # larger counts need Python's integers


@dataclass(frozen=True)
class SubNetworkIndex:
    """A bijection between the numbers from 0 to before `size` and the canonical genotypes.

    Genes form trees, each under a gene without a switch. A tree counts, for every choice of its
    gene, the product of the trees that this choice turns on; a tree that is off counts once.
    """

    conditions: Conditions

    @cached_property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        return math.prod(self._counts[root] for root in self._roots)

    def genotypes(self, numbers: list[int]) -> Genotypes:
        """`(n, genes)` canonical genotypes of the `(n,)` numbers."""
        dtype = np.int64 if self.size < _EXACT else object
        genotypes = np.zeros((len(numbers), len(self._counts)), dtype=np.int64)
        tree_numbers = dict(self._tree_numbers(np.array(numbers, dtype=dtype), self._roots))
        rows = {root: np.arange(len(numbers)) for root in self._roots}
        for index in self.conditions.topological_order:
            if index not in rows:
                continue
            number, first = tree_numbers.pop(index), 0
            for (low, high), children in self.conditions.segments(index):
                form_count = math.prod(self._counts[child] for child in children)
                last = first + (high - low) * form_count
                is_inside = np.asarray((number >= first) & (number < last), dtype=bool)
                remainder = number[is_inside] - first
                genotypes[rows[index][is_inside], index] = low + (remainder // form_count).astype(
                    np.int64
                )
                for child, child_numbers in self._tree_numbers(remainder % form_count, children):
                    if child in tree_numbers:
                        tree_numbers[child] = np.concatenate([tree_numbers[child], child_numbers])
                        rows[child] = np.concatenate([rows[child], rows[index][is_inside]])
                    else:
                        tree_numbers[child], rows[child] = child_numbers, rows[index][is_inside]
                first = last
        return genotypes

    @cached_property
    def _roots(self) -> tuple[int, ...]:
        return tuple(i for i, gene in enumerate(self.conditions.genes) if gene.switch is None)

    @cached_property
    def _counts(self) -> dict[int, int]:
        """The number of forms of the tree under each gene while that gene is on."""
        counts: dict[int, int] = {}
        for index in reversed(self.conditions.topological_order):
            counts[index] = sum(
                (high - low) * math.prod(counts[child] for child in children)
                for (low, high), children in self.conditions.segments(index)
            )
        return counts

    def _tree_numbers(
        self, numbers: npt.NDArray[np.int64], genes: tuple[int, ...]
    ) -> list[tuple[int, npt.NDArray[np.int64]]]:
        """The numbers of independent trees, from the numbers of their combinations."""
        tree_numbers = []
        for gene in genes:
            tree_numbers.append((gene, numbers % self._counts[gene]))
            numbers = numbers // self._counts[gene]
        return tree_numbers

    def random_traversal(self, rng: np.random.Generator) -> tuple[int, int]:
        """A first number and a step that visit every number once, in pseudo-random order."""
        low, high = rng.integers(0, 2**31, 2).tolist()
        start, stride = low % self.size, (high * self.size // 2**31) | 1
        while math.gcd(stride, self.size) != 1:
            stride += 1
        return start, stride
