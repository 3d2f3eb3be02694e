"""One choice that a search makes: what can be chosen, of which kind, and when it has an effect."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import Choice, Kind, choice_text, is_choice, is_text, python_value, typed
from engine.space.gene_checks import (
    checked_choices,
    checked_kind,
    checked_label,
    checked_needs,
    checked_part,
    wrong_gene,
)
from engine.space.roles import Role, checked_role

_LISTED = 12  # choices that a message repeats


@dataclass(frozen=True)
class IndexedValues:
    """Says that choices are indices: choice `i` stands for `values[i]`, one of `what`."""

    what: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Gene:
    """One choice. `group` is its key in a config, such as `ks`; genes of a group keep their order.

    `kind` follows from `choices`, unless they are `categorical`:

    - `ordinal`, a tuple: numbers in their order, rising or falling.
    - `range`, a Python `range` of up to 2^31 whole numbers, which is never written out.
    - `categorical`, a tuple of texts or numbers without an order: none of them is an end, and no
      two are closer to each other than others. Texts are always of this kind.

    Indices follow the order in which choices are given; what is smallest and largest follows the
    numbers.

    `switch` is the index of the gene that can switch this one off. It is on where that one is on
    and its value meets `needs`: is at least the number `needs` (a block needs its stage to be deep
    enough), or is one of the values in a tuple or set `needs`, as a categorical switch takes it.
    Where every choice meets it, this gene is on whenever its switch is.

    `aliases` are pairs of a value that configs may hold and the choice that means the same network.
    `index_of` says that the choices are indices, and of what: a config that holds one of those
    values instead is refused with a sentence that says so.

    `role` says what is chosen and `part` of what, in words such as `stage 2`, `stage 2 block 3`,
    `layer 4` or `layer 4 query`; empty for the whole network. Labels, drawings and the size of
    inputs follow from them, never from `group`, and no number does. `label` is what people call the
    gene, where that is to be something else.

    Raises SpaceError for choices, aliases, needs, a role, a part or a label that cannot be.
    """

    group: str
    choices: Sequence[Choice]
    switch: int | None = None
    needs: float | str | Iterable[Choice] = 0
    aliases: tuple[tuple[Choice, Choice], ...] = ()
    kind: Kind | None = None
    index_of: IndexedValues | None = None
    role: Role = "other"
    part: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        if not is_text(self.group):
            raise SpaceError(
                f"A gene's group is {quoted(self.group)}. Give it a name, such as 'd'."
            )
        choices = checked_choices(self.group, self.choices)
        kind = checked_kind(self.group, self.kind, choices)
        self._set("kind", kind)
        self._set("choices", tuple(choices) if kind == "categorical" else choices)
        self._set("needs", checked_needs(self.group, self.needs, self.switch))
        self._set("aliases", self._checked_aliases())
        self._check_indices()
        self._set("role", checked_role(self.group, self.role, kind, choices))
        self._set("part", checked_part(self.group, self.part))
        self._set("label", checked_label(self.group, self.label))

    @property
    def ordered(self) -> bool:
        """Whether choices have an order, and so a smallest and a largest one."""
        return self.kind != "categorical"

    @cached_property
    def direction(self) -> int:
        """1 where choices rise, as a single one does, -1 where they fall, 0 without an order."""
        if not self.ordered:
            return 0
        first, last = self.choices[0], self.choices[-1]
        return -1 if first > last else 1  # type: ignore[operator]  # texts have no order

    @cached_property
    def highest(self) -> float | None:
        """The largest number that can be chosen; None where choices are texts or have no order."""
        if not self.ordered:
            return None
        ends = (self.choices[0], self.choices[-1])
        among = ends if isinstance(self.choices, range) else self.choices
        return max(choice for choice in among if not isinstance(choice, str))

    def index(self, value: Any) -> int | None:
        """The index of the choice that `value` names; None if it is none.

        A value names a choice if it is equal and of the same type: `1`, `1.0` and `True` are
        three, so that an index is never taken for a ratio. Where some choices have decimals, a
        whole one may be written with or without.
        """
        given = python_value(value)
        if not isinstance(given, bool | int | float | str):
            return None
        given = self._meant.get(typed(given), given)
        if isinstance(self.choices, range):
            if isinstance(given, bool) or not isinstance(given, int):
                return None  # and only whole numbers are found at once
            return self.choices.index(given) if given in self.choices else None
        return self._indices.get(typed(given))

    def refusal(self, value: Any) -> str:
        """Why `value` names no choice, and what to write instead, to follow the place of it."""
        there = f"is not in the space: {self.group} holds"
        near = self._equal(value)
        if self.index_of is not None:
            what, values = self.index_of.what, self.index_of.values
            numbers = ", ".join(map(str, range(len(values))))
            meant = python_value(value)
            if isinstance(meant, bool) or meant not in values:
                meant = values[-1]
            return (
                f"{there} the indices {numbers} of the {what} {', '.join(map(str, values))}. "
                f"Write them as whole numbers: {values.index(meant)} for {meant}."
            )
        if near is not None:
            kind = "whole numbers" if isinstance(near, int) else "numbers with decimals"
            kind = "truth values" if isinstance(near, bool) else kind
            return f"{there} {kind}. Write {near}."
        return f"is not in the space. Choose {self.choices_text()}."

    def choices_text(self) -> str:
        """What can be chosen, such as `from 3, 5, 7` or `a whole number from 1 to 400`."""
        if isinstance(self.choices, range):
            step = abs(self.choices.step)
            steps = f" in steps of {step}" if step != 1 and len(self.choices) > 1 else ""
            low, high = sorted((self.choices[0], self.choices[-1]))
            return f"a whole number from {low} to {high}{steps}"
        listed = ", ".join(str(choice) for choice in self.choices[:_LISTED])
        rest = len(self.choices) - _LISTED
        return f"from {listed}{f' and {rest:,} more' if rest > 0 else ''}"

    def values(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The numbers that choice indices of any shape stand for; shape kept.

        Of a categorical gene the indices themselves: its values are no amounts.
        """
        if not self.ordered:
            return indices.astype(np.float64)
        if isinstance(self.choices, range):
            return (self.choices.start + self.choices.step * indices).astype(np.float64)
        return np.array(self.choices, dtype=np.float64)[indices]

    def text(self, index: int) -> str:
        """The choice with that index as people read it."""
        return choice_text(self.choices[int(index)])

    @cached_property
    def _meant(self) -> dict[tuple[str, Choice], Choice]:
        return {typed(alias): choice for alias, choice in self.aliases}

    @cached_property
    def _indices(self) -> dict[tuple[str, Choice], int]:
        """The index of each choice by what names it; for tuples only."""
        indices = {typed(choice): i for i, choice in enumerate(self.choices)}
        if any(isinstance(choice, float) for choice in self.choices):
            for i, choice in enumerate(self.choices):
                if isinstance(choice, int) and not isinstance(choice, bool):
                    indices[typed(float(choice))] = i
        return indices

    def _equal(self, value: Any) -> Choice | None:
        """The choice that equals `value` but is of another type, if there is one."""
        given = python_value(value)
        if not isinstance(given, int | float) or (
            isinstance(given, float) and not math.isfinite(given)
        ):
            return None
        if isinstance(self.choices, range):
            return int(given) if given == int(given) and int(given) in self.choices else None
        return next((choice for choice in self.choices if choice == given), None)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)  # before anybody sees this frozen object

    def _wrong(self, what: str) -> SpaceError:
        return wrong_gene(self.group, what)

    def _checked_aliases(self) -> tuple[tuple[Choice, Choice], ...]:
        pairs: list[tuple[Choice, Choice]] = []
        try:
            given = [(python_value(alias), python_value(choice)) for alias, choice in self.aliases]
        except (TypeError, ValueError):
            raise self._wrong(
                f"has the aliases {quoted(self.aliases)}. Give pairs of a value and a choice."
            ) from None
        self._set("aliases", ())  # so that `index` knows the choices alone
        for alias, choice in given:
            if not is_choice(alias):
                raise self._wrong(f"has the alias {quoted(alias)}, which no config can hold.")
            if not is_choice(choice) or self.index(choice) is None:
                raise self._wrong(
                    f"has an alias for {quoted(choice)}, which is none of its choices. "
                    f"Choose {self.choices_text()}."
                )
            if self.index(alias) is not None or any(alias == other for other, _ in pairs):
                raise self._wrong(f"has {quoted(alias)} as an alias and as another name as well.")
            pairs.append((alias, choice))
        self.__dict__.pop("_meant", None)
        return tuple(pairs)

    def _check_indices(self) -> None:
        if self.index_of is None:
            return
        count = len(self.index_of.values)
        for choice in (*self.choices[:1], *self.choices[-1:], *(a for a, _ in self.aliases)):
            whole = isinstance(choice, int) and not isinstance(choice, bool)
            if not whole or not 0 <= int(choice) < count:
                raise self._wrong(
                    f"has the choice {quoted(choice)}, which is no index of the {count} "
                    f"{self.index_of.what}. Choices and aliases count from 0."
                )
