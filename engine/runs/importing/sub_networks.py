"""SubNetworks: the genotypes and exact metrics of the rows of a results CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.runs.importing.configs import ConfigProblem, encode_configs
from engine.space import Genotypes
from engine.supernets.base import Supernet

_BATCH_SIZE = 20_000  # configurations that are encoded at once, to limit memory


@dataclass(frozen=True)
class SubNetworks:
    """The sub-networks of `n` rows in a supernet.

    `genotypes` is `(n, genes)`, `exact` is `(n,)` by metric. For rows in `problems`, which have no
    sub-network, both are meaningless.
    """

    genotypes: Genotypes
    exact: Mapping[str, npt.NDArray[np.float64]]
    problems: Mapping[int, ConfigProblem]

    @property
    def macs(self) -> npt.NDArray[np.float64]:
        """`(n,)` the MACs; NaN in a supernet that counts none, such as one of choices."""
        return self.exact.get("macs", np.full(len(self.genotypes), np.nan))


def read_sub_networks(configs: Sequence[str], supernet: Supernet) -> SubNetworks:
    """The sub-networks of `supernet` for configurations given as text."""
    genotypes = np.zeros((len(configs), len(supernet.space.genes)), dtype=np.int64)
    problems: dict[int, ConfigProblem] = {}
    for start in range(0, len(configs), _BATCH_SIZE):
        encoded_configs = encode_configs(configs[start : start + _BATCH_SIZE], supernet.space)
        genotypes[start : start + _BATCH_SIZE] = encoded_configs.genotypes
        problems.update(
            (start + index, problem) for index, problem in encoded_configs.problems.items()
        )
    return SubNetworks(genotypes, supernet.exact_metrics(genotypes), problems)
