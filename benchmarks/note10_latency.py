"""Latencies of Once-for-All's MobileNetV3 w1.2 on a Samsung Note10, from the published table.

The table has the milliseconds of each layer by its shape. A block's time does not depend on other
blocks, so that the latency of a sub-network is a sum over its genes.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from ofa.nas.efficiency_predictor.latency_lookup_table import MBv3LatencyTable

from benchmarks.published_landscape import NOTE10_TABLE, published_file
from engine.meters import latency_table
from engine.pareto.front import Points
from engine.space import Genotypes, SearchSpace
from engine.supernets.ofa.networks import mobilenet_v3
from engine.supernets.ofa.official_file import OfficialFile

_RESOLUTION, _WIDTH = 224, 1.2
_TABLE = OfficialFile(
    "note10_224_lookup_table.yaml",
    "latencies of MobileNetV3 w1.2 on a Note10",
    "https://raw.githubusercontent.com/han-cai/files/master/ofa/note10/224_lookup_table.yaml",
)


class Latency:
    """Milliseconds of the sub-networks in the space of `ofa_mbv3_d234_e346_k357_w1.2`.

    Raises DataError if the table can neither be read nor downloaded.
    """

    def __init__(self, space: SearchSpace, table: Path | None = None) -> None:
        self._space = space
        path = table or published_file(NOTE10_TABLE, _TABLE)
        parts = latency_table.read(str(path)).parts
        self._table = MBv3LatencyTable.__new__(MBv3LatencyTable)  # its constructor downloads
        self._table.lut = {layer: {"mean": value} for layer, value in parts.items()}
        self._network = mobilenet_v3(_WIDTH)

    def milliseconds(self, genotypes: Genotypes) -> Points:
        """`(n,)` latencies of `(n, genes)` genotypes."""
        base, blocks = self._parts
        rows = self._space.canonical(np.atleast_2d(genotypes))
        kernels, expansions = rows[:, self._genes("ks")], rows[:, self._genes("e")]
        each = blocks[np.arange(len(blocks)), kernels, expansions]
        total: Points = base + (each * self._space.active(rows)[:, self._genes("ks")]).sum(axis=1)
        return total

    def of_network(self, genotype: Genotypes) -> float:
        """The latency of one sub-network, layer by layer."""
        config = self._space.to_config(genotype)
        self._network.set_active_subnet(ks=config["ks"], e=config["e"], d=config["d"])
        layers = self._network.get_active_net_config()
        return float(self._table.predict_network_latency_given_config(layers, _RESOLUTION))

    def _genes(self, group: str) -> list[int]:
        return [i for i, gene in enumerate(self._space.genes) if gene.group == group]

    @cached_property
    def _parts(self) -> tuple[float, Points]:
        """What all networks need, and `(blocks, kernels, expansions)` milliseconds of blocks."""
        depths, kernels, expansions = map(self._genes, ("d", "ks", "e"))
        smallest, deepest = self._space.smallest, self._space.smallest.copy()
        deepest[depths] = self._space.choices[depths] - 1
        blocks = np.zeros((len(kernels), 3, 3))
        for block, genes in enumerate(zip(kernels, expansions, strict=True)):
            for choices in np.ndindex(3, 3):
                blocks[block][choices] = self._longer(deepest, genes, choices)
        for stage, depth in enumerate(depths):
            for added in (1, 2):  # an optional block takes what a deeper stage takes longer
                longer = [
                    self._longer(smallest, [depth], [choice]) for choice in (added - 1, added)
                ]
                blocks[4 * stage + 1 + added] += longer[1] - longer[0]
        return self.of_network(smallest), blocks

    def _longer(self, start: Genotypes, genes: Sequence[int], choices: Sequence[int]) -> float:
        """How much longer a network takes with other choices for some genes than without."""
        changed = start.copy()
        changed[list(genes)] = choices
        return self.of_network(changed) - self.of_network(start)
