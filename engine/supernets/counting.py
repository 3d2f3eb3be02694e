"""Counting the MACs, parameters and bytes of a module and of its parts."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import torch
from torch import nn

from engine.compat.fvcore import FlopCountAnalysis

PartCosts = Mapping[str, tuple[int, int, int]]
"""MACs, parameters and state dict bytes of each module by name, without its child modules."""


def count_macs(module: nn.Module, inputs: Any) -> Mapping[str, int]:
    """MACs for one batch of inputs by the name of the module, including its child modules.

    Counted by fvcore without batch-norm, which an inference engine folds into the preceding
    convolution.
    """
    module.eval()
    arguments, network = _positional(module, inputs)
    analysis = FlopCountAnalysis(network, arguments)
    # Handles of known operators go before None, which ignores unknown ones only.
    analysis.set_op_handle("aten::batch_norm", lambda inputs, outputs: 0)
    analysis.set_op_handle("aten::scaled_dot_product_attention", _attention)
    analysis.set_op_handle("aten::einsum", _einsum)
    analysis.set_op_handle("aten::_convolution_mode", _convolution)  # with `padding="same"`
    analysis.set_op_handle("aten::baddbmm", _added_batches)
    analysis.set_op_handle("aten::mv", _vector)
    for name in ("lstm", "gru", "rnn_tanh", "rnn_relu"):
        analysis.set_op_handle(f"aten::{name}", _recurrent)
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    by_module: Mapping[str, int] = analysis.by_module()
    return by_module if network is module else _unwrap_names(by_module)


def count_by_part(module: nn.Module, inputs: Any) -> PartCosts:
    """The costs of each module without its child modules."""
    totals = count_macs(module, inputs)
    state: dict[str, int] = {}
    for key, tensor in module.state_dict().items():
        owner = key.rpartition(".")[0]
        state[owner] = state.get(owner, 0) + _stored_bytes(tensor)
    parts, counted_parameters = {}, set[int]()
    for name, part in module.named_modules():
        prefix = f"{name}." if name else ""
        inner = sum(totals.get(f"{prefix}{child}", 0) for child, _ in part.named_children())
        parameters = [p for p in part.parameters(recurse=False) if id(p) not in counted_parameters]
        counted_parameters.update(id(p) for p in parameters)
        costs = int(totals.get(name, 0)) - int(inner), sum(p.numel() for p in parameters)
        parts[name] = (*costs, state.get(name, 0))
    return parts


def _stored_bytes(tensor: torch.Tensor) -> int:
    """Bytes of a tensor as exported: floating-point numbers take four each."""
    return tensor.numel() * (4 if tensor.is_floating_point() else tensor.element_size())


def _attention(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of attention: `(..., l, e)` queries, `(..., s, e)` keys and `(..., s, v)` values."""
    queries, keys, values = (value.type().sizes() for value in inputs[:3])
    return int(prod(queries[:-1]) * keys[-2] * (queries[-1] + values[-1]))


def _convolution(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of a convolution with weights `(outputs, inputs a group, ...)`."""
    weight, output = inputs[1].type().sizes(), outputs[0].type().sizes()
    return int(prod(weight) * output[0] * prod(output[2:]))


def _added_batches(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of products of batches of matrices that are added to a tensor."""
    first, second = (value.type().sizes() for value in inputs[1:3])
    return int(prod(first) * second[-1])


def _vector(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of a matrix times a vector."""
    return int(prod(inputs[0].type().sizes()))


def _recurrent(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of recurrent layers: each matrix times the vector of every step of every input."""
    steps = prod(inputs[0].type().sizes()[:2])
    weights = next(value for value in inputs[1:] if value.type().kind() == "ListType"
                   and _is_parameters(value))  # fmt: skip
    shapes = [value.type().sizes() for value in weights.node().inputs()]
    return int(steps * sum(prod(shape) for shape in shapes if len(shape) == 2))


def _is_parameters(value: Any) -> bool:
    """Whether a list of a trace has matrices and vectors, as the weights of a layer do."""
    shapes = [part.type().sizes() for part in value.node().inputs()]
    return any(len(shape) == 2 for shape in shapes)


def _einsum(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """MACs of a sum of products: the product of the sizes of all its letters.

    fvcore's own count is read from a text that has four digits of the number.
    """
    equation = inputs[0].toIValue().replace(" ", "").partition("->")[0]
    shapes = [value.type().sizes() for value in inputs[1].node().inputs()]
    sizes: dict[str, int] = {}
    leading = 1
    for letters, shape in zip(equation.split(","), shapes, strict=True):
        before, dots, after = letters.partition("...")
        hidden = shape[len(before) : len(shape) - len(after)] if dots else []
        leading = max(leading, prod(hidden))
        named = [*shape[: len(before)], *shape[len(shape) - len(after) :]] if dots else shape
        sizes |= zip(before + after, named, strict=True)
    return int(leading * prod(sizes.values())) if len(shapes) > 1 else 0


class _Caller(nn.Module):
    """Calls a network with arguments by name, since a trace only has positional arguments.

    Returns the tensors of a mapping of outputs, which may hold caches that no trace can return.
    """

    def __init__(self, network: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *values: Any) -> Any:
        outputs = self.network(**dict(zip(self.names, values, strict=True)))
        if not isinstance(outputs, Mapping):
            return outputs
        return tuple(value for value in outputs.values() if isinstance(value, torch.Tensor))


def _positional(module: nn.Module, inputs: Any) -> tuple[tuple[Any, ...], nn.Module]:
    if isinstance(inputs, Mapping):
        return tuple(inputs.values()), _Caller(module, list(inputs)).eval()
    return (tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)), module


def _unwrap_names(by_module: Mapping[str, int]) -> dict[str, int]:
    prefix = "network"
    inner = {n[len(prefix) + 1 :]: v for n, v in by_module.items() if n.startswith(f"{prefix}.")}
    return {**inner, "": by_module.get(prefix, 0)}
