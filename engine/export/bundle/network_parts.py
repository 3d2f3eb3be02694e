"""The parts of a network from which its source is written."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.errors import EvaluationError
from engine.export.bundle.expressions import attribute, literal
from engine.tasks.base import Inputs

_INDENT = "    "


@dataclass
class NetworkParts:
    """`inputs` are the names of the arguments, `statements` the body of the forward pass.

    `members` has the source of each layer, parameter and buffer by its path, `tensors` the values
    by the names of the state dict, and `tied` other names of tensors that are there once.
    """

    inputs: list[str]
    statements: list[str] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)

    def add_layer(self, path: str, source: str, layer: nn.Module) -> None:
        """Add a layer with its tensors, once."""
        if path not in self.members:
            self.members[path] = source
            for name, tensor in layer.state_dict(keep_vars=True).items():
                self._store(f"{path}.{name}", tensor)

    def add_tensor(self, path: str, tensor: Tensor) -> None:
        """Add a parameter or a buffer, unless it belongs to a layer."""
        owner = path
        while owner := owner.rpartition(".")[0]:
            if owner in self.members:
                return
        if path not in self.members:
            self.members[path] = _tensor_source(tensor)
            self._store(path, tensor)

    def _store(self, name: str, tensor: Tensor) -> None:
        for other, value in self.tensors.items():
            if value is tensor:
                self.tied[name] = other
                return
        self.tensors[name] = tensor

    def constructor_lines(self) -> list[str]:
        """The members as the entries of nested mappings."""
        return _entries(_tree(self.members), 3 * _INDENT)

    def tie_lines(self) -> list[str]:
        """Statements that make tied tensors one."""
        return [f"{attribute(name)} = {attribute(other)}" for name, other in self.tied.items()]


def input_names(module: nn.Module, inputs: Inputs) -> list[str]:
    """The names of the inputs: the keys of a mapping, or those of the arguments.

    Raises EvaluationError for inputs that are not tensors.
    """
    values = list(inputs.values()) if isinstance(inputs, Mapping) else inputs
    values = [values] if isinstance(values, Tensor) else list(values)
    if not all(isinstance(value, Tensor) for value in values):
        raise EvaluationError(
            "The network has inputs that are not tensors, which cannot be written as code. Give "
            "it a tensor, or a tuple or a mapping of tensors."
        )
    if isinstance(inputs, Mapping):
        return [str(name) for name in inputs]
    parameters = inspect.signature(module.forward).parameters.values()
    names = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL][: len(values)]
    return names + [f"input_{number}" for number in range(len(names), len(values))]


def _tensor_source(tensor: Tensor) -> str:
    dtype = "" if tensor.dtype == torch.float32 else f", dtype={tensor.dtype}"
    text = f"torch.empty({literal(tuple(tensor.shape))}{dtype})"
    return f"nn.Parameter({text})" if isinstance(tensor, nn.Parameter) else text


def _tree(members: Mapping[str, str]) -> dict[str, object]:
    tree: dict[str, object] = {}
    for path, source in members.items():
        *owners, name = path.split(".")
        branch = tree
        for owner in owners:
            branch = branch.setdefault(owner, {})  # type: ignore[assignment]
        branch[name] = source
    return tree


def _entries(tree: Mapping[str, object], margin: str) -> list[str]:
    lines = []
    for name, member in tree.items():
        key = f"{margin}{literal(name)}: "
        if isinstance(member, Mapping):
            lines += [f"{key}Layers({{", *_entries(member, margin + _INDENT), f"{margin}}}),"]
        else:
            lines.append(f"{key}{member},")
    return lines
