"""How a network bends, as plain data: its genes, what they keep of tensors, and its costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.space import Gene, SearchSpace
from engine.supernets.elastic.units import FIXED, Labels

Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """A dimension whose entries belong to units of some widths; others always stay.

    `parts` are pairs of a width's index and the `(length,)` unit of each entry, -1 for none.
    """

    parts: tuple[tuple[int, tuple[int, ...]], ...]

    @cached_property
    def units(self) -> tuple[tuple[int, Labels], ...]:
        """The parts as arrays."""
        return tuple((width, np.array(units, dtype=np.int64)) for width, units in self.parts)

    @property
    def widths(self) -> tuple[int, ...]:
        """The indices of the widths that have entries here."""
        return tuple(width for width, _ in self.parts)

    @property
    def length(self) -> int:
        """The number of entries in the largest network."""
        return len(self.parts[0][1])

    def kept(self, counts: Sequence[int]) -> Truths:
        """`(length,)` whether each entry stays where `counts` units of each width are kept."""
        mask = np.ones(self.length, dtype=bool)
        for width, units in self.units:
            mask &= (units == FIXED) | (units < counts[width])
        return mask

    @cached_property
    def count(self) -> "Count":
        """The number of entries as a linear function of the units kept."""
        owned = sum(int((units != FIXED).sum()) for _, units in self.units)
        return Count(
            self.length - owned,
            tuple((width, int((units == 0).sum())) for width, units in self.units),
        )


@dataclass(frozen=True)
class Count:
    """A size: `constant`, plus for each pair a variable times a coefficient."""

    constant: int
    terms: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Width:
    """Units of a kind, such as channels of a layer, of which the first ones are kept.

    `choices` are numbers of units, ascending; a unit has `entries` channels. `layers` produce them.
    `block` is the block that has all of them; empty if several have.
    """

    name: str
    role: str
    units: int
    entries: int
    choices: tuple[int, ...]
    layers: tuple[str, ...]
    block: str = ""

    @property
    def values(self) -> tuple[int, ...]:
        """The choices as people count them: heads, or channels."""
        return (
            self.choices
            if self.role == "heads"
            else tuple(units * self.entries for units in self.choices)
        )


@dataclass(frozen=True)
class Stage:
    """Blocks that can be skipped, those that are kept longest first.

    At least `least` of them stay. The stage has `others` blocks more, which always stay.
    """

    name: str
    blocks: tuple[str, ...]
    least: int
    others: int = 0


@dataclass(frozen=True)
class Kernel:
    """The kernel of a depthwise convolution, of which the centre is kept; `choices` ascend.

    `padding` is that of the largest kernel; empty where the convolution finds it by itself.
    """

    layer: str
    choices: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    block: str = ""


@dataclass(frozen=True)
class Attribute:
    """A number in a module that is a size: `name`, or the entry `index` of the tuple `name`."""

    module: str
    name: str
    axis: Axis
    index: int | None = None


@dataclass(frozen=True)
class Term:
    """Multiply-accumulates or parameters: a factor times sizes, gone where `block` is skipped.

    `factors` has one number for each input resolution.
    """

    factors: tuple[int, ...]
    sizes: tuple[Count, ...] = ()
    block: str = ""


@dataclass(frozen=True)
class Structure:
    """All that `ElasticNetwork` needs to know of a network beside its modules.

    Variables of costs are the units kept of each width, then the size of each kernel.
    """

    widths: tuple[Width, ...]
    stages: tuple[Stage, ...] = ()
    kernels: tuple[Kernel, ...] = ()
    resolutions: tuple[int, ...] = ()
    axes: tuple[tuple[str, int, Axis], ...] = ()
    """Tensors by name, a dimension, and its entries."""
    attributes: tuple[Attribute, ...] = ()
    macs: tuple[Term, ...] = ()
    params: tuple[Term, ...] = ()
    state: tuple[Term, ...] = ()
    """Bytes of the state dict."""
    outputs: Mapping[str, int] = field(default_factory=dict)
    """Blocks that can be skipped, in the order of the network.

    With the length of the tuple that each returns; 0 for a tensor.
    """
    added: frozenset[str] = frozenset()
    """Those of `outputs` whose output the network adds to their input: skipped, it is zero."""
    passed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By block, the positions of the arguments that it returns after the first entry of a tuple."""

    @cached_property
    def space(self) -> SearchSpace:
        """The search space: resolution, depths, widths, heads and kernels."""
        return SearchSpace(tuple(self._genes()))

    @cached_property
    def positions(self) -> Mapping[str, tuple[int, ...]]:
        """The indices in a genotype of the genes of `stages`, `widths` and `kernels`."""
        first = 1 if self.resolutions else 0
        stages = tuple(range(first, first + len(self.stages)))
        order = [*self._width_order("width"), *self._width_order("heads")]
        first += len(self.stages)
        widths = tuple(first + order.index(index) for index in range(len(self.widths)))
        first += len(self.widths)
        return {
            "stages": stages,
            "widths": widths,
            "kernels": tuple(range(first, first + len(self.kernels))),
        }

    def _width_order(self, role: str) -> list[int]:
        return [index for index, width in enumerate(self.widths) if width.role == role]

    def _kept_from(self, stage: Stage) -> tuple[int, ...]:
        """The least depth with each block of a stage, in the order of the network.

        The others lead the stage; `outputs` are in the order of the network.
        """
        ranks = {block: stage.others + rank for rank, block in enumerate(stage.blocks, 1)}
        in_order = (ranks[block] for block in self.outputs if block in ranks)
        return (*range(1, stage.others + 1), *in_order)

    def _genes(self) -> list[Gene]:
        genes = []
        if self.resolutions:
            genes.append(Gene("r", self.resolutions, role="resolution"))
        first_stage = len(genes)
        switches: dict[str, tuple[int, int]] = {}
        for number, stage in enumerate(self.stages):
            depths = range(stage.others + stage.least, stage.others + len(stage.blocks) + 1)
            genes.append(
                Gene(
                    "d", tuple(depths), role="depth", part=_part(stage.name),
                    kept_from=self._kept_from(stage),
                )
            )  # fmt: skip
            for rank, block in enumerate(stage.blocks):
                switches[block] = (first_stage + number, stage.others + rank + 1)
        for role, group in (("width", "w"), ("heads", "h")):
            widths = [self.widths[index] for index in self._width_order(role)]
            genes.extend(
                _switched(switches, w.block, group, w.values, role=role, part=_part(w.name))
                for w in widths
            )
        genes.extend(
            _switched(switches, k.block, "k", k.choices, role="kernel", part=_part(k.layer))
            for k in self.kernels
        )
        return genes


_MAX_PART = 60


def _part(name: str) -> str:
    """A module's name as the part of a gene; the end of a long one."""
    return name if len(name) <= _MAX_PART else f"…{name[-_MAX_PART + 1 :]}"


def _switched(
    switches: Mapping[str, tuple[int, int]], block: str, group: str, choices: Any, **labels: Any
) -> Gene:
    """A gene, which has an effect only where its block is not skipped."""
    if block not in switches:
        return Gene(group, choices, **labels)
    switch, needs = switches[block]
    return Gene(group, choices, switch=switch, needs=needs, **labels)
