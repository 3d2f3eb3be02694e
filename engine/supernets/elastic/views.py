"""How units go through views: permutations, slices, splits and changes of shape."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.supernets.elastic.regrouping import matching_groups, regrouped
from engine.supernets.elastic.rules import adaptable, normal_dim, rule
from engine.supernets.elastic.tracing import Call, Dims, Size, Trace
from engine.supernets.elastic.units import Labels


@rule("permute")
def permute(traced: Trace, call: Call) -> Dims:
    """Dimensions in another order."""
    x = call.tensors[0]
    dims = traced.dims(x)
    return [dims[normal_dim(dim, x)] for dim in call["dims"]]


@rule("transpose", "swapaxes")
def transpose(traced: Trace, call: Call) -> Dims:
    """Two dimensions exchanged."""
    x = call.tensors[0]
    dims = traced.dims(x)
    one, other = normal_dim(call["dim0"], x), normal_dim(call["dim1"], x)
    dims[one], dims[other] = dims[other], dims[one]
    return dims


@rule("t", "numpy_T", "mT")
def t(traced: Trace, call: Call) -> Dims:
    """The two dimensions of a matrix exchanged."""
    return traced.dims(call.tensors[0])[::-1]


@rule("unsqueeze")
def unsqueeze(traced: Trace, call: Call) -> Dims:
    """A new dimension of size one."""
    dims = traced.dims(call.tensors[0])
    dims.insert(call["dim"] % (len(dims) + 1), None)
    return dims


@rule("squeeze")
def squeeze(traced: Trace, call: Call) -> Dims:
    """Without dimensions of size one: all of them, or those that are named."""
    x = call.tensors[0]
    given = call.get("dim")
    named = range(x.dim()) if given is None else [given] if isinstance(given, int) else given
    removed = {normal_dim(d, x) for d in named if x.shape[d] == 1}
    return [labels for dim, labels in enumerate(traced.dims(x)) if dim not in removed]


@rule("as_strided")
def as_strided(traced: Trace, call: Call) -> Dims:
    """Another layout in memory; another shape is not followed."""
    x = call.tensors[0]
    if x.shape != call.output.shape:
        traced.pin([x], f"{call.where} reads it in another layout")
        return [None] * call.output.dim()
    return traced.dims(x)


@rule("expand", "expand_copy")
def expand(traced: Trace, call: Call) -> Dims:
    """Dimensions of size one repeated: as often as what they meet has entries."""
    x, shape = call.tensors[0], call.output.shape
    dims = traced.dims(x)
    new = call.output.dim() - x.dim()
    result: Dims = [adaptable(traced, call, size) for size in shape[:new]]
    for position, labels in enumerate(dims):
        size = shape[new + position]
        same = x.shape[position] == size
        result.append(labels if same else adaptable(traced, call, size))
    _note_sizes(traced, call, result)
    return result


@rule("repeat")
def repeat(traced: Trace, call: Call) -> Dims:
    """All entries of a dimension several times, one sequence after the other."""
    x, counts = call.tensors[0], list(call["repeats"])
    dims: Dims = [*[None] * (len(counts) - x.dim()), *traced.dims(x)]
    return [
        labels if labels is None else np.tile(labels, count)
        for labels, count in zip(dims, counts, strict=True)
    ]


@rule("select")
def select(traced: Trace, call: Call) -> Dims:
    """One entry of a dimension, which stays if more is read than its shape."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dim"], x)
    labels = dims.pop(dim)
    if labels is not None:
        traced.pin_if_used(call.output, labels, f"{call.where} takes one entry of it")
    return dims


@rule("unbind")
def unbind(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """The entries of a dimension one by one, which all stay."""
    dims = traced.dims(call.tensors[0])
    removed = normal_dim(call.get("dim", 0), call.tensors[0])
    if (labels := dims.pop(removed)) is not None:
        traced.units.pin(labels, f"{call.where} takes one entry of it")
    return [dims] * len(call.output)


@rule("slice", "narrow")
def slice_(traced: Trace, call: Call) -> Dims:
    """Some entries of a dimension."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call.get("dim", 0), x)
    if (labels := dims[dim]) is None:
        return dims
    size = x.shape[dim]
    start, step = call.get("start") or 0, call.get("step", 1)
    if call.name == "narrow":
        end = start + call["length"]
    else:
        end = size if call.get("end") is None else call["end"]
    taken = labels[slice(start, end, step)]
    dims[dim] = taken
    if taken.size < size:
        _tie_parts(traced, call, labels, taken.size)
        traced.sizes.append(Size(call.module, labels))
        traced.sizes.append(Size(call.module, taken))
    return dims


@rule("split", "split_with_sizes", "chunk", "unsafe_split", "unsafe_chunk")
def split(traced: Trace, call: Call) -> Sequence[Dims | None]:
    """A dimension in several parts."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call.get("dim", 0), x)
    labels, results, first = dims[dim], [], 0
    if labels is not None:
        _tie_parts(traced, call, labels, call.output[0].shape[dim])
        traced.sizes.append(Size(call.module, labels))  # of which the parts may be a half
    for part in call.output:
        own, size = list(dims), part.shape[dim]
        if labels is not None:
            own[dim] = labels[first : first + size]
            traced.sizes.append(Size(call.module, labels[first : first + size]))
        first += size
        results.append(own)
    return results


def _tie_parts(traced: Trace, call: Call, labels: Labels, size: int) -> None:
    """Unite the first entries of equal parts, the second ones and so on: parts stay equal."""
    if size == 0 or labels.size % size or labels.size == size:
        return
    parts = labels.reshape(-1, size)
    for one, other in pairwise(parts):
        traced.units.unite(one, other, f"it meets a fixed part in {call.where}")


@rule("view", "_unsafe_view", "reshape", "_reshape_alias", "flatten", "unflatten", "_reshape_copy")
def view(traced: Trace, call: Call) -> Dims:
    """A tensor in another shape: dimensions are merged, and split again."""
    x, output = call.tensors[0], call.output
    dims = traced.dims(x)
    result: Dims = []
    for before, after in matching_groups(list(x.shape), list(output.shape)):
        own = [(x.shape[i], dims[i]) for i in before]
        is_last = output.dim() - 1 in after
        found = regrouped(traced, call, own, [output.shape[i] for i in after], is_last)
        result.extend(found)
        if 0 not in before or len(before) == 1:  # merged with inputs of a batch, it is no number
            _note_sizes(traced, call, found)
    return result


def _note_sizes(traced: Trace, call: Call, dims: Dims) -> None:
    for labels in dims:
        if labels is not None:
            traced.sizes.append(Size(call.module, labels))
