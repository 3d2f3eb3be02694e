"""Exact MACs and parameters of sub-networks from a table, without building them.

Both are sums over the active blocks of a number that depends on that block's kernel and expansion
alone, plus a constant for what every sub-network has. The table is counted once with fvcore:
`python -m engine.supernets.cost_table` rewrites the one that ships.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.space import Genotypes, SearchSpace

if TYPE_CHECKING:
    from torch import nn

SHIPPED = Path(__file__).parent / "fashion_cost_table.json"


@dataclass(frozen=True)
class CostTable:
    """`base` `(2,)` of what is always there; `blocks` `(blocks, kernels, expands, 2)` per block.

    The last axis is (MACs, parameters).
    """

    base: npt.NDArray[np.int64]
    blocks: npt.NDArray[np.int64]

    def macs_params(self, space: SearchSpace, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` MACs and parameters of `(n, genes)` genotypes of an MBConv space."""
        rows = np.atleast_2d(genotypes)
        count = len(self.blocks)
        costs = self.blocks[np.arange(count), rows[:, :count], rows[:, count : 2 * count]]
        active = space.active(rows)[:, :count]
        total: npt.NDArray[np.int64] = self.base + (costs * active[..., None]).sum(axis=1)
        return total

    @classmethod
    def read(cls, path: Path = SHIPPED) -> "CostTable":
        """The table in `path`; raises DataError if it is damaged."""
        try:
            data = json.loads(path.read_text())
            return cls(np.array(data["base"]), np.array(data["blocks"]))
        except (OSError, KeyError, ValueError) as error:
            raise DataError(
                f"The cost table {path} cannot be read ({error}). Restore it from the repository, "
                "or write it anew with python -m engine.supernets.cost_table."
            ) from error

    def write(self, path: Path) -> None:
        """Write what `read` takes back."""
        data = {"base": self.base.tolist(), "blocks": self.blocks.tolist()}
        path.write_text(json.dumps(data) + "\n")


def count(module: "nn.Module", input_shape: tuple[int, int, int]) -> tuple[int, int]:
    """MACs of one image and parameters of a module, counted by fvcore with batch-norm left out.

    An inference engine folds batch-norm into the convolution before it, so it costs nothing.
    """
    import torch
    from fvcore.nn import FlopCountAnalysis

    module.eval()
    analysis = FlopCountAnalysis(module, torch.zeros(1, *input_shape))
    # Handles of known operators go before None, which ignores unknown ones only.
    analysis.set_op_handle("aten::batch_norm", lambda inputs, outputs: 0)
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return int(analysis.total()), sum(p.numel() for p in module.parameters())


def build(net: Any, input_shape: tuple[int, int, int]) -> CostTable:
    """Count an elastic MobileNet of `ofa` block by block, in every kernel and expansion."""
    kernels, expands = net.ks_list, net.expand_ratio_list
    net.set_active_subnet(ks=min(kernels), e=min(expands), d=max(net.depth_list))
    total = np.array(count(net.get_active_subnet(), input_shape))
    rows = []
    for block, (channels, height, width) in zip(
        net.blocks[1:], _block_inputs(net, input_shape), strict=True
    ):
        variants = np.zeros((len(kernels), len(expands), 2), dtype=np.int64)
        for i, block.conv.active_kernel_size in enumerate(kernels):
            for j, block.conv.active_expand_ratio in enumerate(expands):
                alone = block.conv.get_active_subnet(channels)
                variants[i, j] = count(alone, (channels, height, width))
        rows.append(variants)
    table = np.stack(rows)
    return CostTable(total - table[:, 0, 0].sum(axis=0), table)


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


def main() -> None:
    """Write the table that ships."""
    from engine.supernets.fashion_network import FashionMobileNetV3

    build(FashionMobileNetV3(), (1, 28, 28)).write(SHIPPED)


if __name__ == "__main__":
    main()
