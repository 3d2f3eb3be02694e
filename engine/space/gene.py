"""Gene: one choice of the search, with its kind and its conditions."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import (
    Choice,
    Kind,
    choice_text,
    is_choice,
    is_text,
    python_value,
    typed_key,
)
from engine.space.gene_checks import (
    checked_choices,
    checked_kept_from,
    checked_kind,
    checked_label,
    checked_needs,
    checked_part,
    wrong_gene,
)
from engine.space.roles import Role, checked_role

_MAX_LISTED_CHOICES = 12  # in a message


@dataclass(frozen=True)
class IndexedValues:
    """Declares that choices are indices: choice `i` stands for `values[i]`, one of `what`.

    >>> multipliers = IndexedValues("width multipliers", (0.65, 0.8, 1.0))
    >>> SearchSpace((Gene("w", (0, 1, 2), index_of=multipliers),)).encode({"w": [0.8]})
    Traceback (most recent call last):
    engine.errors.SpaceError: w[0] = 0.8 is not in the space: ... 1 for 0.8.
    """

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

    Indices follow the order of `choices`; smallest and largest are by number.

    `switch` is the index of the gene that can switch this one off. This gene is on where its switch
    is on and meets `needs`: its value is at least the number `needs` (a block needs its stage to be
    deep enough), or one of the values in a tuple or set `needs`, as for a categorical switch. Where
    every choice meets it, this gene is on whenever its switch is.

    `aliases` are pairs of a value that configs may hold and the choice that means the same network.
    `index_of` says which values the choices are indices of: a config that holds one of those
    values instead is refused with a sentence that says so.

    `kept_from` says which blocks a depth counts: for each block, in the order of the network, the
    smallest choice with which it is there. Without it, the first ones are.

    `role` is the property that is chosen, `part` the part of the network that has it, such as
    `stage 2`, `stage 2 block 3`, `layer 4` or `layer 4 query`; empty for the whole network. Labels,
    drawings and the size of inputs follow from them, never from `group`; numbers do not. `label`
    replaces the derived label.

    Raises SpaceError for invalid choices, aliases, needs, blocks, role, part or label.

    >>> Gene("kernel", (3, 5, 7), role="kernel", part="stage 1").ordered
    True
    >>> Gene("activation", ("relu", "gelu"), kind="categorical").ordered
    False
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
    kept_from: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not is_text(self.group):
            raise SpaceError(
                f"A gene's group is {quoted(self.group)}. Give it a name, such as 'd'."
            )
        choices = checked_choices(self.group, self.choices)
        kind = checked_kind(self.group, self.kind, choices)
        self._set_field("kind", kind)
        self._set_field("choices", tuple(choices) if kind == "categorical" else choices)
        self._set_field("needs", checked_needs(self.group, self.needs, self.switch))
        self._set_field("aliases", self._checked_aliases())
        self._check_indices()
        self._set_field("role", checked_role(self.group, self.role, kind, choices))
        kept_from = checked_kept_from(self.group, self.kept_from, self.choices, self.role)
        self._set_field("kept_from", kept_from)
        self._set_field("part", checked_part(self.group, self.part))
        self._set_field("label", checked_label(self.group, self.label))

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
        """The largest numeric choice; None where choices are texts or have no order."""
        if not self.ordered:
            return None
        ends = (self.choices[0], self.choices[-1])
        candidates = ends if isinstance(self.choices, range) else self.choices
        return max(choice for choice in candidates if not isinstance(choice, str))

    def index(self, value: Any) -> int | None:
        """The index of the choice that `value` names; None if there is none.

        A value names a choice if it is equal and of the same type: `1`, `1.0` and `True` differ, so
        that an index is never taken for a ratio. Where some choices have decimals, whole numbers
        may be written with or without them.
        """
        plain_value = python_value(value)
        if not isinstance(plain_value, bool | int | float | str):
            return None
        plain_value = self._choice_by_alias.get(typed_key(plain_value), plain_value)
        if isinstance(self.choices, range):
            if isinstance(plain_value, bool) or not isinstance(plain_value, int):
                return None  # no linear search of a range
            return self.choices.index(plain_value) if plain_value in self.choices else None
        return self._index_by_choice.get(typed_key(plain_value))

    def refusal(self, value: Any) -> str:
        """Why `value` is no choice, and what to write instead; a predicate without its subject."""
        beginning = f"is not in the space: {self.group} holds"
        equal_choice = self._equal_choice(value)
        if self.index_of is not None:
            what, values = self.index_of.what, self.index_of.values
            numbers = ", ".join(map(str, range(len(values))))
            alternative = python_value(value)
            if isinstance(alternative, bool) or alternative not in values:
                alternative = values[-1]
            return (
                f"{beginning} the indices {numbers} of the {what} {', '.join(map(str, values))}. "
                f"Write them as whole numbers: {values.index(alternative)} for {alternative}."
            )
        if equal_choice is not None:
            kind = "whole numbers" if isinstance(equal_choice, int) else "numbers with decimals"
            kind = "truth values" if isinstance(equal_choice, bool) else kind
            return f"{beginning} {kind}. Write {equal_choice}."
        return f"is not in the space. Choose {self.choices_text()}."

    def choices_text(self) -> str:
        """The valid choices, such as `from 3, 5, 7` or `a whole number from 1 to 400`."""
        if isinstance(self.choices, range):
            step = abs(self.choices.step)
            steps = f" in steps of {step}" if step != 1 and len(self.choices) > 1 else ""
            low, high = sorted((self.choices[0], self.choices[-1]))
            return f"a whole number from {low} to {high}{steps}"
        choices_list = ", ".join(str(choice) for choice in self.choices[:_MAX_LISTED_CHOICES])
        hidden_count = len(self.choices) - _MAX_LISTED_CHOICES
        return f"from {choices_list}{f' and {hidden_count:,} more' if hidden_count > 0 else ''}"

    def values(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The numbers of choice indices of any shape; shape kept.

        For a categorical gene the indices themselves: its values are no amounts.
        """
        if not self.ordered:
            return indices.astype(np.float64)
        if isinstance(self.choices, range):
            return (self.choices.start + self.choices.step * indices).astype(np.float64)
        return np.array(self.choices, dtype=np.float64)[indices]

    def text(self, index: int) -> str:
        """The choice with an index, as text for people."""
        return choice_text(self.choices[int(index)])

    @cached_property
    def _choice_by_alias(self) -> dict[tuple[str, Choice], Choice]:
        return {typed_key(alias): choice for alias, choice in self.aliases}

    @cached_property
    def _index_by_choice(self) -> dict[tuple[str, Choice], int]:
        """The index of each choice by its key; for tuples only."""
        indices = {typed_key(choice): i for i, choice in enumerate(self.choices)}
        if any(isinstance(choice, float) for choice in self.choices):
            for i, choice in enumerate(self.choices):
                if isinstance(choice, int) and not isinstance(choice, bool):
                    indices[typed_key(float(choice))] = i
        return indices

    def _equal_choice(self, value: Any) -> Choice | None:
        """The choice that equals `value` but is of another type, if there is one."""
        plain_value = python_value(value)
        if not isinstance(plain_value, int | float) or (
            isinstance(plain_value, float) and not math.isfinite(plain_value)
        ):
            return None
        if isinstance(self.choices, range):
            return (
                int(plain_value)
                if plain_value == int(plain_value) and int(plain_value) in self.choices
                else None
            )
        return next((choice for choice in self.choices if choice == plain_value), None)

    def _set_field(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)  # during construction of the frozen object

    def _error(self, what: str) -> SpaceError:
        return wrong_gene(self.group, what)

    def _checked_aliases(self) -> tuple[tuple[Choice, Choice], ...]:
        pairs: list[tuple[Choice, Choice]] = []
        try:
            aliases = [
                (python_value(alias), python_value(choice)) for alias, choice in self.aliases
            ]
        except (TypeError, ValueError):
            raise self._error(
                f"has the aliases {quoted(self.aliases)}. Give pairs of a value and a choice."
            ) from None
        self._set_field("aliases", ())  # so that `index` ignores aliases
        for alias, choice in aliases:
            if not is_choice(alias):
                raise self._error(f"has the alias {quoted(alias)}, which no config can hold.")
            if not is_choice(choice) or self.index(choice) is None:
                raise self._error(
                    f"has an alias for {quoted(choice)}, which is none of its choices. "
                    f"Choose {self.choices_text()}."
                )
            if self.index(alias) is not None or any(alias == other for other, _ in pairs):
                raise self._error(f"has {quoted(alias)} as an alias and as another name as well.")
            pairs.append((alias, choice))
        self.__dict__.pop("_choice_by_alias", None)  # computed without aliases above
        return tuple(pairs)

    def _check_indices(self) -> None:
        if self.index_of is None:
            return
        count = len(self.index_of.values)
        for choice in (*self.choices[:1], *self.choices[-1:], *(a for a, _ in self.aliases)):
            is_whole = isinstance(choice, int) and not isinstance(choice, bool)
            if not is_whole or not 0 <= int(choice) < count:
                raise self._error(
                    f"has the choice {quoted(choice)}, which is no index of the {count} "
                    f"{self.index_of.what}. Choices and aliases count from 0."
                )
