"""Options of supernets, tasks and meters: declared once, then read, checked and shown in forms.

An option is a field of a model that derives from `Options`, made by `option`. Configuration, YAML,
forms and errors read that model; nothing else has to know an option by its name.
"""

import functools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import NoneType
from typing import Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from engine.errors import ConfigError
from engine.path_text import path_problem
from engine.setting_errors import error_details, error_sentences
from engine.setting_kinds import check_type

Kind = Literal[
    "path", "text", "whole number", "number", "boolean", "choice", "numbers by name", "plain data"
]

_LONGEST_TEXT = 10_000  # characters
_EXTRA = "option"
_BOUNDS = ("ge", "gt", "le", "lt")


class Options(BaseModel):
    """What a user may set; derive from it and declare each option with `option`.

    Options are immutable. Invalid values raise pydantic's error, which `read_options` turns into a
    sentence.

    >>> class TextOptions(Options):
    ...     length: int = option(128, "Length", "Characters of a window.", ge=8, le=1024)
    >>> TextOptions(length=64)
    TextOptions(length=64)
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=_LONGEST_TEXT
    )

    @field_validator("*", mode="before")
    @classmethod
    def _check_type(cls, value: Any, info: ValidationInfo) -> Any:
        assert info.field_name is not None
        field = cls.model_fields[info.field_name]
        if (
            _display_settings(field).path
            and isinstance(value, str)
            and (problem := path_problem(value))
        ):
            raise ValueError(problem)
        return check_type(field.annotation, value)


@dataclass(frozen=True)
class _DisplaySettings:
    """Attributes of an option beside its type, its bounds and its default."""

    path: bool = False
    form: bool = True
    hint: str = ""
    choice_labels: tuple[str, ...] = ()
    when: tuple[str, Any] | None = None
    step: float | None = None
    made_from: tuple[str, ...] = ()


def option(
    default: Any,
    label: str,
    help: str,
    *,
    path: bool = False,
    form: bool = True,
    hint: str = "",
    choice_labels: tuple[str, ...] = (),
    when: tuple[str, Any] | None = None,
    step: float | None = None,
    made_from: tuple[str, ...] = (),
    **bounds: Any,
) -> Any:
    """Declare an option: its `default`, its `label` and a `help` of a sentence or two.

    `path` says that it is the path of a file or a folder on this machine: relative ones are made
    absolute when a run starts, and servers check whether a visitor may name it. `hint` stands in
    an empty field. `when` is another option and the value it must have for this one to matter.
    `choice_labels` are the words for the choices of a `Literal`. `step` is the smallest change of a
    number. An option that no form should offer has `form` false; a form that keeps its value for
    the next run drops it when one of the options changes that it was `made_from`. `bounds` are
    pydantic's `ge`, `gt`, `le` and `lt`. `help` may have Markdown in it.

    >>> class EnergyOptions(Options):
    ...     seconds: float = option(1.0, "Time", "How long passes are repeated.", gt=0, le=60)
    ...     counter: str | None = option(None, "Counter", "The file of a counter.", path=True)
    >>> EnergyOptions()
    EnergyOptions(seconds=1.0, counter=None)
    """
    display = asdict(_DisplaySettings(path, form, hint, choice_labels, when, step, made_from))
    extra: JsonDict = {_EXTRA: display}
    return Field(default, title=label, description=help, json_schema_extra=extra, **bounds)


@dataclass(frozen=True)
class OptionField:
    """An option as a form draws it. `kind` says what is entered; bounds are None where none are.

    `lowest` itself is too low where it is not `lowest_included`. `step` is the smallest change of a
    number. `optional` options can be left empty.
    """

    name: str
    kind: Kind
    label: str
    help: str
    hint: str
    default: Any
    optional: bool
    choices: tuple[Any, ...]
    choice_labels: tuple[str, ...]
    lowest: float | None
    highest: float | None
    lowest_included: bool
    step: float | None
    when: tuple[str, Any] | None
    form: bool
    made_from: tuple[str, ...]

    def has_effect(self, values: Mapping[str, Any]) -> bool:
        """Whether the option has an effect among the `values` of the options beside it."""
        return self.when is None or values.get(self.when[0]) == self.when[1]


@functools.cache
def fields(model: type[Options]) -> tuple[OptionField, ...]:
    """The options of a model in their order."""
    return tuple(_field(name, info) for name, info in model.model_fields.items())


def unused_options(model: type[Options], values: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The options in `values` that have no effect, with the option and the value that they need.

    The option that they need may itself have no effect.
    """
    model_fields = {field.name: field for field in fields(model)}
    all_values = {**{name: f.default for name, f in model_fields.items()}, **values}

    def unmet_condition(name: str) -> tuple[str, Any] | None:
        field = model_fields[name]
        if field.when is None:
            return None
        if not field.has_effect(all_values):
            return field.when
        return unmet_condition(field.when[0])

    conditions = {name: unmet_condition(name) for name in values if name in model_fields}
    return {name: c for name, c in conditions.items() if c is not None}


def path_option_names(model: type[Options]) -> tuple[str, ...]:
    """The names of the options of a model that are paths."""
    return tuple(name for name, info in model.model_fields.items() if _display_settings(info).path)


_Model = TypeVar("_Model", bound=Options)


def read_options(model: type[_Model], values: Mapping[str, Any], owner: str) -> _Model:
    """The options in plain data; raises ConfigError with a sentence for each invalid value.

    `owner` is their section in error messages, such as `task_options` or `meter_options.latency`.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        section = tuple(owner.split(".", 1))
        details = error_details(error, lambda path: (*section, *path), model)
        full_error = ValidationError.from_exception_data(model.__name__, details)
        raise ConfigError(error_sentences(full_error, model)) from None


def non_default_values(options: Options) -> dict[str, Any]:
    """Plain data of the options that differ from their defaults, as `read_options` reads them."""
    return options.model_dump(mode="json", exclude_defaults=True)


def _display_settings(info: FieldInfo) -> _DisplaySettings:
    extra = info.json_schema_extra
    display = extra.get(_EXTRA) if isinstance(extra, dict) else None
    return _DisplaySettings(**display) if isinstance(display, dict) else _DisplaySettings()  # type: ignore[arg-type]


def _field(name: str, info: FieldInfo) -> OptionField:
    display, annotation = _display_settings(info), info.annotation
    inner = [part for part in get_args(annotation) if part is not NoneType]
    optional = NoneType in get_args(annotation)
    value_type = inner[0] if optional and len(inner) == 1 else annotation
    schema = TypeAdapter(value_type).json_schema() if value_type is not None else {}
    choices = tuple(schema.get("enum", ()) or ([schema["const"]] if "const" in schema else ()))
    bounds = {key: getattr(m, key) for m in info.metadata for key in _BOUNDS if hasattr(m, key)}
    return OptionField(
        name=name,
        kind=_kind(display, schema, choices),
        label=info.title or name.replace("_", " ").capitalize(),
        help=info.description or "",
        hint=display.hint,
        default=info.get_default(call_default_factory=True),
        optional=optional,
        choices=choices,
        choice_labels=display.choice_labels or tuple(str(choice) for choice in choices),
        lowest=bounds.get("ge", bounds.get("gt")),
        highest=bounds.get("le", bounds.get("lt")),
        lowest_included="gt" not in bounds,
        step=display.step,
        when=display.when,
        form=display.form,
        made_from=display.made_from,
    )


def _kind(display: _DisplaySettings, schema: Mapping[str, Any], choices: tuple[Any, ...]) -> Kind:
    if display.path:
        return "path"
    if choices:
        return "choice"
    kinds: dict[Any, Kind] = {
        "boolean": "boolean", "integer": "whole number", "number": "number", "string": "text",
    }  # fmt: skip
    if schema.get("type") == "object" and schema.get("additionalProperties") == {"type": "number"}:
        return "numbers by name"
    return kinds.get(schema.get("type"), "plain data")
