"""The order of channels and blocks: a sub-network keeps the most important ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.supernets.elastic.network import Choices, ElasticNetwork
from engine.supernets.elastic.structure import Axis, Structure
from engine.supernets.elastic.tracing import tensors_in

Order = npt.NDArray[np.int64]
"""`(units,)` units of a width, the most important first."""


def importance_orders(model: nn.Module, structure: Structure) -> list[Order]:
    """The order of each width's units by the L2 norm of their weights, largest first."""
    scores = [np.zeros(width.units) for width in structure.widths]
    parameters = dict(model.named_parameters())
    for name, dim, axis in structure.axes:
        if name in parameters:
            squares = parameters[name].detach().float().pow(2)
            others = [d for d in range(squares.dim()) if d != dim]
            sums = (squares.sum(others) if others else squares).cpu().double().numpy()
            for width, units in axis.units:
                np.add.at(scores[width], units[units >= 0], sums[units >= 0])
    return [np.argsort(-score, kind="stable") for score in scores]


def reorder(model: nn.Module, structure: Structure, orders: Sequence[Order]) -> None:
    """Put the units of each width into an order, in place; the network computes the same."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    with torch.no_grad():
        for name, dim, axis in structure.axes:
            tensor = tensors[name]
            source = torch.from_numpy(moved_entries(axis, orders)).to(tensor.device)
            tensor.copy_(tensor.index_select(dim, source))


def moved_entries(axis: Axis, orders: Sequence[Order]) -> Order:
    """`(length,)` the former place of each entry after a change of order."""
    source = np.arange(axis.length)
    for width, units in axis.units:
        places = np.argsort(np.where(units < 0, units.max() + 1, units), kind="stable")
        owned = int((units >= 0).sum())
        by_unit = places[:owned].reshape(len(orders[width]), -1)
        source[by_unit.reshape(-1)] = by_unit[orders[width]].reshape(-1)
    return source


def inverse(orders: Sequence[Order]) -> list[Order]:
    """The orders that undo these."""
    return [np.argsort(order) for order in orders]


def with_blocks_ordered(network: ElasticNetwork, inputs: Any) -> Structure:
    """The structure with the blocks of each stage ordered by what the network loses without each.

    The loss is the mean squared difference of the outputs for `inputs`.
    """
    structure = network.structure
    full = network.choices(structure.space.largest)
    with torch.no_grad():
        original = _flat(network.run(structure.space.largest, inputs))
        stages = []
        for stage in structure.stages:
            losses = [
                float((_flat(_without(network, full, block, inputs)) - original).pow(2).mean())
                for block in stage.blocks
            ]
            order = sorted(range(len(losses)), key=lambda index: -losses[index])
            stages.append(replace(stage, blocks=tuple(stage.blocks[index] for index in order)))
    return replace(structure, stages=tuple(stages))


def _without(network: ElasticNetwork, full: Choices, block: str, inputs: Any) -> Any:
    return network.run_choices(replace(full, skipped=(block,)), inputs)


def _flat(output: Any) -> Tensor:
    return torch.cat([tensor.float().flatten() for tensor in tensors_in(output)])
