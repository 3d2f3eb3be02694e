"""Configs: sub-networks in the format of `ofa`, a list for each gene group."""

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
"""A sub-network in the format of `ofa`, such as `{'ks': [...], 'd': [...]}`."""

FixedEntry = tuple[str, tuple[Choice, ...] | None]
"""An entry that every config of a space holds, such as `("r", (160,))` or `("wid", None)`."""


@dataclass(frozen=True)
class ConfigFormat:
    """How configs of a space are written and read: its genes and its fixed entries.

    Raises SpaceError if `leading`, `trailing` or `implied` name a group in a way that cannot be
    written.
    """

    conditions: Conditions
    leading: tuple[FixedEntry, ...]
    trailing: tuple[FixedEntry, ...]
    implied: tuple[FixedEntry, ...]

    def __post_init__(self) -> None:
        for name in ("leading", "trailing", "implied"):
            entries: tuple[FixedEntry, ...] = getattr(self, name)
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
            if duplicate := next((g for g in groups if groups.count(g) > 1), None):
                raise SpaceError(f"The space has '{duplicate}' as {name} twice. Give it once.")
        used_groups = {*self._groups, *(group for group, _ in self.trailing)}
        for name in ("leading", "implied"):
            for group, _ in getattr(self, name):
                if group in used_groups:
                    raise SpaceError(
                        f"The space has '{group}' as {name}, and as a gene's group or as fixed "
                        "elsewhere as well. Write what is fixed in front of genes as a gene of one "
                        "choice."
                    )
                used_groups.add(group)
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
        is_active = np.zeros(len(genotype), dtype=bool)
        for index in self.conditions.topological_order:
            gene, position = self.conditions.genes[index], self._positions[index]
            switch = gene.switch
            is_active[index] = switch is None or (
                is_active[switch] and self.conditions.turns_on(index, int(genotype[switch]))
            )
            if is_active[index]:
                if position >= len(entries[gene.group]):
                    raise SpaceError(
                        f"The config has no entry {gene.group}[{position}]. Give a list for each "
                        f"of {', '.join(self._groups)}."
                    )
                value = entries[gene.group][position]
                choice = gene.index(value)
                if choice is None:
                    entry = f"{gene.group}[{position}] = {quoted(python_value(value))}"
                    raise SpaceError(f"{entry} {gene.refusal(value)}")
                genotype[index] = choice
        return genotype

    @cached_property
    def _groups(self) -> dict[str, int]:
        """The gene groups, with the number of genes in each."""
        groups: dict[str, int] = {}
        for gene in self.conditions.genes:
            groups[gene.group] = groups.get(gene.group, 0) + 1
        return groups

    @cached_property
    def _positions(self) -> tuple[int, ...]:
        """The position of each gene in its group."""
        counts: dict[str, int] = {}
        positions = []
        for gene in self.conditions.genes:
            positions.append(counts.get(gene.group, 0))
            counts[gene.group] = positions[-1] + 1
        return tuple(positions)

    def _check_keys(self, config: Mapping[str, Any]) -> None:
        """Raise SpaceError for entries that this space does not have; None is no entry."""
        fixed_entries = dict((*self.leading, *self.trailing, *self.implied))
        for key, value in config.items():
            if key not in self._groups and key not in fixed_entries and value is not None:
                names = ", ".join(dict.fromkeys((*self._groups, *fixed_entries)))
                raise SpaceError(
                    f"This space has no {quoted(key, 60)}: it has {names}. Choose the supernet "
                    "that has it, or leave it out."
                )
        for group, fixed in fixed_entries.items():
            if group in config and group not in self._groups:
                self._check_fixed(group, config[group], fixed, "is")

    def _entries(self, config: Mapping[str, Any], group: str) -> list[Any]:
        """The values of a group's genes; fixed values after them may be left out.

        There may be fewer than genes: trailing genes that are switched off need no value.
        """
        count, entries = self._groups[group], config.get(group)
        fixed_values = dict(self.trailing).get(group) or ()
        if isinstance(entries, np.ndarray):
            entries = entries.tolist()
        if count == 1 and not fixed_values and not isinstance(entries, list | tuple | None):
            entries = [entries]
        if not isinstance(entries, list | tuple):
            return []
        if len(entries) > count:
            if not fixed_values:
                raise SpaceError(
                    f"{group} has {len(entries)} entries, and this space has {count}. Choose the "
                    "supernet that fits."
                )
            self._check_fixed(group, list(entries[count:]), fixed_values, "ends with")
        return list(entries[:count])

    def _check_fixed(
        self, group: str, value: Any, fixed_values: tuple[Choice, ...] | None, verb: str
    ) -> None:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        values = value if isinstance(value, list | tuple) else [value]
        expected_values = [None] if fixed_values is None else list(fixed_values)
        if list(map(_typed_value, values)) == list(map(_typed_value, expected_values)):
            return
        if verb == "is" and fixed_values is not None:
            verb = "ends with"
        raise SpaceError(
            f"{group} {verb} {_values_text(values)}, but this space has "
            f"{_values_text(expected_values)} fixed there. Choose the supernet that fits."
        )


def _typed_value(value: object) -> tuple[type, object]:
    plain = python_value(value)
    return type(plain), plain


def _values_text(values: Iterable[object]) -> str:
    return quoted(list(values)).strip("[]")
