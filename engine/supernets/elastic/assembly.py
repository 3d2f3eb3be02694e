"""The structure of a network from its trace and from what of it may bend."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from engine.supernets.elastic.blocks import Block
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.structure import (
    Attribute,
    Axis,
    Count,
    Kernel,
    Stage,
    Structure,
    Term,
)
from engine.supernets.elastic.tracing import Size, Trace, whole_numbers
from engine.supernets.elastic.units import FIXED, Labels
from engine.supernets.elastic.widths import UnitGroup, unit_owners


@dataclass(frozen=True)
class Bend:
    """A width, stage or kernel that may bend.

    A width `sets_numbers` where numbers in the network's modules follow it, such as that of heads,
    but for those `except_for`: pairs of a module, without its numbers, and an attribute. It
    `sets_compared` where those do as well that modules may compare with sizes of their arguments.
    """

    part: UnitGroup | Stage | Kernel
    sets_numbers: bool = False
    except_for: frozenset[tuple[str, str]] = frozenset()
    sets_compared: bool = False

    @property
    def name(self) -> str:
        """The name of the gene."""
        return self.part.layer if isinstance(self.part, Kernel) else self.part.name


class Assembly:
    """Makes structures of one network, with more or fewer of its parts bending."""

    def __init__(
        self,
        model: nn.Module,
        traces: Sequence[Trace],
        blocks: Sequence[Block],
        settings: ElasticSettings,
    ) -> None:
        self._model, self._traces, self._settings = model, traces, settings
        self._outputs = {block.name: block.outputs for block in blocks}
        self._added = {block.name for block in blocks if block.is_added}
        self._modules = dict(model.named_modules())
        first = traces[0]
        self._roots = {
            (name, dim): first.units.roots(labels)
            for name, dims in first.tensor_dims.items()
            for dim, labels in enumerate(dims)
            if labels is not None
        }
        self._sizes = [(size, first.units.roots(size.labels)) for size in first.sizes]

    def structure(self, bends: Sequence[Bend], costs: bool = True) -> Structure:
        """The structure in which these parts bend, and nothing else; tests need no `costs`."""
        groups = [b.part for b in bends if isinstance(b.part, UnitGroup)]
        chosen = tuple(b.part for b in bends if isinstance(b.part, Stage))
        kernels = tuple(b.part for b in bends if isinstance(b.part, Kernel))
        owners = unit_owners(groups)
        skippable = [block for stage in chosen for block in stage.blocks]
        axis_by_roots = _Axes(owners)
        axes = tuple(
            (name, dim, axis)
            for (name, dim), roots in self._roots.items()
            if (axis := axis_by_roots.of(roots)) is not None
        )
        follows = [b for b in bends if isinstance(b.part, UnitGroup)]
        parts = (axis_by_roots, skippable, kernels, len(groups))
        return Structure(
            widths=tuple(g.width(g.choices(self._settings), skippable) for g in groups),
            stages=chosen,
            kernels=kernels,
            resolutions=self._settings.resolutions,
            axes=axes,
            attributes=tuple(self._attributes(axis_by_roots, follows)),
            macs=tuple(self._macs(*parts)) if costs else (),
            params=tuple(self._tensors(self._parameters(), *parts)) if costs else (),
            state=tuple(self._tensors(self._state(), *parts)) if costs else (),
            outputs={name: self._outputs[name] for name in skippable},
            added=frozenset(self._added.intersection(skippable)),
        )

    def compares(self, group: UnitGroup) -> bool:
        """Whether modules may compare this width with a number of their own."""
        axes = _Axes(unit_owners([group]))
        return any(size.compared and axes.of(roots) is not None for size, roots in self._sizes)

    def numbers(self, group: UnitGroup) -> list[tuple[str, str]]:
        """The numbers that might follow this width: modules, without numbers, and attributes."""
        axes = _Axes(unit_owners([group]))
        return list(
            dict.fromkeys(
                (self._kind(size), name)
                for size, roots in self._sizes
                if not (size.needed or size.compared) and axes.of(roots) is not None
                for name, _ in self._places(size)
            )
        )

    @staticmethod
    def _kind(size: Size) -> str:
        """The module of a size, and others that differ from it in a number only."""
        return re.sub(r"\d+", "*", size.module)

    def _attributes(self, axes: "_Axes", follows: Sequence[Bend]) -> Iterator[Attribute]:
        seen = set()
        for size, roots in self._sizes:
            axis = axes.of(roots)
            if axis is None:
                continue
            owning = [follows[width] for width in axis.widths]
            if not size.needed and not all(_follows(bend, size) for bend in owning):
                continue
            left = {pair for bend in owning for pair in bend.except_for}
            for name, index in self._places(size):
                is_left = not size.needed and (self._kind(size), name) in left
                if not is_left and (size.module, name, index) not in seen:
                    seen.add((size.module, name, index))
                    yield Attribute(size.module, name, axis, index)

    def _places(self, size: Size) -> Iterator[tuple[str, int | None]]:
        """The attributes of the module that hold this size: names, and positions in tuples."""
        module, count = self._modules[size.module], len(size.labels)
        name, _, position = size.name.partition(".")
        if name and hasattr(module, name):
            index = int(position) if position else None
            value: Any = getattr(module, name)
            if index is not None and isinstance(value, int):
                index = None
            yield name, index
            return
        for found, number in whole_numbers(module).items():
            if number == count:
                yield found, None
        for found, values in vars(module).items():
            if isinstance(values, tuple | list) and found.isidentifier():
                yield from (
                    (found, i) for i, v in enumerate(values) if type(v) is int and v == count
                )

    def _macs(
        self,
        axes: "_Axes",
        skippable: Sequence[str],
        kernels: Sequence[Kernel],
        widths: int,
    ) -> Iterator[Term]:
        by_layer = {kernel.layer: (widths + n, kernel) for n, kernel in enumerate(kernels)}
        for products in zip(*(traced.products for traced in self._traces), strict=True):
            factors, sizes = [product.factor for product in products], []
            for dims in zip(*(product.dims for product in products), strict=True):
                count = self._count(dims[0], axes)
                if count.terms:
                    sizes.append(count)
                else:
                    lengths = [d if isinstance(d, int) else len(d) for d in dims]
                    factors = [f * n for f, n in zip(factors, lengths, strict=True)]
            module = products[0].module
            if module in by_layer:
                variable, kernel = by_layer[module]
                rank = len(kernel.dilation)
                factors = [factor // kernel.choices[-1] ** rank for factor in factors]
                sizes.extend([Count(0, ((variable, 1),))] * rank)
            yield Term(tuple(factors), tuple(sizes), _block_of(module, skippable))

    def _count(self, size: int | Labels, axes: "_Axes") -> Count:
        if isinstance(size, int):
            return Count(size)
        axis = axes.of(self._traces[0].units.roots(size))
        return Count(len(size)) if axis is None else axis.count

    def _parameters(self) -> Iterator[tuple[str, Tensor, int]]:
        """Each parameter once, and 1: as what it counts."""
        for name, parameter in self._model.named_parameters():
            yield name, parameter, 1

    def _state(self) -> Iterator[tuple[str, Tensor, int]]:
        """What a state dict has, under the first name of each, and the bytes of a number."""
        named = [*self._model.named_parameters(), *self._model.named_buffers()]
        names = {id(tensor): name for name, tensor in named}
        for name, tensor in self._model.state_dict(keep_vars=True).items():
            if isinstance(tensor, Tensor):
                size = 4 if tensor.is_floating_point() else tensor.element_size()
                yield names.get(id(tensor), name), tensor, size

    def _tensors(
        self,
        tensors: Iterable[tuple[str, Tensor, int]],
        axes: "_Axes",
        skippable: Sequence[str],
        kernels: Sequence[Kernel],
        widths: int,
    ) -> Iterator[Term]:
        by_weight = {f"{k.layer}.weight": widths + n for n, k in enumerate(kernels)}
        for name, tensor, each in tensors:
            factor, sizes = each, []
            for dim, length in enumerate(tensor.shape):
                roots = self._roots.get((name, dim))
                axis = None if roots is None else axes.of(roots)
                if name in by_weight and dim >= 2:
                    sizes.append(Count(0, ((by_weight[name], 1),)))
                elif axis is None:
                    factor *= length
                else:
                    sizes.append(axis.count)
            yield Term((factor,), tuple(sizes), _block_of(name, skippable))


def _follows(bend: Bend, size: Size) -> bool:
    return bend.sets_compared if size.compared else bend.sets_numbers


class _Axes:
    """The axes of dimensions by their standing units, each made once."""

    def __init__(self, owners: Mapping[int, tuple[int, int]]) -> None:
        self._owners = owners
        self._known: dict[bytes, Axis | None] = {}

    def of(self, roots: Labels) -> Axis | None:
        """The axis of a dimension; None if none of its units bends."""
        key = roots.tobytes()
        if key not in self._known:
            self._known[key] = axis_of(roots, self._owners)
        return self._known[key]


def axis_of(roots: Labels, owners: Mapping[int, tuple[int, int]]) -> Axis | None:
    """The axis of a dimension whose entries have these standing units; None if none bends."""
    parts: dict[int, Labels] = {}
    for position, root in enumerate(roots.tolist()):
        if root in owners:
            width, unit = owners[root]
            parts.setdefault(width, np.full(len(roots), FIXED, dtype=np.int64))[position] = unit
    if not parts:
        return None
    return Axis(tuple((width, tuple(units.tolist())) for width, units in sorted(parts.items())))


def _block_of(name: str, blocks: Sequence[str]) -> str:
    """The block that a module or parameter is in; empty for none."""
    return next((b for b in blocks if name == b or name.startswith(f"{b}.")), "")
