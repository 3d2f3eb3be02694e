"""The base class of configuration sections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from engine.compat.pydantic import restore_on_failure
from engine.errors import ConfigError
from engine.setting_errors import SettingPath, error_sentences
from engine.setting_kinds import check_type

_FOLLOWS = "it follows from other settings, and cannot be set"
_LONGEST_TEXT = 10_000  # characters of any setting; most are bounded more closely

COMPLETE = object()
"""The context of a validation of all settings at once, to which the rules between them apply.

They do not apply to assignments and to the constructor, since other settings may follow.
"""


_Value = TypeVar("_Value")


@dataclass(frozen=True, eq=False)
class NotCompared(Generic[_Value]):
    """A value beside the settings that does not count when configurations are compared."""

    value: _Value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotCompared)

    def __hash__(self) -> int:
        return 0


class Section(BaseModel):
    """Settings that are validated at construction and at every assignment.

    The text below a setting is its description in the schema, and in the documentation.
    `other_names` are further names that settings can be given by. `reasons` say why an attribute
    cannot be assigned that is no setting.
    """

    other_names: ClassVar[frozenset[str]] = frozenset()
    reasons: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(
        extra="forbid",
        validate_assignment=True,
        allow_inf_nan=False,
        str_max_length=_LONGEST_TEXT,
        use_attribute_docstrings=True,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _check_type(cls, value: Any, info: ValidationInfo) -> Any:
        assert info.field_name is not None
        annotation = cls.model_fields[info.field_name].annotation
        if value is None and _is_section_type(annotation):
            return {}  # YAML reads an empty section as null
        return check_type(annotation, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(getattr(type(self), name, None), property) and self._target(name) == (name,):
            raise ConfigError(f"{name}: {self.reasons.get(name, _FOLLOWS)}.")
        try:
            self.assign(name, value)
        except ValidationError as error:
            as_written = self._as_assigned(name)
            raise ConfigError(error_sentences(error, type(self), as_written=as_written)) from None

    def assign(self, name: str, value: Any) -> None:
        """Set a setting as an assignment does; raises ValidationError and changes nothing then."""
        with restore_on_failure(self):
            self._assign(name, value)

    def _assign(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)

    def _target(self, name: str) -> SettingPath:
        """The path from this section of the setting that is assigned as `name`."""
        return (name,)

    def _as_assigned(self, name: str) -> Callable[[SettingPath], SettingPath]:
        """Replaces the name of the setting in the path of an error by `name`."""
        target = self._target(name)[-1]
        return lambda path: (name, *path[1:]) if path[:1] == (target,) else tuple(path)

    def leave_out(self, name: str) -> None:
        """Give a setting its default again, as if it had not been set."""
        self.assign(name, type(self).model_fields[name].get_default(call_default_factory=True))
        self.model_fields_set.discard(name)


def _is_section_type(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, (Section, Mapping))
