"""The part of the section `dynas` that names metrics.

A published name such as `latency` becomes that of this product. A function of a script may have
returned a number of that name: once a search turns out to be one of choices, the lists have the
names again that were written.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from engine.metric_settings import (
    as_written,
    checked_constraints,
    checked_names,
    constrained_metrics,
    names_of_script,
)
from engine.optioned_section import OptionedSection
from engine.settings_section import COMPLETE, NotCompared

MOST_ENTRIES = 100
_BOUNDS = "constraints"
_LISTS = ("metrics", _BOUNDS, "record")

NOTHING: Mapping[str, str] = MappingProxyType({})

_Written = Mapping[str, Mapping[str, str]]


class MetricSection(OptionedSection):
    """A section with lists of metrics and of bounds on them."""

    if TYPE_CHECKING:
        metrics: list[str]
        constraints: list[str]
        record: list[str]

    _read_lists: dict[str, list[str]] = PrivateAttr(default_factory=dict)
    _written: NotCompared[_Written] = PrivateAttr(default=NotCompared({}))
    _are_of_script: NotCompared[bool] = PrivateAttr(default=NotCompared(False))

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        constrained = constrained_metrics(self.constraints)
        return list(dict.fromkeys([*self.metrics, *constrained, *self.record]))

    @property
    def metrics_are_of_script(self) -> bool:
        """Whether the names are those of numbers that functions of a script return."""
        return self._are_of_script.value

    @property
    def has_published_objectives(self) -> bool:
        """Whether an objective was written by the name that another program gives it."""
        return not self._written.value.get("metrics", {}).keys().isdisjoint(self.metrics)

    def name_metrics_of_script(self, are_of_script: bool) -> None:
        """Say whether the names are those of a script's functions, which nothing translates."""
        if are_of_script == self.metrics_are_of_script:
            return
        self._are_of_script = NotCompared(are_of_script)
        for name in self.model_fields_set.intersection(_LISTS):
            written = self._written.value.get(name, {})
            self.assign(name, [written.get(entry, entry) for entry in getattr(self, name)])

    def read_changed_lists(self, but: str = "") -> None:
        """Read lists of metrics again that were changed in place; raises as an assignment does.

        The list `but` is left as it is.
        """
        for name, read in list(self._read_lists.items()):
            if name != but and (value := getattr(self, name)) != read:
                written = self._written.value.get(name, {})
                self._read_lists[name] = list(value)
                setattr(self, name, value)
                self.note_written(name, value, written)

    def _assign(self, name: str, value: Any) -> None:
        if name not in _LISTS:
            super()._assign(name, value)
            return
        with names_of_script(self.metrics_are_of_script):
            super()._assign(name, value)
            self.note_written(name, value)

    def note_written(
        self, name: str, value: str | Sequence[str], earlier: Mapping[str, str] = NOTHING
    ) -> None:
        """Note how the entries of a list were written; `earlier` has those of a list before."""
        entries = [value] if isinstance(value, str) else value
        written = {**as_written(entries, are_bounds=name == _BOUNDS), **earlier}
        self._written = NotCompared({**self._written.value, name: written})

    def _note_lists(self) -> None:
        self._read_lists = {name: list(getattr(self, name)) for name in _LISTS}

    @field_validator("metrics", "record", check_fields=False)
    @classmethod
    def _known_and_distinct(cls, names: list[str], info: ValidationInfo) -> list[str]:
        return checked_names(names, info.context is COMPLETE)

    @field_validator(_BOUNDS, mode="before", check_fields=False)
    @classmethod
    def _list_of_one(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) and value.strip() else value

    @field_validator(_BOUNDS, check_fields=False)
    @classmethod
    def _readable(cls, texts: list[str], info: ValidationInfo) -> list[str]:
        constraints = checked_constraints(texts, info.context is COMPLETE)
        if len(constraints) > MOST_ENTRIES:
            raise ValueError(f"has {len(constraints):,} constraints, at most {MOST_ENTRIES} work")
        return constraints

    @model_validator(mode="wrap")
    @classmethod
    def _keep_written(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        section = handler(data)
        if isinstance(data, Mapping):
            for name in _LISTS:
                if name in data:
                    section.note_written(name, data[name])
        return section
