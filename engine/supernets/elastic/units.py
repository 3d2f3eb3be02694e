"""Units: the channels, heads or features of a network that can only be removed together.

Each entry of a dimension of a parameter is a unit at first. Operations of the network unite units:
a convolution unites each of its input channels with the channel of the layer before it. What meets
a size that cannot change is pinned.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
"""`(size,)` the unit of each entry of a dimension; FIXED where the entry always stays."""

FIXED = -1


class Units:
    """A union of sets of units, and the units that are pinned, each with the first reason."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._reasons: dict[int, str] = {}
        self._adaptable: set[int] = set()

    def new(self, count: int, adaptable: bool = False) -> Labels:
        """`(count,)` new units.

        Those of a constant tensor are `adaptable`: the code may make it as large as what it meets.
        """
        first = len(self._parents)
        if adaptable:
            self._adaptable.update(range(first, first + count))
        self._parents.extend(range(first, first + count))
        return np.arange(first, first + count, dtype=np.int64)

    def find(self, unit: int) -> int:
        """The unit that stands for all that `unit` is united with."""
        root = unit
        while self._parents[root] != root:
            root = self._parents[root]
        while self._parents[unit] != root:
            self._parents[unit], unit = root, self._parents[unit]
        return root

    def is_adaptable(self, labels: Labels) -> bool:
        """Whether these entries have met no parameter and nothing fixed."""
        return all(unit != FIXED and self.find(unit) in self._adaptable for unit in labels.tolist())

    def roots(self, labels: Labels) -> Labels:
        """The standing unit of each entry; FIXED for entries that are fixed or pinned."""
        found = {unit: self._free_root(unit) for unit in np.unique(labels).tolist()}
        return np.array([found[unit] for unit in labels.tolist()], dtype=np.int64)

    def unite(self, first: Labels, second: Labels, reason: str) -> None:
        """Unite entry by entry; an entry that meets FIXED is pinned for `reason`."""
        for one, other in zip(first.tolist(), second.tolist(), strict=True):
            if one == other:
                continue
            if FIXED in (one, other):
                self._pin(max(one, other), reason)
            else:
                self._unite(one, other)

    def unite_all(self, labels: Sequence[int], reason: str) -> int:
        """Unite all these entries into one unit, which is returned."""
        first = labels[0]
        for other in labels[1:]:
            if FIXED in (first, other):
                for unit in labels:
                    self._pin(unit, reason)
                return first
            self._unite(first, other)
        return first

    def pin(self, labels: Labels, reason: str) -> None:
        """Keep these entries in every sub-network, for `reason`."""
        for unit in np.unique(labels).tolist():
            self._pin(unit, reason)

    def reason(self, labels: Labels) -> str:
        """Why the first pinned entry is pinned; empty if none is."""
        for unit in labels.tolist():
            if unit != FIXED and (reason := self._reasons.get(self.find(unit))):
                return reason
        return ""

    def _free_root(self, unit: int) -> int:
        root = FIXED if unit == FIXED else self.find(unit)
        return FIXED if root in self._reasons else root

    def _unite(self, one: int, other: int) -> None:
        kept, merged = sorted((self.find(one), self.find(other)))
        if kept == merged:
            return
        self._parents[merged] = kept
        if not {kept, merged} <= self._adaptable:
            self._adaptable -= {kept, merged}
        if merged in self._reasons:
            self._reasons.setdefault(kept, self._reasons.pop(merged))

    def _pin(self, unit: int, reason: str) -> None:
        if unit != FIXED:
            self._reasons.setdefault(self.find(unit), reason)
