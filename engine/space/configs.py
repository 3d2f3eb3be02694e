"""Sub-networks in `ofa`'s words: a list a gene group, such as `{'ks': [...], 'd': [...]}`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.choice import Choice, python_value
from engine.space.conditions import Conditions

Config = dict[str, Any]
"""A sub-network in `ofa`'s words: a list a gene group, such as `{'ks': [...], 'd': [...]}`."""

Fixed = tuple[str, tuple[Choice, ...] | None]
"""An entry that every config of a space holds, such as `("r", (160,))` or `("wid", None)`."""


@dataclass(frozen=True)
class ConfigForm:
    """How configs of a space are written and read: its genes, and what is fixed besides.

    Raises SpaceError if `leading`, `trailing` or `implied` name a group in a way that cannot be
    written.
    """

    conditions: Conditions
    leading: tuple[Fixed, ...]
    trailing: tuple[Fixed, ...]
    implied: tuple[Fixed, ...]

    def __post_init__(self) -> None:
        for name in ("leading", "trailing", "implied"):
            entries: tuple[Fixed, ...] = getattr(self, name)
            groups = []
            for entry in entries:
                if not isinstance(entry, tuple | list) or len(entry) != 2:
                    raise SpaceError(
                        f"The space has {quoted(entry)} as {name}. Give pairs of a group and a "
                        "tuple of values."
                    )
                group, values = entry
                if not isinstance(group, str) or not isinstance(values, tuple | list | None):
                    raise SpaceError(
                        f"The space has {quoted(tuple(entry))} as {name}. Give pairs of a group "
                        "and a tuple of values."
                    )
                groups.append(group)
            if twice := next((g for g in groups if groups.count(g) > 1), None):
                raise SpaceError(f"The space has '{twice}' as {name} twice. Give it once.")
        taken = {*self._groups, *(group for group, _ in self.trailing)}
        for name in ("leading", "implied"):
            for group, _ in getattr(self, name):
                if group in taken:
                    raise SpaceError(
                        f"The space has '{group}' as {name}, and as a gene's group or as fixed "
                        "elsewhere as well. Write what is fixed in front of genes as a gene of one "
                        "choice."
                    )
                taken.add(group)
        for group, values in self.trailing:
            if values is None and group in self._groups:
                raise SpaceError(
                    f"The space has None as trailing after the genes '{group}'. Give values."
                )

    def write(self, canonical: npt.NDArray[np.int64]) -> Config:
        """The config of a `(genes,)` canonical genotype."""
        config: Config = {group: values and list(values) for group, values in self.leading}
        for gene, choice in zip(self.conditions.genes, canonical.tolist(), strict=True):
            config.setdefault(gene.group, []).append(gene.choices[choice])
        for group, values in self.trailing:
            if values is None:
                config[group] = None
            else:
                config.setdefault(group, []).extend(values)
        return config

    def read(self, config: Mapping[str, Any]) -> npt.NDArray[np.int64]:
        """The `(genes,)` canonical genotype of a config; raises SpaceError as `encode` does."""
        if not isinstance(config, Mapping):
            raise SpaceError(
                f"The config is {quoted(config)}. Give a mapping with a list for each of "
                f"{', '.join(self._groups)}."
            )
        self._check_keys(config)
        entries = {group: self._entries(config, group) for group in self._groups}
        genotype = np.zeros(len(self.conditions.genes), dtype=np.int64)
        on = np.zeros(len(genotype), dtype=bool)
        for index in self.conditions.order:
            gene, position = self.conditions.genes[index], self._positions[index]
            switch = gene.switch
            on[index] = switch is None or (
                on[switch] and self.conditions.turns_on(index, int(genotype[switch]))
            )
            if on[index]:
                if position >= len(entries[gene.group]):
                    raise SpaceError(
                        f"The config has no entry {gene.group}[{position}]. Give a list for each "
                        f"of {', '.join(self._groups)}."
                    )
                value = entries[gene.group][position]
                choice = gene.index(value)
                if choice is None:
                    place = f"{gene.group}[{position}] = {quoted(python_value(value))}"
                    raise SpaceError(f"{place} {gene.refusal(value)}")
                genotype[index] = choice
        return genotype

    @cached_property
    def _groups(self) -> dict[str, int]:
        """The gene groups, and how many genes each has."""
        groups: dict[str, int] = {}
        for gene in self.conditions.genes:
            groups[gene.group] = groups.get(gene.group, 0) + 1
        return groups

    @cached_property
    def _positions(self) -> tuple[int, ...]:
        """Where in its group each gene stands."""
        seen: dict[str, int] = {}
        positions = []
        for gene in self.conditions.genes:
            positions.append(seen.get(gene.group, 0))
            seen[gene.group] = positions[-1] + 1
        return tuple(positions)

    def _check_keys(self, config: Mapping[str, Any]) -> None:
        """Refuse what this space does not have; an entry of None says nothing."""
        known = dict((*self.leading, *self.trailing, *self.implied))
        for key, value in config.items():
            if key not in self._groups and key not in known and value is not None:
                names = ", ".join(dict.fromkeys((*self._groups, *known)))
                raise SpaceError(
                    f"This space has no {quoted(key, 60)}: it has {names}. Choose the supernet "
                    "that has it, or leave it out."
                )
        for group, fixed in known.items():
            if group in config and group not in self._groups:
                self._check_fixed(group, config[group], fixed, "is")

    def _entries(self, config: Mapping[str, Any], group: str) -> list[Any]:
        """The values of a group's genes; what is fixed after them may be left out.

        There may be fewer than genes: those of switched-off genes at the end need not be there.
        """
        count, given = self._groups[group], config.get(group)
        fixed = dict(self.trailing).get(group) or ()
        if isinstance(given, np.ndarray):
            given = given.tolist()
        if count == 1 and not fixed and not isinstance(given, list | tuple | None):
            given = [given]
        if not isinstance(given, list | tuple):
            return []
        if len(given) > count:
            if not fixed:
                raise SpaceError(
                    f"{group} has {len(given)} entries, and this space has {count}. Choose the "
                    "supernet that fits."
                )
            self._check_fixed(group, list(given[count:]), fixed, "ends with")
        return list(given[:count])

    def _check_fixed(
        self, group: str, given: Any, fixed: tuple[Choice, ...] | None, how: str
    ) -> None:
        if isinstance(given, np.ndarray):
            given = given.tolist()
        values = given if isinstance(given, list | tuple) else [given]
        wanted = [None] if fixed is None else list(fixed)
        if list(map(_typed, values)) == list(map(_typed, wanted)):
            return
        if how == "is" and fixed is not None:
            how = "ends with"
        raise SpaceError(
            f"{group} {how} {_listed(values)}, but this space has {_listed(wanted)} fixed there. "
            "Choose the supernet that fits."
        )


def _typed(value: object) -> tuple[type, object]:
    plain = python_value(value)
    return type(plain), plain


def _listed(values: Iterable[object]) -> str:
    return quoted(list(values)).strip("[]")
