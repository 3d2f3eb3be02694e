"""The rules by which units go through the operators of torch: one for each kind of operator.

A rule returns the labels of the dimensions of the operator's output, or of each of several outputs.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from torch import Tensor

from engine.supernets.elastic.tracing import Call, Dims, Size, Trace
from engine.supernets.elastic.units import Labels

Rule = Callable[[Trace, Call], Dims | Sequence[Dims | None]]
RULES: dict[str, Rule] = {}
_AnyRule = TypeVar("_AnyRule", bound=Rule)


def rule(*names: str) -> Callable[[_AnyRule], _AnyRule]:
    """Register a rule for operators by name, without overload."""

    def register(function: _AnyRule) -> _AnyRule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


def united(traced: Trace, several: Sequence[Dims], shape: Sequence[int], call: Call) -> Dims:
    """The labels of tensors of one shape, united."""
    result: Dims = []
    for position, size in enumerate(shape):
        parts = [dims[position] for dims in several]
        result.append(unite_dim(traced, parts, size, call))
    return result


def unite_dim(
    traced: Trace, parts: Sequence[Labels | None], size: int, call: Call
) -> Labels | None:
    """The united labels of dimensions that meet entry by entry."""
    labelled = [part for part in parts if part is not None]
    if not labelled:
        return None
    first = labelled[0]
    for part in labelled[1:]:
        if part is not first:
            traced.units.unite(first, part, f"it meets a fixed size in {call.where}")
    if len(labelled) < len(parts):
        traced.units.pin(first, f"it meets a tensor of a fixed size in {call.where}")
    return first


def adaptable(traced: Trace, call: Call, size: int) -> Labels | None:
    """New labels for a dimension of a size that the code gives, which may follow what it meets."""
    if size < 2:
        return None
    labels = traced.units.new(size, adaptable=True)
    traced.sizes.append(Size(call.module, labels))
    return labels


def normal_dim(dim: int, tensor: Tensor) -> int:
    """A dimension counted from the front."""
    return dim % max(tensor.dim(), 1)
