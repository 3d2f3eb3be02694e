"""Sub-networks that are spread evenly over multiply-adds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.space import SearchSpace

Genotypes = npt.NDArray[np.int64]

_CANDIDATES = 32  # for each wanted network
_LEAST_MEAN = 0.01  # position among the choices of a gene, from 0 to 1


class CountedNetworks(Protocol):
    """A space whose sub-networks are counted."""

    @property
    def space(self) -> SearchSpace:
        """All sub-networks."""

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` multiply-adds and parameters of `(n, genes)` genotypes."""


def spread_networks(network: CountedNetworks, n: int, rng: np.random.Generator) -> Genotypes:
    """`(n, genes)` random sub-networks, one in each of `n` equal parts of the range of MACs.

    Uniformly random choices would nearly all have medium MACs.
    """
    low, high = macs_range(network)
    targets = low + (high - low) * (np.arange(n) + rng.random(n)) / n
    return nearest_networks(network, targets, rng)


def nearest_networks(
    network: CountedNetworks, targets: npt.NDArray[np.float64], rng: np.random.Generator
) -> Genotypes:
    """`(n, genes)` random sub-networks whose MACs are close to the `n` targets."""
    candidates = tilted_networks(network.space, _CANDIDATES * len(targets), rng)
    macs = network.macs_params(candidates)[:, 0].reshape(len(targets), _CANDIDATES)
    closest = np.abs(macs - targets[:, None]).argmin(1)
    genotypes: Genotypes = candidates[closest + np.arange(len(targets)) * _CANDIDATES]
    return genotypes


def tilted_networks(space: SearchSpace, n: int, rng: np.random.Generator) -> Genotypes:
    """`(n, genes)` random sub-networks, each with a random preference for small or large choices.

    Positions among the choices of a gene have a beta distribution whose mean is the preference of
    the sub-network; with that of 1/2 they are uniform.
    """
    means = rng.random(n).clip(_LEAST_MEAN, 1 - _LEAST_MEAN)[:, None]
    positions = rng.beta(2 * means, 2 * (1 - means), (n, len(space.genes)))
    is_falling = space.directions < 0
    positions[:, is_falling] = 1 - positions[:, is_falling]
    indices = np.minimum(positions * space.choices, space.choices - 1)
    return space.canonical(indices.astype(np.int64))


def macs_range(network: CountedNetworks) -> tuple[int, int]:
    """The MACs of the smallest and of the largest sub-network."""
    ends = np.vstack([network.space.smallest, network.space.largest])
    low, high = network.macs_params(ends)[:, 0].tolist()
    return low, high


def uniform_networks(network: CountedNetworks, shares: Sequence[float]) -> Genotypes:
    """`(n, genes)` sub-networks of about `n` shares of the largest one's MACs, alike in all genes.

    Every gene has the choice that is closest to the same share of its largest number. Genes of
    which that changes at the same share change one after another, so that MACs rise in small steps.
    """
    candidates = _uniform_path(network.space)
    macs = network.macs_params(candidates)[:, 0]
    targets = np.asarray(shares)[:, None] * macs_range(network)[1]
    genotypes: Genotypes = candidates[np.abs(macs[None] - targets).argmin(1)]
    return genotypes


def _uniform_path(space: SearchSpace) -> Genotypes:
    """`(n, genes)` sub-networks from the smallest to the largest, each part of the next one."""
    row = np.zeros(len(space.genes), dtype=np.int64)
    changes = []
    for column, gene in enumerate(space.genes):
        values = gene.values(np.arange(len(gene.choices)))
        order = np.argsort(values)
        row[column] = order[0]
        for smaller, larger in pairwise(order):
            share = (values[smaller] + values[larger]) / 2 / values[order[-1]]
            changes.append((float(share), column, int(larger)))
    rows = [row.copy()]
    for _, column, choice in sorted(changes):
        row[column] = choice
        rows.append(row.copy())
    return space.canonical(np.array(rows))
