"""Exact costs of any sub-network, counted on the network itself once a combination of genes.

What a module of a network costs is decided by a few genes: those of its block, and perhaps of the
one before it. Which they are is found out: two sub-networks that differ in one gene are counted
part by part, and a part whose costs differ depends on that gene. After that each part is counted
twice for each combination of its own genes, the other genes drawn at random, and a sub-network
costs the sum of its parts. Whenever a count contradicts what is known of a part, the gene that was
overlooked is searched for.
"""

import threading
from collections.abc import Callable
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

_NONE = (0, 0, 0)
_MOST_COMBINATIONS = 5_000  # of the genes of one part that are counted for one question
_RANDOM = 6  # sub-networks that are counted at first, to find overlooked genes

_Key = tuple[int, ...]


@dataclass
class _Part:
    """The genes that decide what a part costs, and what it costs by their choices."""

    genes: tuple[int, ...] = ()
    known: dict[_Key, tuple[int, int, int]] = field(default_factory=dict)

    def key(self, genotype: Genotypes) -> _Key:
        return tuple(genotype[list(self.genes)].tolist())


@dataclass(frozen=True)
class _Counted:
    """A canonical sub-network and what its parts cost."""

    genotype: Genotypes
    parts: "PartCosts"

    def cost(self, name: str) -> tuple[int, int, int]:
        return self.parts.get(name, _NONE)


class CountedCosts:
    """Counts the sub-networks of a space that `build` makes, with example inputs. Thread-safe.

    `whose` names the supernet in errors.
    """

    def __init__(
        self,
        space: SearchSpace,
        build: Callable[[Genotypes], tuple["nn.Module", Any]],
        whose: str,
    ) -> None:
        self._space, self._build, self._whose = space, build, whose
        self._parts: dict[str, _Part] = {}
        self._counted: dict[bytes, _Counted] = {}
        self._learnt = 0
        self._rng = np.random.default_rng(0)
        self._lock = threading.RLock()

    def costs(self, genotypes: Genotypes) -> Costs:
        """`(n, 3)` costs of `(n, genes)` genotypes.

        Raises DataError where too many sub-networks would have to be counted.
        """
        rows = self._space.canonical(np.atleast_2d(genotypes))
        with self._lock:
            if not self._counted:
                self._explore()
            while (total := self._sums(rows)) is None:
                pass
        return total

    def _sums(self, rows: Genotypes) -> Costs | None:
        """The costs; None where a count has corrected what was believed of a part."""
        total = np.zeros((len(rows), 3), dtype=np.int64)
        for name, part in list(self._parts.items()):
            if not part.genes:
                total += np.array(part.known.get((), _NONE))
                continue
            genes = list(part.genes)
            numbers = np.ravel_multi_index(rows[:, genes].T, self._space.choices[genes])
            _, first, place = np.unique(numbers, return_index=True, return_inverse=True)
            distinct = rows[first]
            missing = [row for row in distinct if part.key(row) not in part.known]
            if len(missing) > _MOST_COMBINATIONS:
                raise self._too_many()
            for row in missing:
                self._count(row)
                self._count(self._elsewhere(row, genes))
            if self._parts[name] is not part:
                return None
            costs = np.array([part.known[part.key(row)] for row in distinct], dtype=np.int64)
            total += costs[place.reshape(-1)]
        return total if len(total) == len(rows) else None

    def _elsewhere(self, row: Genotypes, genes: list[int]) -> Genotypes:
        """A random sub-network with some genes of `row`, whose part has to cost the same."""
        drawn = self._space.sample(1, self._rng)[0]
        drawn[genes] = row[genes]
        return self._space.canonical(drawn)

    def _too_many(self) -> DataError:
        return DataError(
            f"The costs of {self._whose} depend on too many combinations of genes to be counted. "
            "Define macs_params of the supernet, which computes them."
        )

    def _explore(self) -> None:
        """Count both ends of the space, each gene changed at both, and some at random."""
        for end in (self._space.largest, self._space.smallest):
            self._count(end)
            for gene, choices in enumerate(self._space.choices.tolist()):
                changed = end.copy()
                changed[gene] = 0 if end[gene] else choices - 1
                self._count(self._space.canonical(changed))
        for genotype in self._space.sample(_RANDOM, self._rng):
            self._count(genotype)

    def _count(self, genotype: Genotypes) -> None:
        """Count a sub-network, and correct what was believed of its parts."""
        self._known(genotype)
        while self._learnt < len(self._counted):
            counted = list(self._counted.values())[self._learnt]
            self._learnt += 1
            for name in counted.parts:
                if name not in self._parts:
                    self._parts[name] = self._settled(name, ())
            for name, part in list(self._parts.items()):
                cost = counted.cost(name)
                if part.known.setdefault(part.key(counted.genotype), cost) != cost:
                    self._parts[name] = self._settled(name, part.genes)

    def _known(self, genotype: Genotypes) -> _Counted:
        """The sub-network, counted if it has not been."""
        from engine.supernets.counting import count_by_part

        key = self._space.key(genotype)
        if key not in self._counted:
            self._counted[key] = _Counted(genotype, count_by_part(*self._build(genotype)))
        return self._counted[key]

    def _settled(self, name: str, genes: tuple[int, ...]) -> _Part:
        """What all counted sub-networks say of a part, with as many more genes as that takes."""
        while True:
            part = _Part(genes)
            contradicting = None
            for counted in list(self._counted.values()):
                cost = counted.cost(name)
                if part.known.setdefault(part.key(counted.genotype), cost) != cost:
                    contradicting = counted
                    break
            if contradicting is None:
                return part
            key = part.key(contradicting.genotype)
            other = next(c for c in self._counted.values() if part.key(c.genotype) == key)
            overlooked = self._overlooked(name, contradicting, other)
            genes = tuple(sorted({*genes, overlooked}))

    def _overlooked(self, name: str, one: _Counted, other: _Counted) -> int:
        """A gene in which two sub-networks differ, and that changes what the part costs."""
        between = one.genotype.copy()
        differing = np.flatnonzero(one.genotype != other.genotype).tolist()
        for gene in differing[:-1]:
            between[gene] = other.genotype[gene]
            if self._known(self._space.canonical(between)).cost(name) != one.cost(name):
                return int(gene)
        return int(differing[-1])
