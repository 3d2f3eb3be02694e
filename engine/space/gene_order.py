"""All genotypes of a space in the order of their genes, some at a time."""

from collections.abc import Iterator

import numpy as np

from engine.space.search_space import Genotypes, SearchSpace

_BLOCK = 1024  # genotypes that are made at once


def is_traversable(space: SearchSpace) -> bool:
    """Whether `genotypes_in_order` has the first genotypes of a space of any size at once.

    That is so where no gene switches another: every combination of choices is then canonical.
    """
    return all(gene.switch is None for gene in space.genes)


def genotypes_in_order(space: SearchSpace) -> Iterator[Genotypes]:
    """Blocks `(n, genes)` of all canonical genotypes; the last gene changes first.

    Where the space is not traversable, all are in one block, which fits into the memory for small
    spaces only.
    """
    if not is_traversable(space):
        yield space.all_genotypes()
        return
    for first in range(0, space.size, _BLOCK):
        yield _combinations(space, range(first, min(first + _BLOCK, space.size)))


def _combinations(space: SearchSpace, numbers: range) -> Genotypes:
    """`(n, genes)` the combinations with these numbers; the last gene is the last digit."""
    quotients = np.array(numbers, dtype=object)  # numbers may be larger than any integer of numpy
    genotypes = np.empty((len(numbers), len(space.genes)), dtype=np.int64)
    for gene in reversed(range(len(space.genes))):
        count = int(space.choices[gene])
        genotypes[:, gene] = quotients % count
        quotients = quotients // count
    return genotypes
