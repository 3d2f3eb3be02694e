"""Exact costs of sub-networks, from the sizes of their parts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes
from engine.supernets.elastic.structure import Count, Kernel, Structure, Term, Width

_BLOCK = 2_000  # genotypes at a time, for memory


class CostTable:
    """MACs and parameters of the sub-networks of a structure."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        kinds = (structure.macs, structure.params, structure.state)
        self._tables = tuple(_Terms(structure, terms) for terms in kinds)

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` MACs for one input, and parameters, of `(n, genes)` genotypes."""
        return self.costs(genotypes)[:, :2]

    def costs(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 3)` MACs, parameters and bytes of the state dict of `(n, genes)` genotypes."""
        structure = self._structure
        rows = structure.space.rows(genotypes)
        if len(rows) > _BLOCK:
            parts = [rows[first : first + _BLOCK] for first in range(0, len(rows), _BLOCK)]
            return np.vstack([self.costs(part) for part in parts])
        variables = self._variables(rows)
        blocks = self._blocks(rows)
        resolution = rows[:, 0] if structure.resolutions else np.zeros(len(rows), dtype=np.int64)
        return np.stack([t.totals(variables, blocks, resolution) for t in self._tables], axis=1)

    def _variables(self, rows: Genotypes) -> npt.NDArray[np.float64]:
        """`(variables, n)` units of each width and sizes of each kernel."""
        structure = self._structure
        columns = [*structure.positions["widths"], *structure.positions["kernels"]]
        parts: tuple[Width | Kernel, ...] = (*structure.widths, *structure.kernels)
        values = np.empty((len(columns), len(rows)))
        for number, (column, part) in enumerate(zip(columns, parts, strict=True)):
            values[number] = np.array(part.choices)[rows[:, column]]
        return values

    def _blocks(self, rows: Genotypes) -> dict[str, npt.NDArray[np.bool_]]:
        """`(n,)` whether each block that can be skipped stays."""
        structure = self._structure
        stays: dict[str, npt.NDArray[np.bool_]] = {}
        for column, stage in zip(structure.positions["stages"], structure.stages, strict=True):
            kept = stage.least + rows[:, column]
            stays |= {block: kept > rank for rank, block in enumerate(stage.blocks)}
        return stays


class _Terms:
    """Terms, those of one block and the same sizes added up."""

    def __init__(self, structure: Structure, terms: Sequence[Term]) -> None:
        resolutions = max(1, len(structure.resolutions))
        grouped: dict[tuple[str, tuple[Count, ...]], npt.NDArray[np.float64]] = {}
        for term in terms:
            sizes = tuple(sorted(term.sizes, key=repr))
            factors = np.broadcast_to(np.array(term.factors, dtype=float), resolutions)
            key = (term.block, sizes)
            grouped[key] = grouped.get(key, np.zeros(resolutions)) + factors
        counts = sorted({c for _, sizes in grouped for c in sizes}, key=repr)
        self._counts = counts
        index = {count: number for number, count in enumerate(counts)}
        self._terms = [
            (block, [index[c] for c in sizes], factors)
            for (block, sizes), factors in grouped.items()
        ]

    def totals(
        self,
        variables: npt.NDArray[np.float64],
        blocks: dict[str, npt.NDArray[np.bool_]],
        resolution: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.int64]:
        """`(n,)` sums of all terms."""
        sizes = []
        for count in self._counts:
            size = np.full(variables.shape[1], float(count.constant))
            for variable, coefficient in count.terms:
                size += coefficient * variables[variable]
            sizes.append(size)
        sums: dict[str, npt.NDArray[np.float64]] = {}
        for block, numbers, factors in self._terms:
            product = factors[resolution] if len(factors) > 1 else factors[0]
            for number in numbers:
                product = product * sizes[number]
            sums[block] = sums.get(block, 0.0) + product
        total = np.zeros(variables.shape[1])
        for block, value in sums.items():
            total += value * blocks[block] if block in blocks else value
        return np.rint(total).astype(np.int64)
