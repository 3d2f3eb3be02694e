"""Cost tables: exact MACs and parameters of sub-networks without building them.

Both are sums of terms, and each term depends on a few genes: those of a block, of the stem, of the
classifier. The table is counted once with fvcore, on the parts of an elastic network.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import DataError
from engine.space import Genotypes, SearchSpace

if TYPE_CHECKING:
    from torch import nn

_MAX_BYTES = 100 * regular_file.MB
_T = TypeVar("_T")
Counter = Callable[["nn.Module", tuple[int, ...]], tuple[int, int]]
"""Counts two additive costs of a module for inputs of a shape."""
Costs = npt.NDArray[np.int64]
"""`(..., 2)` MACs and parameters."""
Sums = npt.NDArray[np.int64 | np.float64]
"""`(..., k)` whole numbers, or floating-point ones, of a table of either."""


@dataclass(frozen=True)
class CostTerm:
    """The `costs` `(choices of each of genes, k)` of a part of the network.

    A part with an inactive gene is absent and costs nothing.
    """

    genes: tuple[int, ...]
    costs: Sums


@dataclass(frozen=True)
class CostTable:
    """`base` `(k,)` costs of the fixed parts, and the `terms`.

    The `k` costs are MACs and parameters, or others that are sums over the parts.
    """

    base: Sums
    terms: tuple[CostTerm, ...]

    def macs_params(self, space: SearchSpace, genotypes: Genotypes) -> Costs:
        """`(n, 2)` MACs and parameters of `(n, genes)` genotypes; raises as `space.rows` does."""
        return self.sums(space, genotypes).astype(np.int64, copy=False)

    def sums(self, space: SearchSpace, genotypes: Genotypes) -> Sums:
        """`(n, k)` costs of `(n, genes)` genotypes; raises as `space.rows` does."""
        rows = space.rows(genotypes)
        if not self.terms:
            return np.repeat(self.base[None], len(rows), axis=0)
        strides, starts, costs = self._flat_costs
        choices = np.ascontiguousarray(rows.T)
        active = np.ascontiguousarray(space.active(rows).T)
        indices, is_present = np.repeat(starts[:, None], len(rows), axis=1), True
        for genes, stride in zip(self._padded_genes.T, strides.T, strict=True):
            indices += choices.take(genes, axis=0) * stride[:, None]
            is_present &= active.take(genes, axis=0)
        parts = costs.take(np.where(is_present, indices, len(costs) - 1), axis=0)
        total: Sums = self.base + parts.sum(axis=0)
        return total

    @cached_property
    def _padded_genes(self) -> npt.NDArray[np.int64]:
        """`(terms, width)` the genes of each term, padded by repeating its last gene."""
        width = max(len(term.genes) for term in self.terms)
        return np.array([t.genes + t.genes[-1:] * (width - len(t.genes)) for t in self.terms])

    @cached_property
    def _flat_costs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Sums]:
        """The strides of the genes of each term, the first row of its costs, and the rows of costs.

        The last row is zero: the costs of an absent term.
        """
        strides = np.zeros(self._padded_genes.shape, dtype=np.int64)
        for row, term in zip(strides, self.terms, strict=True):
            sizes = term.costs.shape[1:-1]
            row[: len(term.genes)] = np.cumprod((1, *sizes[::-1]))[::-1]
        flat = [term.costs.reshape(-1, term.costs.shape[-1]) for term in self.terms]
        starts = np.cumsum([0, *(len(costs) for costs in flat[:-1])])
        return strides, starts, np.concatenate([*flat, np.zeros_like(flat[0][:1])])

    @classmethod
    def read(cls, path: Path) -> "CostTable":
        """The table in `path`; raises DataError if it is damaged."""
        return _read(path, cls.from_dict)

    def write(self, path: Path) -> None:
        """Write the table as JSON, for `read`."""
        path.write_text(json.dumps(self.to_dict(), separators=(",", ":")) + "\n")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "CostTable":
        """The table of `to_dict`; raises KeyError or ValueError for other data."""
        terms = tuple(CostTerm(tuple(t["genes"]), np.array(t["costs"])) for t in data["terms"])
        return cls(np.array(data["base"]), terms)

    def to_dict(self) -> dict[str, Any]:
        """The table as plain data."""
        terms = [{"genes": list(t.genes), "costs": t.costs.tolist()} for t in self.terms]
        return {"base": self.base.tolist(), "terms": terms}


def read_tables(path: Path) -> dict[int, CostTable]:
    """The tables in `path` by input resolution; raises DataError if it is damaged."""
    return _read(
        path, lambda data: {int(r): CostTable.from_dict(table) for r, table in data.items()}
    )


def write_tables(path: Path, tables: Mapping[int, CostTable]) -> None:
    """Write tables by input resolution as JSON, for `read_tables`."""
    data = {str(r): table.to_dict() for r, table in tables.items()}
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n")


def _read(path: Path, parse: Callable[[Any], _T]) -> _T:
    try:
        return parse(json.loads(regular_file.read_text(path, _MAX_BYTES)))
    except (
        OSError, AttributeError, KeyError, TypeError, ValueError, RecursionError
    ) as error:  # fmt: skip
        raise DataError(
            f"The cost table {path} cannot be read ({error}). Restore it from the repository, "
            "or write it anew with python -m engine.supernets.builtin.costs, or "
            "python -m engine.supernets.ofa.costs for the Once-for-All supernets."
        ) from error


def count(module: "nn.Module", input_shape: tuple[int, ...]) -> tuple[int, int]:
    """MACs of one input and parameters of a module, counted by fvcore with batch-norm left out.

    An inference engine folds batch-norm into the convolution before it, so it costs nothing.

    >>> from torch.nn import Linear
    >>> count_costs(Linear(8, 4, bias=False), (8,))
    (32, 32)
    """
    import torch

    from engine.compat.fvcore import FlopCountAnalysis

    module.eval()
    analysis = FlopCountAnalysis(module, torch.zeros(1, *input_shape))
    # Handles of known operators go before None, which ignores unknown ones only.
    analysis.set_op_handle("aten::batch_norm", lambda inputs, outputs: 0)
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return int(analysis.total()), sum(p.numel() for p in module.parameters())


def count_state(module: "nn.Module", input_shape: tuple[int, ...]) -> tuple[int, int]:
    """The numbers of floating-point and of 64-bit integer values in the state dict of a module.

    Besides the parameters it holds the mean, the variance and the counter of each batch-norm.
    """
    tensors = list(module.state_dict().values())
    floats = sum(t.numel() for t in tensors if t.is_floating_point())
    return floats, sum(t.numel() for t in tensors) - floats


def state_bytes(table: CostTable, space: SearchSpace, genotypes: Genotypes) -> Costs:
    """`(n,)` bytes of state dicts in fp32, from a table counted with `count_state`."""
    sizes: Costs = table.macs_params(space, genotypes) @ np.array([4, 8])
    return sizes


def build(net: Any, input_shape: tuple[int, int, int], count: "Counter" = count) -> CostTable:
    """Count an elastic MobileNet of `ofa` block by block, in every kernel and expansion."""
    kernels, expands = net.ks_list, net.expand_ratio_list
    net.set_active_subnet(ks=min(kernels), e=min(expands), d=max(net.depth_list))
    total = np.array(count(net.get_active_subnet(), input_shape))
    blocks = net.blocks[1:]
    terms = []
    for index, (block, (channels, height, width)) in enumerate(
        zip(blocks, _block_inputs(net, input_shape), strict=True)
    ):
        variants = np.zeros((len(kernels), len(expands), 2), dtype=np.int64)
        for i, block.conv.active_kernel_size in enumerate(kernels):
            for j, block.conv.active_expand_ratio in enumerate(expands):
                sub_block = block.conv.get_active_subnet(channels)
                variants[i, j] = count(sub_block, (channels, height, width))
        terms.append(CostTerm((index, len(blocks) + index), variants))
    return CostTable(total - sum(term.costs[0, 0] for term in terms), tuple(terms))


def _block_inputs(net: "nn.Module", shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """The input shape `(channels, height, width)` of each elastic block."""
    import torch

    inputs: list[tuple[int, int, int]] = []
    hooks = [
        block.register_forward_pre_hook(lambda _, args: inputs.append(tuple(args[0].shape[1:])))
        for block in net.blocks[1:]  # type: ignore[index]
    ]
    with torch.no_grad():
        net.eval()(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    return inputs
