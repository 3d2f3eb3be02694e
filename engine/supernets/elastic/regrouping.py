"""Dimensions that a view merges and splits again: which units the new ones have."""

import numpy as np

from engine.supernets.elastic.tracing import Call, Dims, Trace
from engine.supernets.elastic.units import FIXED, Labels

_PARTS = 3  # queries, keys and values


def matching_groups(before: list[int], after: list[int]) -> list[tuple[list[int], list[int]]]:
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


def regrouped(
    traced: Trace,
    call: Call,
    before: list[tuple[int, Labels | None]],
    after: list[int],
    is_last: bool = True,
) -> Dims:
    """The labels of one group of dimensions after the view; whether they are its last ones."""
    if all(labels is None for _, labels in before):
        return [None] * len(after)
    large = [position for position, (size, _) in enumerate(before) if size > 1]
    large_after = [position for position, size in enumerate(after) if size > 1]
    if len(large) == 1 and len(large_after) == 1:
        result: Dims = [None] * len(after)
        result[large_after[0]] = before[large[0]][1]
        return result
    before = [(size, _unless_adaptable(traced, call, labels)) for size, labels in before]
    if all(labels is None for _, labels in before):
        return [None] * len(after)
    flat = _merged(traced, call, before)
    return (
        _split_up(traced, call, flat, after, is_last)
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


def _unless_adaptable(traced: Trace, call: Call, labels: Labels | None) -> Labels | None:
    """The labels of a dimension that belongs to parameters; a constant one is pinned."""
    if labels is None or not traced.units.is_adaptable(labels):
        return labels
    traced.units.pin(labels, f"{call.where} splits it or merges it")
    return None


def _split_up(traced: Trace, call: Call, flat: Labels, after: list[int], is_last: bool) -> Dims:
    """The labels of dimensions that entries are split into, of which one can bend."""
    entries = flat.reshape(after)
    chosen = _bending_dim(traced, call, entries, is_last)
    result: Dims = [None] * len(after)
    rows = np.moveaxis(entries, chosen, 0).reshape(after[chosen], -1)
    reason = f"{call.where} splits it"
    result[chosen] = np.array(
        [traced.units.unite_all(row, reason) for row in rows.tolist()], dtype=np.int64
    )
    return result


def _bending_dim(traced: Trace, call: Call, entries: Labels, is_last: bool) -> int:
    """Which of the dimensions bends: one that needs no further units to be united, else heads."""
    roots = traced.units.roots(entries.reshape(-1)).reshape(entries.shape)
    candidates = [p for p, size in enumerate(entries.shape) if size > 1]
    natural = [p for p in candidates if _is_constant(roots, p)]
    if natural:
        return natural[0]
    return _preference(call, [(p, entries.shape[p]) for p in candidates], is_last)


def _is_constant(roots: Labels, dim: int) -> bool:
    """Whether entries differ along `dim` only."""
    rows = np.moveaxis(roots, dim, 0).reshape(roots.shape[dim], -1)
    return bool((rows == rows[:, :1]).all()) and len(np.unique(rows[:, 0])) > 1


def _preference(call: Call, candidates: list[tuple[int, int]], is_last: bool) -> int:
    """The dimension that a view splits off as heads: by the numbers that its module keeps.

    What `is_last` are features, and no channels of images.
    """
    numbers = call.numbers
    heads = {value for name, value in numbers.items() if _names_count(name)}
    inner = {value for name, value in numbers.items() if _names_length(name)}
    by_name = [p for p, size in candidates if size in heads]
    if by_name:  # heads stand before their features, and after what they are several of
        return ([p for p in by_name if p < call.output.dim() - 1] or by_name)[-1]
    for lengths in ([p for p, size in candidates if size in inner],
                    [p for p, size in candidates if _is_multiple(size, inner)]):  # fmt: skip
        others = [(p, size) for p, size in candidates if p not in lengths]
        is_clear = len(candidates) > 2 or not any(_is_multiple(size, inner) for _, size in others)
        if others and lengths and is_clear:
            return _heads_of(others)
    if not is_last and len(candidates) == 2 and candidates[0][1] <= 4 < candidates[1][1]:
        return candidates[1][0]  # the channels within a few groups, as in a shuffle
    if len(candidates) > 2 and candidates[0][1] > candidates[1][1] == candidates[2][1]:
        return candidates[0][0]  # channels of images, before their height and width
    return _heads_of(candidates[:-1])


def _heads_of(candidates: list[tuple[int, int]]) -> int:
    """The last dimension, or the one before where that is queries, keys and values of each head."""
    if len(candidates) > 1 and candidates[-1][1] <= _PARTS < candidates[-2][1]:
        return candidates[-2][0]
    return candidates[-1][0]


def _is_multiple(size: int, lengths: set[int]) -> bool:
    """Whether a size is several lengths, such as that of queries, keys and values of a head."""
    return any(length > 1 and size % length == 0 for length in lengths)


def _names_count(name: str) -> bool:
    words = name.lower()
    return ("head" in words or "group" in words) and not _names_length(name)


def _names_length(name: str) -> bool:
    words = name.lower()
    return any(part in words for part in ("dim", "size", "channels", "features", "per_head"))
