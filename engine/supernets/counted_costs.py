"""Exact costs of any sub-network, counted on the networks once per combination of genes.

The costs of a part, a module of a network, depend on a few genes: those of its block, and perhaps
of the previous block. These genes are detected: two sub-networks that differ in one gene are
counted part by part, and a part with different costs depends on that gene. Then each part is
counted twice for each combination of its genes, with the other genes drawn at random, and the costs
of a sub-network are the sum over its parts. If a count contradicts the costs of a part, the
overlooked gene is searched for.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.space import Genotypes, SearchSpace

if TYPE_CHECKING:
    from torch import nn

    from engine.supernets.counting import PartCosts


Costs = npt.NDArray[np.int64]
"""`(n, 3)` MACs, parameters and bytes of the state dict."""

_ZERO = (0, 0, 0)
_MAX_COMBINATIONS = 5_000  # of the genes of one part that are counted in one call
_RANDOM_NETWORKS = 6  # counted initially, to find overlooked genes
_SMALL_SPACE = 64  # sub-networks, all of which are counted
_MAX_CATEGORIES = 8  # choices without an order that are tried at first

_Key = tuple[int, ...]


@dataclass
class _PartModel:
    """The genes that the costs of a part depend on, and the costs by their choices."""

    genes: tuple[int, ...] = ()
    costs_by_choices: dict[_Key, tuple[int, int, int]] = field(default_factory=dict)

    def key(self, genotype: Genotypes) -> _Key:
        return tuple(genotype[list(self.genes)].tolist())


@dataclass(frozen=True)
class _CountedNetwork:
    """A canonical sub-network and the costs of its parts."""

    genotype: Genotypes
    parts: "PartCosts"

    def cost(self, name: str) -> tuple[int, int, int]:
        return self.parts.get(name, _ZERO)


class CountedCosts:
    """Counts the costs of the sub-networks of a space. Thread-safe.

    `whose` names the supernet in errors.
    """

    def __init__(
        self,
        space: SearchSpace,
        build: Callable[[Genotypes], tuple["nn.Module", Any]],
        supernet_name: str,
    ) -> None:
        self._space, self._build, self._supernet_name = space, build, supernet_name
        self._parts: dict[str, _PartModel] = {}
        self._counted: dict[bytes, _CountedNetwork] = {}
        self._processed = 0
        self._rng = np.random.default_rng(0)
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.RLock()

    def costs(self, genotypes: Genotypes) -> Costs:
        """`(n, 3)` costs of `(n, genes)` genotypes.

        Raises DataError if too many sub-networks would have to be counted.
        """
        rows = self._space.canonical(np.atleast_2d(genotypes))
        with self._lock:
            if not self._counted:
                self._count_initial()
            while (total := self._sum_parts(rows)) is None:
                pass
        return total

    def _sum_parts(self, rows: Genotypes) -> Costs | None:
        """The costs; None if a count has changed the model of a part."""
        total = np.zeros((len(rows), 3), dtype=np.int64)
        for name, part in list(self._parts.items()):
            if not part.genes:
                total += np.array(part.costs_by_choices.get((), _ZERO))
                continue
            genes = list(part.genes)
            combinations = np.ravel_multi_index(rows[:, genes].T, self._space.choices[genes])
            _, first_rows, inverse = np.unique(combinations, return_index=True, return_inverse=True)
            distinct = rows[first_rows]
            missing = [row for row in distinct if part.key(row) not in part.costs_by_choices]
            if len(missing) > _MAX_COMBINATIONS:
                raise self._too_many_error()
            for row in missing:
                self._count_and_update(row)
                self._count_and_update(self._random_variant(row, genes))
            if self._parts[name] is not part:
                return None
            costs = np.array(
                [part.costs_by_choices[part.key(row)] for row in distinct], dtype=np.int64
            )
            total += costs[inverse.reshape(-1)]
        return total if len(total) == len(rows) else None

    def _random_variant(self, row: Genotypes, genes: list[int]) -> Genotypes:
        """A random sub-network with these genes of `row`: their part must have the same costs."""
        variant = self._space.sample(1, self._rng)[0]
        variant[genes] = row[genes]
        return self._space.canonical(variant)

    def _too_many_error(self) -> DataError:
        return DataError(
            f"The costs of {self._supernet_name} depend on too many combinations of genes to be "
            "counted. Define macs_params of the supernet, which computes them."
        )

    def _count_initial(self) -> None:
        """Count a small space completely; otherwise the ends, variants of them, and a sample."""
        if self._space.size <= _SMALL_SPACE:
            for genotype in self._space.all_genotypes():
                self._count_and_update(genotype)
            return
        for end in (self._space.largest, self._space.smallest):
            self._count_and_update(end)
            for gene in range(len(self._space.genes)):
                for variant in self._variants(end, gene):
                    self._count_and_update(variant)
        for genotype in self._space.sample(_RANDOM_NETWORKS, self._rng):
            self._count_and_update(genotype)

    def _variants(self, end: Genotypes, gene: int) -> Iterator[Genotypes]:
        """Canonical genotypes that differ in a gene, near `end` but with the gene switched on."""
        base = end.copy()
        switched, switch = gene, self._space.genes[gene].switch
        conditions = self._space.conditions
        while switch is not None:
            if not conditions.turns_on(switched, int(base[switch])):
                base[switch] = conditions.highest_enabling_choice(switched)
            switched, switch = switch, self._space.genes[switch].switch
        count = int(self._space.choices[gene])
        is_categorical = not self._space.genes[gene].ordered
        indices = range(min(count, _MAX_CATEGORIES)) if is_categorical else (0, count - 1)
        for index in dict.fromkeys(indices):
            variant = base.copy()
            variant[gene] = index
            yield self._space.canonical(variant)

    def _count_and_update(self, genotype: Genotypes) -> None:
        """Count a sub-network, and update the models of its parts."""
        self._counted_network(genotype)
        while self._processed < len(self._counted):
            network = list(self._counted.values())[self._processed]
            self._processed += 1
            for name in network.parts:
                if name not in self._parts:
                    self._parts[name] = self._fit_part(name, ())
            for name, part in list(self._parts.items()):
                cost = network.cost(name)
                if part.costs_by_choices.setdefault(part.key(network.genotype), cost) != cost:
                    self._parts[name] = self._fit_part(name, part.genes)

    def _counted_network(self, genotype: Genotypes) -> _CountedNetwork:
        """The sub-network with its costs, counted at the first call."""
        from engine.supernets.counting import count_by_part

        key = self._space.key(genotype)
        if key not in self._counted:
            self._counted[key] = _CountedNetwork(genotype, count_by_part(*self._build(genotype)))
        return self._counted[key]

    def _fit_part(self, name: str, genes: tuple[int, ...]) -> _PartModel:
        """A model of a part that fits all counted sub-networks, with additional genes if needed."""
        while True:
            part = _PartModel(genes)
            contradiction = None
            for network in list(self._counted.values()):
                cost = network.cost(name)
                if part.costs_by_choices.setdefault(part.key(network.genotype), cost) != cost:
                    contradiction = network
                    break
            if contradiction is None:
                return part
            key = part.key(contradiction.genotype)
            other = next(c for c in self._counted.values() if part.key(c.genotype) == key)
            gene = self._overlooked_gene(name, contradiction, other)
            genes = tuple(sorted({*genes, gene}))

    def _overlooked_gene(self, name: str, first: _CountedNetwork, second: _CountedNetwork) -> int:
        """A gene in which two sub-networks differ and that changes the costs of the part."""
        intermediate = first.genotype.copy()
        genes = np.flatnonzero(first.genotype != second.genotype).tolist()
        for gene in genes[:-1]:
            intermediate[gene] = second.genotype[gene]
            network = self._counted_network(self._space.canonical(intermediate))
            if network.cost(name) != first.cost(name):
                return int(gene)
        return int(genes[-1])
