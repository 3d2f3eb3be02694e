"""The structure of a network from its trace and from what of it may bend."""

import re
from collections import defaultdict
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
        self._passed = {block.name: block.passed for block in blocks if block.passed}
        self._added = {block.name for block in blocks if block.is_added}
        self._modules = dict(model.named_modules())
        first = traces[0]
        self._silent = _silent_parts(self._modules, first)
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
        parts = (axis_by_roots, kernels, len(groups))
        parameters, state = self._parameters(skippable), self._state(skippable)
        return Structure(
            widths=tuple(g.width(g.choices(self._settings), skippable) for g in groups),
            stages=chosen,
            kernels=kernels,
            resolutions=self._settings.resolutions,
            axes=axes,
            attributes=tuple(self._attributes(axis_by_roots, follows)),
            macs=tuple(self._macs(skippable, *parts)) if costs else (),
            params=tuple(self._tensors(parameters, *parts)) if costs else (),
            state=tuple(self._tensors(state, *parts)) if costs else (),
            outputs={name: self._outputs[name] for name in skippable},
            added=frozenset(self._added.intersection(skippable)),
            passed={name: self._passed[name] for name in skippable if name in self._passed},
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
                (_kind(module), name)
                for size, roots in self._sizes
                if not (size.needed or size.compared) and axes.of(roots) is not None
                for module, name, _ in self._places(size)
            )
        )

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
            for module, name, index in self._places(size):
                is_left = not size.needed and (_kind(module), name) in left
                if not is_left and (module, name, index) not in seen:
                    seen.add((module, name, index))
                    yield Attribute(module, name, axis, index)

    def _places(self, size: Size) -> Iterator[tuple[str, str, int | None]]:
        """The numbers that hold this size: modules, attributes, and positions in tuples.

        They are those of the module, and of parts of it that it does not run but for methods.
        """
        name, _, position = size.name.partition(".")
        if name and hasattr(self._modules[size.module], name):
            index = int(position) if position else None
            value: Any = getattr(self._modules[size.module], name)
            if index is not None and isinstance(value, int):
                index = None
            yield size.module, name, index
            return
        count = len(size.labels)
        for owner in (size.module, *self._silent.get(size.module, ())):
            for found, number in whole_numbers(self._modules[owner]).items():
                if number == count:
                    yield owner, found, None
            for found, values in vars(self._modules[owner]).items():
                if isinstance(values, tuple | list) and found.isidentifier():
                    yield from (
                        (owner, found, i)
                        for i, v in enumerate(values)
                        if type(v) is int and v == count
                    )

    def _macs(
        self, skippable: Sequence[str], axes: "_Axes", kernels: Sequence[Kernel], widths: int
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
            product = products[0]
            if product.module in by_layer:
                variable, kernel = by_layer[product.module]
                rank = len(kernel.dilation)
                factors = [factor // kernel.choices[-1] ** rank for factor in factors]
                sizes.extend([Count(0, ((variable, 1),))] * rank)
            block = next((name for name in product.callers if name in skippable), "")
            yield Term(tuple(factors), tuple(sizes), block)

    def _count(self, size: int | Labels, axes: "_Axes") -> Count:
        if isinstance(size, int):
            return Count(size)
        axis = axes.of(self._traces[0].units.roots(size))
        return Count(len(size)) if axis is None else axis.count

    def _parameters(self, skippable: Sequence[str]) -> Iterator["_Counted"]:
        """Each parameter once, and 1: as what it counts.

        It is gone with a block that has it under each of its names.
        """
        names = defaultdict(list)
        for name, parameter in self._model.named_parameters(remove_duplicate=False):
            names[id(parameter)].append(name)
        for name, parameter in self._model.named_parameters():
            blocks = {_block_of(own, skippable) for own in names[id(parameter)]}
            yield _Counted(name, parameter, 1, blocks.pop() if len(blocks) == 1 else "")

    def _state(self, skippable: Sequence[str]) -> Iterator["_Counted"]:
        """What a state dict has, under the first name of each, and the bytes of a number."""
        named = [*self._model.named_parameters(), *self._model.named_buffers()]
        names = {id(tensor): name for name, tensor in named}
        for name, tensor in self._model.state_dict(keep_vars=True).items():
            if isinstance(tensor, Tensor):
                size = 4 if tensor.is_floating_point() else tensor.element_size()
                first = names.get(id(tensor), name)
                yield _Counted(first, tensor, size, _block_of(name, skippable))

    def _tensors(
        self, tensors: Iterable["_Counted"], axes: "_Axes", kernels: Sequence[Kernel], widths: int
    ) -> Iterator[Term]:
        by_weight = {f"{k.layer}.weight": widths + n for n, k in enumerate(kernels)}
        for counted in tensors:
            name, factor, sizes = counted.name, counted.each, []
            for dim, length in enumerate(counted.tensor.shape):
                roots = self._roots.get((name, dim))
                axis = None if roots is None else axes.of(roots)
                if name in by_weight and dim >= 2:
                    sizes.append(Count(0, ((by_weight[name], 1),)))
                elif axis is None:
                    factor *= length
                else:
                    sizes.append(axis.count)
            yield Term((factor,), tuple(sizes), counted.block)


@dataclass(frozen=True)
class _Counted:
    """A tensor, what each of its entries counts, and the block with which it is gone."""

    name: str
    tensor: Tensor
    each: int
    block: str


def _kind(module: str) -> str:
    """A module, and others that differ from it in a number only."""
    return re.sub(r"\d+", "*", module)


def _silent_parts(modules: Iterable[str], traced: Trace) -> Mapping[str, list[str]]:
    """The modules that are never run as such, by the innermost one around each that is."""
    parts = defaultdict(list)
    for name in modules:
        if name not in traced.calls:
            around = name.rpartition(".")[0]
            while around and around not in traced.calls:
                around = around.rpartition(".")[0]
            parts[around].append(name)
    return parts


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
