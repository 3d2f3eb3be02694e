"""Refusals: the rows of a results CSV that cannot be used, by kind of reason."""

from collections.abc import Sequence
from typing import Literal

from engine.runs.importing.report import MAX_EXAMPLES, Refusal

Kind = Literal["length", "shape", "text", "space", "number", "value", "macs"]
_FOREIGN_KINDS: tuple[Kind, ...] = ("space", "macs")


class Refusals:
    """Counts refused rows; keeps the first lines and the first reason of each kind."""

    def __init__(self, lines: Sequence[int]) -> None:
        self._lines = lines
        self._first_reasons: dict[tuple[Kind, str], str] = {}
        self._first_lines: dict[tuple[Kind, str], list[int]] = {}
        self._counts: dict[tuple[Kind, str], int] = {}

    def add(self, row: int, kind: Kind, reason: str, column: str = "") -> None:
        """Refuse a row for `reason`; problems of numbers are grouped by `column`."""
        group = (kind, column)
        self._first_reasons.setdefault(group, reason)
        self._counts[group] = self._counts.get(group, 0) + 1
        lines = self._first_lines.setdefault(group, [])
        if len(lines) < MAX_EXAMPLES:
            lines.append(self._lines[row])

    @property
    def foreign(self) -> int:
        """The number of rows whose sub-networks are not in the supernet."""
        return sum(count for (kind, _), count in self._counts.items() if kind in _FOREIGN_KINDS)

    @property
    def first_foreign(self) -> Refusal:
        """The first refusal of such rows."""
        refusals = [
            self._refusal(group) for group in self._first_reasons if group[0] in _FOREIGN_KINDS
        ]
        return min(refusals, key=lambda refusal: refusal.lines[0])

    @property
    def groups(self) -> tuple[Refusal, ...]:
        """The refusals by kind, in the order of the file."""
        return tuple(self._refusal(group) for group in self._first_reasons)

    def _refusal(self, group: tuple[Kind, str]) -> Refusal:
        return Refusal(
            self._counts[group], tuple(self._first_lines[group]), self._first_reasons[group]
        )
