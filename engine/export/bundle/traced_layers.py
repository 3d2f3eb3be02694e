"""Networks that torch.fx can trace, as layers of torch.nn and what is computed between them."""

from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

from engine.export.bundle.chains import join_chains
from engine.export.bundle.constructors import constructor
from engine.export.bundle.expressions import UnwritableError
from engine.export.bundle.forward_pass import ForwardPass
from engine.export.bundle.network_parts import NetworkParts, input_names
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network

_ROOT = "network"


def traced_layers(module: nn.Module, inputs: Inputs) -> NetworkParts:
    """The parts of a network in eval mode, whose names of tensors are those of its state dict.

    Raises UnwritableError, or any error of torch.fx, for a network that cannot be written so.
    """
    names = input_names(module, inputs)
    root = _Positional(module, names if isinstance(inputs, Mapping) else None)
    constructors = {path: text for path, m in module.named_modules() if (text := _source(m))}
    with torch.no_grad():
        any_values: Any = (fx.PH,) * len(names)  # type: ignore[attr-defined]
        graph = _Tracer(constructors).trace(root, any_values)
    nodes = list(graph.nodes)
    parts = NetworkParts(names)
    for node in nodes:
        if node.op == "call_module":
            node.target = path = _path(str(node.target))
            parts.add_layer(path, constructors[path], module.get_submodule(path))
    paths = {node: _path(str(node.target)) for node in nodes if node.op == "get_attr"}
    for node, path in paths.items():
        parts.add_tensor(path, _tensor(root, str(node.target)))
    join_chains(graph, parts.members)
    *nodes, end = graph.nodes
    forward = ForwardPass(nodes, dict(zip(nodes, names, strict=False)))
    forward.write(paths, end.args[0])
    parts.statements = forward.statements
    return parts


class _Positional(nn.Module):
    """A network whose forward pass takes all inputs by position."""

    def __init__(self, network: nn.Module, names: list[str] | None) -> None:
        super().__init__()
        self.network, self._names = network, names

    def forward(self, *tensors: Tensor) -> object:
        """The outputs of the network."""
        inputs: Inputs = tensors
        if self._names is not None:
            inputs = dict(zip(self._names, tensors, strict=True))
        return call_network(self.network, inputs)


class _Tracer(fx.Tracer):
    """Takes the modules at `leaves` for single operations."""

    def __init__(self, leaves: Collection[str]) -> None:
        super().__init__()
        self._leaves = leaves

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Whether the module is a layer that is written as its constructor."""
        return _path(module_qualified_name) in self._leaves


def _source(module: nn.Module) -> str:
    """The constructor of a layer; empty for a module that is traced through."""
    try:
        return constructor(module)
    except UnwritableError:
        return ""


def _path(name: str) -> str:
    """The path in the network itself; constants of the trace are attributes of the root."""
    return name.removeprefix(f"{_ROOT}.") if "." in name else name.lstrip("_")


def _tensor(root: nn.Module, name: str) -> Tensor:
    owner, _, attribute = name.rpartition(".")
    tensor: Tensor = getattr(root.get_submodule(owner), attribute)
    return tensor
