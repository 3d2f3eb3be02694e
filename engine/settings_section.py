"""The base class of configuration sections."""

from collections.abc import Mapping
from typing import Any, ClassVar, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from engine.compat.pydantic import restore_on_failure
from engine.errors import ConfigError
from engine.setting_errors import error_sentences
from engine.setting_kinds import check_type

_LONGEST_TEXT = 10_000  # characters of any setting; most are bounded more closely

COMPLETE = object()
"""The context of a validation of all settings at once, to which the rules between them apply.

They do not apply to assignments and to the constructor, since other settings may follow.
"""


class Section(BaseModel):
    """Settings that are validated at construction and at every assignment.

    The text below a setting is its description in the schema, and in the documentation.
    `other_names` are further names that settings can be given by.
    """

    other_names: ClassVar[frozenset[str]] = frozenset()

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
        try:
            with restore_on_failure(self):
                self._assign(name, value)
        except ValidationError as error:
            raise ConfigError(error_sentences(error, type(self))) from None

    def _assign(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)


def _is_section_type(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, (Section, Mapping))
