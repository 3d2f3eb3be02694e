"""Counting the cost tables of the ImageNet supernets: `python -m engine.supernets.ofa.costs`.

The costs of a MobileNet block depend on its kernel and expansion. Those of a bottleneck block of
ResNet50 depend on its expansion, the width of its stage and, in a first block, the previous width.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import nn

from engine.space import SearchSpace
from engine.supernets.cost_table import (
    CostTable,
    CostTerm,
    Counter,
    build,
    count,
    count_state,
    write_tables,
)
from engine.supernets.ofa.catalogue import MODELS, OfaModel
from engine.supernets.ofa.table_layers import write_layers


def tables(model: OfaModel) -> dict[int, CostTable]:
    """The cost table of each input resolution, counted on the network itself."""
    net = model.build()
    result = {}
    for resolution in model.resolutions:
        if hasattr(net, "width_mult_list"):
            result[resolution] = build_resnet(net, model.space(), resolution)
        else:
            result[resolution] = build(net, (3, resolution, resolution))
    return result


def state_table(model: OfaModel) -> CostTable:
    """The table of the sizes of state dicts."""
    net = model.build()
    if hasattr(net, "width_mult_list"):
        return build_resnet(net, model.space(), 224, count_state)
    return build(net, (3, 224, 224), count_state)


def build_resnet(
    net: Any, space: SearchSpace, resolution: int, count: Counter = count
) -> CostTable:
    """Count an elastic ResNet of `ofa` part by part, in every width and expansion."""
    parts = list(_parts(net, space, resolution))
    terms = [
        CostTerm(genes, _count_combinations(space, genes, module, count)) for genes, module in parts
    ]
    return CostTable(np.zeros(2, dtype=np.int64), tuple(terms))


def _count_combinations(
    space: SearchSpace, genes: tuple[int, ...], module: Any, count: Counter
) -> Any:
    """`(choices of each gene, 2)`: the costs of the part for each combination of choices."""
    shape = tuple(len(space.genes[g].choices) for g in genes)
    costs = np.zeros((*shape, 2), dtype=np.int64)
    for choice in np.ndindex(*shape):
        values = [space.genes[g].choices[c] for g, c in zip(genes, choice, strict=True)]
        part, input_shape = module(*values)
        if part is not None:
            costs[choice] = count(part, input_shape)
    return costs


def _parts(net: Any, space: SearchSpace, resolution: int) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The genes that each part depends on, and a function that builds it from their values."""
    first = {group: [g.group for g in space.genes].index(group) for group in ("d", "e", "w")}
    stem, blocks, stem_side = net.input_stem, net.blocks, -(-resolution // 2)
    inner, output = first["w"], first["w"] + 1
    inner_widths, output_widths = stem[0].out_channel_list, stem[2].out_channel_list

    def entry(w: int) -> Any:
        return _layer(stem[0], 3, inner_widths[w]), (3, resolution, resolution)

    def residual(d: int, w: int) -> Any:
        channels = inner_widths[w]
        layer = _layer(stem[1].conv, channels, channels) if d else None
        return layer, (channels, stem_side, stem_side)

    def leave(w: int, w_out: int) -> Any:
        return _layer(stem[2], inner_widths[w], output_widths[w_out]), (
            inner_widths[w],
            stem_side,
            stem_side,
        )

    yield (inner,), entry
    yield (first["d"], inner), residual
    yield (inner, output), leave
    side = -(-stem_side // 2)  # max pooling
    for stage, members in enumerate(net.grouped_block_index):
        width_gene = output + 1 + stage
        for index in members:
            block, expand = blocks[index], first["e"] + index
            if index == members[0]:
                yield (width_gene - 1, width_gene, expand), _bottleneck(block, side)
                side = -(-side // block.stride)
            else:
                yield (width_gene, expand), _inner_bottleneck(block, side)
    widths = blocks[-1].out_channel_list
    last = output + len(net.grouped_block_index)
    yield (last,), lambda w: (net.classifier.get_active_subnet(widths[w]), (widths[w],))


def _layer(layer: Any, channels: int, out: int) -> nn.Module:
    layer.active_out_channel = out
    return layer.get_active_subnet(channels)  # type: ignore[no-any-return]


def _bottleneck(block: Any, side: int) -> Any:
    def make(w_in: int, w: int, e: float) -> Any:
        channels = block.in_channel_list[w_in]
        block.active_expand_ratio = e
        return _layer(block, channels, block.out_channel_list[w]), (channels, side, side)

    return make


def _inner_bottleneck(block: Any, side: int) -> Any:
    make = _bottleneck(block, side)
    return lambda w, e: make(w, w, e)


def main(names: list[str]) -> None:
    """Write the tables of the package, for all supernets or those in `names`."""
    for model in (MODELS[name] for name in names or MODELS):
        write_tables(model.costs_path, tables(model))
        state_table(model).write(model.state_path)
        write_layers(model)


if __name__ == "__main__":
    main(sys.argv[1:])
