"""Inputs for which a network runs other operators than for the first one.

Code that asks for values, such as `if x.mean() > 0`, has branches that one input does not show.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.compat.torch import OperatorFollower, tree_leaves
from engine.supernets.elastic.tracing import call_network

REMARK = (
    "The network runs other operators for other inputs. The branches that were seen are tested; "
    "MACs are those of the first input, and what no tested input reaches may not run when it is "
    "smaller."
)

_MOST_INPUTS = 4  # of a batch
_Sequence = tuple[tuple[str, tuple[tuple[int, ...], ...]], ...]


def branching_inputs(model: nn.Module, inputs: Any) -> list[Any]:
    """Single inputs with other operators than the first of a batch, one for each sequence of them.

    `inputs` and the results are as those of `call_network`. Tried are other inputs of the batch,
    and the first one negated, larger and smaller.
    """
    first = operator_sequence(model, _single(inputs, 0))
    seen, found = {first}, []
    for other in _others(inputs):
        try:
            sequence = operator_sequence(model, other)
        except Exception:  # noqa: BLE001 - the network need not run on inputs that are made up
            continue
        if sequence not in seen:
            seen.add(sequence)
            found.append(other)
    return found


def operator_sequence(model: nn.Module, inputs: Any) -> _Sequence:
    """The operators that run in eval mode, with the shapes of their results."""
    sequence = []

    def note(name: str, arguments: dict[str, Any], result: Any, is_pointwise: bool) -> None:
        tensors = [value for value in tree_leaves(result) if isinstance(value, Tensor)]
        sequence.append((name, tuple(tuple(tensor.shape) for tensor in tensors)))

    with torch.no_grad(), OperatorFollower(note):
        call_network(model, inputs)
    return tuple(sequence)


def _others(inputs: Any) -> Iterator[Any]:
    batch = next((len(t) for t in tree_leaves(inputs) if isinstance(t, Tensor) and t.dim()), 1)
    first = _single(inputs, 0)
    for number in range(1, min(batch, _MOST_INPUTS)):
        yield _single(inputs, number)
    yield _changed(first, lambda x: -x)
    yield _changed(first, lambda x: x + x.abs().max())
    yield _changed(first, lambda x: x - x.abs().max())


def _single(inputs: Any, number: int) -> Any:
    """One input of a batch; what has fewer of them keeps its first."""
    if isinstance(inputs, Tensor):
        if not inputs.dim():
            return inputs
        at = number if number < len(inputs) else 0
        return inputs[at : at + 1]
    if isinstance(inputs, Mapping):
        return {name: _single(value, number) for name, value in inputs.items()}
    if isinstance(inputs, tuple | list):
        return tuple(_single(value, number) for value in inputs)
    return inputs


def _changed(inputs: Any, change: Any) -> Any:
    if isinstance(inputs, Tensor):
        return change(inputs) if inputs.is_floating_point() and inputs.numel() else inputs
    if isinstance(inputs, Mapping):
        return {name: _changed(value, change) for name, value in inputs.items()}
    return (
        tuple(_changed(value, change) for value in inputs)
        if isinstance(inputs, tuple | list)
        else inputs
    )
