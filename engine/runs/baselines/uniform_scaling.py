"""Uniform scaling: networks whose genes all have the same relative size, without any search.

All ordered genes grow together: widths, expansions, kernels, depth and resolution, as in compound
scaling (Tan and Le, EfficientNet, 2019). A gene with three choices has three sizes. Between two of
them, some genes are one step ahead of the others, spread evenly over the network.
"""

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes, SearchSpace
from engine.supernets.base import Supernet

SIZES = 10
_STEPS = 200  # relative sizes that are looked at: some supernets count MACs slowly
_GOLDEN_RATIO = (5**0.5 - 1) / 2


def uniform_genotypes(supernet: Supernet, sizes: int = SIZES) -> Genotypes:
    """`(n, genes)` up to `sizes` distinct canonical genotypes, smallest first, then the largest.

    Their MACs are nearest to values spread evenly over the range of the space. There are fewer
    where the space has fewer networks of this kind. Categorical genes have their first choice.
    """
    candidates = _canonical_chain(supernet.space)
    macs = supernet.exact_metrics(candidates)["macs"]
    wanted = np.linspace(macs.min(), macs.max(), sizes, endpoint=False)
    smaller = np.arange(len(candidates) - 1)
    chosen: list[int] = []
    for value in wanted:
        left = np.setdiff1d(smaller, chosen)
        if len(left):
            chosen.append(int(left[np.abs(macs[left] - value).argmin()]))
    order = sorted(chosen, key=lambda index: (macs[index], index))
    return candidates[[*order, len(candidates) - 1]]


def _canonical_chain(space: SearchSpace) -> Genotypes:
    """`(n, genes)` distinct canonical genotypes from the smallest to the largest, gene by gene."""
    size = np.linspace(0.0, 1.0, _STEPS + 1)[:, None]
    last = space.choices - 1
    ranks = np.minimum(np.floor(size * last + _offsets(space)).astype(np.int64), last)
    rising, falling = space.directions > 0, space.directions < 0
    rows = np.where(rising, ranks, np.where(falling, last - ranks, 0))
    rows[-1] = space.largest
    canonical = space.canonical(rows)
    _, reversed_first = np.unique(canonical[::-1], axis=0, return_index=True)  # keeps the largest
    return canonical[np.sort(len(canonical) - 1 - reversed_first)]


def _offsets(space: SearchSpace) -> npt.NDArray[np.float64]:
    """`(genes,)` how far each gene is ahead, in [0, 1) of a step.

    Multiples of the golden ratio spread the genes of a role evenly, however many there are.
    """
    offsets = np.zeros(len(space.genes))
    for role in {gene.role for gene in space.genes}:
        genes = list(space.genes_of(role))
        offsets[genes] = (np.arange(len(genes)) + 1) * _GOLDEN_RATIO % 1.0
    return offsets
