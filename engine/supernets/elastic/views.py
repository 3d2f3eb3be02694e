"""How units go through views: permutations, slices, splits and changes of shape."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.supernets.elastic.rules import normal_dim, rule
from engine.supernets.elastic.tracing import Call, Dims, Size, Trace
from engine.supernets.elastic.units import FIXED, Labels


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
    """Dimensions of size one repeated."""
    x = call.tensors[0]
    dims = traced.dims(x)
    new = call.output.dim() - x.dim()
    result: Dims = [None] * new
    for position, labels in enumerate(dims):
        same = x.shape[position] == call.output.shape[new + position]
        result.append(labels if same else None)
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
    """One entry of a dimension, which stays."""
    x = call.tensors[0]
    dims, dim = traced.dims(x), normal_dim(call["dim"], x)
    labels = dims.pop(dim)
    if labels is not None:
        traced.units.pin(labels, f"{call.where} takes one entry of it")
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
    for before, after in _matching_groups(list(x.shape), list(output.shape)):
        result.extend(
            _regrouped(
                traced,
                call,
                [(x.shape[i], dims[i]) for i in before],
                [output.shape[i] for i in after],
            )
        )
    _note_sizes(traced, call, result)
    return result


def _matching_groups(before: list[int], after: list[int]) -> list[tuple[list[int], list[int]]]:
    """Groups of dimensions before and after with equal numbers of entries, as small as they go."""
    groups, i, j = [], 0, 0
    while i < len(before) or j < len(after):
        ins, outs, own, other = [], [], 1, 1
        if i < len(before):
            ins, own, i = [i], before[i], i + 1
        if j < len(after):
            outs, other, j = [j], after[j], j + 1
        while own != other:
            if own < other and i < len(before):
                ins.append(i)
                own, i = own * before[i], i + 1
            elif j < len(after):
                outs.append(j)
                other, j = other * after[j], j + 1
            else:
                break
        groups.append((ins, outs))
    return groups


def _regrouped(
    traced: Trace, call: Call, before: list[tuple[int, Labels | None]], after: list[int]
) -> Dims:
    """The labels of one group of dimensions after the view."""
    if all(labels is None for _, labels in before):
        return [None] * len(after)
    large = [position for position, (size, _) in enumerate(before) if size > 1]
    large_after = [position for position, size in enumerate(after) if size > 1]
    if len(large) == 1 and len(large_after) == 1:
        result: Dims = [None] * len(after)
        result[large_after[0]] = before[large[0]][1]
        return result
    flat = _merged(traced, call, before)
    return (
        _split_up(traced, call, flat, after)
        if len(large_after) > 1
        else [flat if position in large_after else None for position in range(len(after))]
    )


def _merged(traced: Trace, call: Call, before: list[tuple[int, Labels | None]]) -> Labels:
    """The label of each entry of merged dimensions, of which one at most can bend."""
    bending = [p for p, (_, labels) in enumerate(before) if labels is not None]
    free = [p for p in bending if (traced.units.roots(before[p][1]) != FIXED).any()]  # type: ignore[arg-type]
    chosen = max(free or bending, key=lambda p: before[p][0])
    for position in bending:
        labels = before[position][1]
        if position != chosen and labels is not None:
            traced.units.pin(labels, f"{call.where} merges it with another dimension")
    shape = [size for size, _ in before]
    own = before[chosen][1]
    assert own is not None
    spread = own.reshape([-1 if p == chosen else 1 for p in range(len(shape))])
    return np.broadcast_to(spread, shape).reshape(-1)


def _split_up(traced: Trace, call: Call, flat: Labels, after: list[int]) -> Dims:
    """The labels of dimensions that entries are split into, of which one can bend."""
    entries = flat.reshape(after)
    chosen = _bending_dim(traced, call, entries)
    result: Dims = [None] * len(after)
    rows = np.moveaxis(entries, chosen, 0).reshape(after[chosen], -1)
    reason = f"{call.where} splits it"
    result[chosen] = np.array(
        [traced.units.unite_all(row, reason) for row in rows.tolist()], dtype=np.int64
    )
    return result


def _bending_dim(traced: Trace, call: Call, entries: Labels) -> int:
    """Which of the dimensions bends: one that needs no further units to be united, else heads."""
    roots = traced.units.roots(entries.reshape(-1)).reshape(entries.shape)
    candidates = [p for p, size in enumerate(entries.shape) if size > 1]
    natural = [p for p in candidates if _is_constant(roots, p)]
    if natural:
        return natural[0]
    return call_preference(call, [(p, entries.shape[p]) for p in candidates])


def _is_constant(roots: Labels, dim: int) -> bool:
    """Whether entries differ along `dim` only."""
    rows = np.moveaxis(roots, dim, 0).reshape(roots.shape[dim], -1)
    return bool((rows == rows[:, :1]).all()) and len(np.unique(rows[:, 0])) > 1


def call_preference(call: Call, candidates: list[tuple[int, int]]) -> int:
    """The dimension that a view splits off as heads: by the numbers that its module keeps."""
    numbers = call.numbers
    heads = {value for name, value in numbers.items() if _names_count(name)}
    inner = {value for name, value in numbers.items() if _names_length(name)}
    by_name = [p for p, size in candidates if size in heads]
    if by_name:  # heads stand before their features, and after what they are several of
        return ([p for p in by_name if p < call.output.dim() - 1] or by_name)[-1]
    others = [p for p, size in candidates if size not in inner]
    if others and len(others) < len(candidates):
        return others[-1]
    if len(candidates) == 2 and candidates[0][1] <= 4 < candidates[1][1]:
        return candidates[1][0]  # the channels within a few groups, as in a shuffle
    return candidates[-2][0] if len(candidates) > 2 else candidates[0][0]


def _names_count(name: str) -> bool:
    words = name.lower()
    return ("head" in words or "group" in words) and not _names_length(name)


def _names_length(name: str) -> bool:
    words = name.lower()
    return any(part in words for part in ("dim", "size", "channels", "features", "per_head"))


def _note_sizes(traced: Trace, call: Call, dims: Dims) -> None:
    for labels in dims:
        if labels is not None:
            traced.sizes.append(Size(call.module, labels))
