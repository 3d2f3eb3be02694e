"""A copy of a network, also where its modules have kept activations of an earlier call."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

from engine.compat.torch import COMPILED


def unwrapped(network: nn.Module) -> nn.Module:
    """The network itself, of one that `torch.compile` or `nn.DataParallel` made faster."""
    while True:
        inner = getattr(network, COMPILED, None)
        if isinstance(network, nn.DataParallel | nn.parallel.DistributedDataParallel):
            inner = network.module
        if not isinstance(inner, nn.Module):
            return network
        network = inner


def copy_module(model: nn.Module, memo: Mapping[int, Any] | None = None) -> nn.Module:
    """A deep copy; `memo` has what takes the place of some objects, by their `id`.

    Activations that modules keep as attributes are copied without their gradients.
    """
    known = dict(memo or {})
    for module in model.modules():
        for tensor in _tensors(vars(module)):
            if not tensor.is_leaf:
                known.setdefault(id(tensor), tensor.detach())
    return copy.deepcopy(model, known)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _tensors(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _tensors(part)
