"""The sub-networks that the rows of a results CSV are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.runs.importing.configs import ConfigProblem, encoded
from engine.space import Genotypes
from engine.supernets.base import Supernet

_BATCH = 20_000  # configurations that are held as dictionaries at once


@dataclass(frozen=True)
class SubNetworks:
    """What the configurations of `n` rows are in a supernet.

    `genotypes` `(n, genes)` and `exact`, `(n,)` by metric, hold nothing of use where `problems`
    say of a row why it has no sub-network.
    """

    genotypes: Genotypes
    exact: Mapping[str, npt.NDArray[np.float64]]
    problems: Mapping[int, ConfigProblem]


def sub_networks(configs: Sequence[str], supernet: Supernet) -> SubNetworks:
    """The sub-networks of `supernet` that configurations are of, as text."""
    genotypes = np.zeros((len(configs), len(supernet.space.genes)), dtype=np.int64)
    problems: dict[int, ConfigProblem] = {}
    for start in range(0, len(configs), _BATCH):
        part = encoded(configs[start : start + _BATCH], supernet.space)
        genotypes[start : start + _BATCH] = part.genotypes
        problems.update((start + place, problem) for place, problem in part.problems.items())
    return SubNetworks(genotypes, supernet.exact_metrics(genotypes), problems)
