"""Counting what a module costs, as a whole and part by part."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import torch
from fvcore.nn import FlopCountAnalysis
from torch import nn

PartCosts = Mapping[str, tuple[int, int, int]]
"""MACs, parameters and bytes of the state dict of each module by its name, of its own alone."""


def count_macs(module: nn.Module, inputs: Any) -> Mapping[str, int]:
    """MACs for one batch of inputs by the name of the module, with those of the parts of each.

    Counted by fvcore, with batch-norm left out: an inference engine folds it into the convolution
    before it, so it costs nothing.
    """
    module.eval()
    arguments, called = _positional(module, inputs)
    analysis = FlopCountAnalysis(called, arguments)
    # Handles of known operators go before None, which ignores unknown ones only.
    analysis.set_op_handle("aten::batch_norm", lambda inputs, outputs: 0)
    analysis.set_op_handle("aten::scaled_dot_product_attention", _attention)
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    counted: Mapping[str, int] = analysis.by_module()
    return counted if called is module else _without_caller(counted)


def count_by_part(module: nn.Module, inputs: Any) -> PartCosts:
    """What each module costs apart from the modules within it."""
    totals = count_macs(module, inputs)
    state: dict[str, int] = {}
    for key, tensor in module.state_dict().items():
        owner = key.rpartition(".")[0]
        state[owner] = state.get(owner, 0) + _stored_bytes(tensor)
    parts, seen = {}, set[int]()
    for name, part in module.named_modules():
        prefix = f"{name}." if name else ""
        inner = sum(totals.get(f"{prefix}{child}", 0) for child, _ in part.named_children())
        own = [p for p in part.parameters(recurse=False) if id(p) not in seen]
        seen.update(id(p) for p in own)
        costs = int(totals.get(name, 0)) - int(inner), sum(p.numel() for p in own)
        parts[name] = (*costs, state.get(name, 0))
    return parts


def _stored_bytes(tensor: torch.Tensor) -> int:
    """Bytes of a tensor as exported: floating-point numbers take four each."""
    return tensor.numel() * (4 if tensor.is_floating_point() else tensor.element_size())


def _attention(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """Of `(..., l, e)` queries, `(..., s, e)` keys and `(..., s, v)` values."""
    queries, keys, values = (value.type().sizes() for value in inputs[:3])
    return int(prod(queries[:-1]) * keys[-2] * (queries[-1] + values[-1]))


class _Caller(nn.Module):
    """Calls a network with its arguments by name, where a trace can only give them in a row."""

    def __init__(self, network: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *values: Any) -> Any:
        return self.network(**dict(zip(self.names, values, strict=True)))


def _positional(module: nn.Module, inputs: Any) -> tuple[tuple[Any, ...], nn.Module]:
    if isinstance(inputs, Mapping):
        return tuple(inputs.values()), _Caller(module, list(inputs)).eval()
    return (tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)), module


def _without_caller(counted: Mapping[str, int]) -> dict[str, int]:
    prefix = "network"
    inner = {n[len(prefix) + 1 :]: v for n, v in counted.items() if n.startswith(f"{prefix}.")}
    return {**inner, "": counted.get(prefix, 0)}
