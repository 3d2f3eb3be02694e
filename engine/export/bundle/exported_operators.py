"""Networks that only torch.export can trace, as calls of torch's operators."""

import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn

from engine.compat.torch import tree_unflatten
from engine.export.bundle.forward_pass import ForwardPass
from engine.export.bundle.network_parts import NetworkParts, input_names
from engine.tasks.base import Inputs


def exported_operators(module: nn.Module, inputs: Inputs) -> NetworkParts:
    """The parts of a network in eval mode; its parameters and buffers keep their names.

    Raises UnwritableError, or any error of torch.export, for a network that cannot be written so.
    """
    names = input_names(module, inputs)
    program = _program(module, inputs)
    signature = program.graph_signature
    nodes = list(program.graph.nodes)
    by_name = {node.name: node for node in nodes}
    state = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    constants = signature.inputs_to_lifted_tensor_constants
    values = {  # a tied tensor under each of its names
        **dict(module.named_parameters(remove_duplicate=False)),
        **dict(module.named_buffers(remove_duplicate=False)),
    }
    parts, paths = NetworkParts(names), {}
    for name, path in {**state, **constants}.items():
        tensor = values[path] if path in values else program.constants[path]
        paths[by_name[name]] = path
        if by_name[name].users:
            parts.add_tensor(path, tensor)
    sources = [by_name[name] for name in signature.user_inputs if isinstance(name, str)]
    forward = ForwardPass(nodes[:-1], dict(zip(sources, names, strict=True)))
    forward.write(paths, _result(program, by_name))
    parts.statements = forward.statements
    return parts


def _program(module: nn.Module, inputs: Inputs) -> torch.export.ExportedProgram:
    batch = torch.export.Dim("batch")

    def axes(tensor: Tensor) -> dict[int, Any]:
        return {0: batch} if tensor.ndim and len(tensor) > 1 else {}

    args: tuple[Tensor, ...] = ()
    kwargs: dict[str, Tensor] = {}
    if isinstance(inputs, Mapping):
        kwargs = dict(inputs)
    else:
        args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    shapes = {n: axes(t) for n, t in kwargs.items()} or tuple(axes(t) for t in args)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are for the author of the network
        return torch.export.export(module, args, kwargs, dynamic_shapes=shapes)


def _result(program: torch.export.ExportedProgram, by_name: Mapping[str, fx.Node]) -> Any:
    """The outputs in the form in which the network returns them."""
    outputs = [
        by_name.get(o, o) if isinstance(o, str) else o for o in program.graph_signature.user_outputs
    ]
    specification = program.call_spec.out_spec
    return outputs[0] if specification is None else tree_unflatten(outputs, specification)
