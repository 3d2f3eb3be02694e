"""The widths of a network: which units are of one kind, what they are called, and their choices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import gcd

import numpy as np
from torch import nn

from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.structure import Width
from engine.supernets.elastic.tracing import Trace
from engine.supernets.elastic.units import FIXED, Labels

_LEAST_CHANNELS = 8

Place = tuple[str, int]
"""A parameter or buffer by name, and a dimension."""


@dataclass(frozen=True)
class UnitGroup:
    """Units that occur in the same places, equally often: a width of the network.

    `roots` are the standing units of each, in the order of their first place.
    """

    name: str
    role: str
    roots: tuple[tuple[int, ...], ...]
    entries: int
    layers: tuple[str, ...]
    tensors: tuple[str, ...]
    mixes: bool = False
    """Whether values are normalised or averaged over them."""
    joins: tuple[str, ...] = ()
    """The groups of which it is made, where it is made of several."""

    def choices(self, settings: ElasticSettings) -> tuple[int, ...]:
        """The numbers of units to choose from, ascending; the last one is all."""
        if (given := settings.choices.get(self.name)) is not None:
            entries = 1 if self.role == "heads" else self.entries
            return tuple(sorted({*(n // entries for n in given), len(self.roots)}))
        if self.name in settings.rigid:
            return (len(self.roots),)
        return rounded_choices(len(self.roots), self.entries, self.role, settings)

    def width(self, choices: tuple[int, ...], blocks: Sequence[str]) -> Width:
        """The width with these choices, in one of `blocks` if all of it is."""
        inside = [b for b in blocks if all(name.startswith(f"{b}.") for name in self.tensors)]
        return Width(
            self.name, self.role, len(self.roots), self.entries, choices, self.layers,
            inside[0] if inside else "",
        )  # fmt: skip


def rounded_choices(
    units: int, entries: int, role: str, settings: ElasticSettings
) -> tuple[int, ...]:
    """The ratios of `units`, in steps of the divisor where there are channels enough."""
    step = 1
    if role != "heads":
        if units * entries < _LEAST_CHANNELS:
            return (units,)
        divisor = settings.divisor
        while divisor > 1 and divisor * 4 > units * entries:
            divisor //= 2
        step = divisor // gcd(divisor, entries)
    found = {max(step, int(units * ratio / step + 0.5) * step) for ratio in settings.ratios}
    return tuple(sorted({min(count, units) for count in found} | {units}))


def unit_groups(traced: Trace, model: nn.Module) -> list[UnitGroup]:
    """All groups of free units, in the order in which the network uses them."""
    roots_by_place: dict[Place, Labels] = {
        (name, dim): traced.units.roots(labels)
        for name, dims in traced.tensor_dims.items()
        for dim, labels in enumerate(dims)
        if labels is not None
    }
    order = {name: position for position, name in enumerate(traced.layers)}
    places: dict[int, dict[Place, int]] = defaultdict(dict)
    for place, roots in roots_by_place.items():
        found, counts = np.unique(roots, return_counts=True)
        for unit, count in zip(found.tolist(), counts.tolist(), strict=True):
            if unit != FIXED:
                places[unit][place] = count
    kinds: dict[tuple[tuple[Place, int], ...], list[int]] = defaultdict(list)
    for unit, own in places.items():
        kinds[tuple(sorted(own.items()))].append(unit)
    heads = _root_set(traced, traced.heads)
    mixed = _root_set(traced, traced.mixed)
    weights = {name for name, p in model.named_parameters() if p.dim() > 1}
    groups = []
    parameters = {name for name, _ in model.named_parameters()}
    for own_places, units in kinds.items():
        if not any(name in order and name in parameters for (name, _), _ in own_places):
            continue  # of numbers alone that the network does not use, or only reads
        used = sorted(own_places, key=lambda item: order.get(item[0][0], len(order)))
        producers = [item for item in used if item[0][0] in weights] or used
        (first, dim), entries = producers[0]
        members = set(units)
        in_order = dict.fromkeys(roots_by_place[first, dim].tolist())
        groups.append(
            UnitGroup(
                name=_layer(first),
                role="heads" if heads.intersection(units) else "width",
                roots=tuple((unit,) for unit in in_order if unit in members),
                entries=entries,
                layers=tuple(dict.fromkeys(_layer(name) for (name, _), _ in producers)),
                tensors=tuple(dict.fromkeys(name for (name, _), _ in used)),
                mixes=bool(mixed.intersection(units)),
            )
        )
    groups.sort(key=lambda group: min(order.get(name, len(order)) for name in group.tensors))
    return _with_distinct_names(groups)


def _root_set(traced: Trace, dims: Sequence[Labels]) -> set[int]:
    return {root for labels in dims for root in traced.units.roots(labels).tolist()} - {FIXED}


def _layer(tensor: str) -> str:
    """The module of a parameter; the parameter itself where it belongs to the whole network."""
    module, _, leaf = tensor.rpartition(".")
    return module if leaf in ("weight", "bias") and module else tensor


def _with_distinct_names(groups: list[UnitGroup]) -> list[UnitGroup]:
    seen: dict[str, int] = {}
    result = []
    for group in groups:
        name = f"{group.name}.heads" if group.role == "heads" else group.name
        seen[name] = seen.get(name, 0) + 1
        result.append(replace(group, name=name if seen[name] == 1 else f"{name} {seen[name]}"))
    return result


def unit_owners(widths: Sequence[UnitGroup]) -> Mapping[int, tuple[int, int]]:
    """The width and the number within it of each standing unit."""
    return {
        root: (index, number)
        for index, group in enumerate(widths)
        for number, roots in enumerate(group.roots)
        for root in roots
    }


def joined_groups(groups: Sequence[UnitGroup]) -> list[UnitGroup]:
    """Each embedding joined with what its modules make as large by their code.

    `groups` bend on their own in no way. An embedding of 96 channels and the three heads of each of
    its layers are three units then, each with 32 channels of the embedding and one head of each.
    Other widths of the same size in modules that use the embedding are joined channel by channel,
    such as those of a convolution whose output is reshaped to the shape of its input.
    """
    heads = [group for group in groups if group.role == "heads"]
    result = []
    for embedding in (group for group in groups if group.role == "width"):
        own = [h for h in heads if set(h.tensors) & set(embedding.tensors)]
        same = _as_large(embedding, groups)
        for some_heads, others in ((own, []), (own, same), ([], same)):
            joined = _joined(embedding, some_heads, others)
            if joined is not None and joined not in result:
                result.append(joined)
    return result


def _as_large(embedding: UnitGroup, groups: Sequence[UnitGroup]) -> list[UnitGroup]:
    """Other widths of as many channels in the modules that have parameters of an embedding."""
    modules = {_parent(name) for name in embedding.tensors}
    return [
        group
        for group in groups
        if group.role == "width"
        and group.name != embedding.name
        and len(group.roots) == len(embedding.roots)
        and modules & {_parent(name) for name in group.tensors}
    ]


def _parent(tensor: str) -> str:
    """The module that has the layer of a parameter."""
    return tensor.rpartition(".")[0].rpartition(".")[0]


def _joined(
    embedding: UnitGroup, heads: Sequence[UnitGroup], others: Sequence[UnitGroup]
) -> UnitGroup | None:
    """One group of several; None where heads do not divide the channels, or nothing is joined."""
    units = min((len(head.roots) for head in heads), default=len(embedding.roots))
    if not (heads or others) or len(embedding.roots) % units:
        return None
    if any(len(head.roots) != units for head in heads):
        return None
    size = len(embedding.roots) // units
    parts = (embedding, *others, *heads)
    roots = tuple(
        tuple(
            chain(
                *(
                    root
                    for part in (embedding, *others)
                    for root in part.roots[first : first + size]
                ),
                *(head.roots[unit] for head in heads),
            )
        )
        for unit, first in enumerate(range(0, units * size, size))
    )
    return replace(
        embedding,
        role="heads" if heads else "width",
        name=f"{embedding.name} and {'heads' if heads else others[0].name}",
        roots=roots,
        entries=embedding.entries * size,
        layers=tuple(dict.fromkeys(n for part in parts for n in part.layers)),
        tensors=tuple(dict.fromkeys(n for part in parts for n in part.tensors)),
        mixes=True,
        joins=tuple(part.name for part in parts),
    )
