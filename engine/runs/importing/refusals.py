"""Rows of a results CSV that are left out, by kind of reason."""

from collections.abc import Sequence
from typing import Literal

from engine.runs.importing.report import SHOWN, Refusal

Kind = Literal["length", "shape", "text", "space", "number", "value", "macs"]
_FOREIGN: tuple[Kind, ...] = ("space", "macs")


class Refusals:
    """Counts the rows that were left out; remembers the first lines of each kind and a reason."""

    def __init__(self, lines: Sequence[int]) -> None:
        self._lines = lines
        self._first: dict[tuple[Kind, str], str] = {}
        self._rows: dict[tuple[Kind, str], list[int]] = {}
        self._counts: dict[tuple[Kind, str], int] = {}

    def add(self, row: int, kind: Kind, reason: str, column: str = "") -> None:
        """Leave out a row for `reason`; numbers are told apart by their column."""
        group = (kind, column)
        self._first.setdefault(group, reason)
        self._counts[group] = self._counts.get(group, 0) + 1
        shown = self._rows.setdefault(group, [])
        if len(shown) < SHOWN:
            shown.append(self._lines[row])

    @property
    def foreign(self) -> int:
        """How many rows are of no sub-network that the supernet has."""
        return sum(count for (kind, _), count in self._counts.items() if kind in _FOREIGN)

    @property
    def first_foreign(self) -> Refusal:
        """The first of those."""
        foreign = [self._group(group) for group in self._first if group[0] in _FOREIGN]
        return min(foreign, key=lambda refusal: refusal.lines[0])

    @property
    def groups(self) -> tuple[Refusal, ...]:
        """What was left out, in the order in which it was met."""
        return tuple(self._group(group) for group in self._first)

    def _group(self, group: tuple[Kind, str]) -> Refusal:
        return Refusal(self._counts[group], tuple(self._rows[group]), self._first[group])
