"""What is known of one forward pass of a network.

`Trace` knows which unit each entry of each dimension of a tensor belongs to. Parameters and buffers
begin with units of their own; rules say how they go through each operator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from torch import Tensor, nn

from engine.compat.torch import tree_leaves
from engine.supernets.elastic.units import FIXED, Labels, Units

_Module = TypeVar("_Module", bound=nn.Module)

Dims = list[Labels | None]
"""The labels of each dimension of a tensor; None for a dimension that never changes."""


@dataclass(frozen=True)
class Size:
    """A number in the code of a module that is the size of a dimension, such as heads of a view.

    `needed` where the operator takes the number itself, such as the groups of a convolution.
    `compared` where it is the size of an argument of the module, which may compare it with its own.
    """

    module: str
    labels: Labels
    needed: bool = False
    name: str = ""
    compared: bool = False


@dataclass(frozen=True)
class Product:
    """Multiply-accumulates of an operator: `factor` times the sizes of `dims`.

    Each of `dims` is a size, or the labels of a dimension that can change. `callers` are the
    modules that run `module`, the outermost first, and itself: blocks may share it.
    """

    module: str
    factor: int
    dims: tuple[int | Labels, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True)
class TracedCall:
    """A call of a module: its first argument and its output, as they were."""

    inputs: tuple[Any, ...]
    keywords: Mapping[str, Any]
    output: Any


@dataclass
class Call:
    """A call of an operator: its arguments by name, its output, and the modules that run.

    `callers` are those modules, the outermost first; the last one called the operator.
    """

    name: str
    arguments: Mapping[str, Any]
    output: Any
    callers: tuple[str, ...]
    is_pointwise: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The whole numbers that the module has as attributes."""

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument, or `default` where the operator has none of that name."""
        return self.arguments.get(name, default)

    @property
    def module(self) -> str:
        """The module that called the operator."""
        return self.callers[-1]

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors among the arguments."""
        return [v for v in tree_leaves(dict(self.arguments)) if isinstance(v, Tensor)]

    @property
    def where(self) -> str:
        """The operator and its module, for people."""
        return f"{self.name} in {self.module or 'the network'}"


@dataclass
class Trace:
    """What is known of the tensors of one forward pass."""

    units: Units = field(default_factory=Units)
    tensor_dims: dict[str, Dims] = field(default_factory=dict)
    """The labels of each parameter and buffer, by name."""
    sizes: list[Size] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    mixed: list[Labels] = field(default_factory=list)
    """Dimensions over which values are normalised or averaged: fewer entries change the others."""
    heads: list[Labels] = field(default_factory=list)
    """Dimensions of which each entry is a product of matrices of its own, as heads are."""
    calls: dict[str, list[TracedCall]] = field(default_factory=dict)
    sums: list[tuple[Tensor, Tensor]] = field(default_factory=list)
    """The operands of each addition of two tensors of one shape."""
    layers: list[str] = field(default_factory=list)
    """Parameters in the order of their first use."""
    _labels: dict[int, tuple[Tensor, Dims]] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _single_entries: dict[int, tuple[Tensor, Labels, str]] = field(default_factory=dict)

    def begin(self, model: nn.Module) -> None:
        """Give each entry of each parameter and buffer a unit of its own; single ones stay."""
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            dims: Dims = [
                self.units.new(size) if size > 1 and tensor.is_floating_point() else None
                for size in tensor.shape
            ]
            self.tensor_dims[name] = dims
            self._labels[id(tensor)] = (tensor, dims)
            self._names[id(tensor)] = name

    def forget_activations(self) -> None:
        """Free the tensors of a forward pass, but parameters and buffers."""
        self._labels = {key: self._labels[key] for key in self._names}
        self._single_entries.clear()

    def dims(self, tensor: Tensor) -> Dims:
        """The labels of the dimensions of a tensor."""
        known = self._labels.get(id(tensor))
        return list(known[1]) if known else [None] * tensor.dim()

    def set_dims(self, tensor: Tensor, dims: Dims) -> None:
        """Note the labels of a result."""
        assert len(dims) == tensor.dim(), (len(dims), tensor.shape)
        self._labels[id(tensor)] = (tensor, dims)

    def note_use(self, tensors: Sequence[Tensor]) -> None:
        """Note which parameters an operator uses."""
        for tensor in tensors:
            name = self._names.get(id(tensor))
            if name is not None and name not in self.layers:
                self.layers.append(name)

    def pin(self, tensors: Sequence[Tensor], reason: str) -> None:
        """Keep all entries of these tensors in every sub-network."""
        for tensor in tensors:
            for labels in self.dims(tensor):
                if labels is not None:
                    self.units.pin(labels, reason)

    def pin_if_used(self, tensor: Tensor, labels: Labels, reason: str) -> None:
        """Keep these entries in every sub-network if `tensor` is an argument of an operator."""
        self._single_entries[id(tensor)] = (tensor, labels, reason)

    def note_arguments(self, tensors: Sequence[Tensor]) -> None:
        """Pin what `pin_if_used` named for these arguments of an operator, or outputs."""
        for tensor in tensors:
            if (found := self._single_entries.pop(id(tensor), None)) is not None:
                self.units.pin(*found[1:])

    def count(self, call: Call, factor: int, sizes: Sequence[int | Labels | None]) -> None:
        """Note `factor` times the product of `sizes` multiply-accumulates."""
        dims = tuple(size for size in sizes if size is not None and not _is_one(size))
        self.products.append(Product(call.module, factor, dims, call.callers))


def _is_one(size: int | Labels) -> bool:
    return isinstance(size, int) and size == 1


def sizes_of(tensor: Tensor, dims: Dims) -> list[int | Labels]:
    """The labels of each dimension where it has some, else its size."""
    return [
        size if labels is None else labels for size, labels in zip(tensor.shape, dims, strict=True)
    ]


def fixed(size: int) -> Labels:
    """Labels of `size` entries that are fixed."""
    return np.full(size, FIXED, dtype=np.int64)


def whole_numbers(module: nn.Module) -> dict[str, int]:
    """The attributes of a module that are whole numbers."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, int) and not isinstance(value, bool) and not name.startswith("__")
    }


def call_network(network: Any, inputs: Any) -> Any:
    """The output for inputs: a tensor, a tuple of arguments or a mapping of them by name."""
    if isinstance(inputs, Mapping):
        return network(**inputs)
    return network(*inputs) if isinstance(inputs, tuple | list) else network(inputs)


def in_eval_mode(model: _Module) -> _Module:
    """The network in eval mode, which forgets what it has kept of its weights.

    Some networks keep what they compute of them in eval mode until they are trained again.
    """
    model.train()
    return model.eval()


def tensors_in(output: Any) -> list[Tensor]:
    """All tensors of an output: itself, or in tuples, lists, mappings and output objects."""
    if isinstance(output, Tensor):
        return [output]
    if isinstance(output, Mapping):
        output = list(output.values())
    if isinstance(output, tuple | list):
        return [tensor for part in output for tensor in tensors_in(part)]
    return []
