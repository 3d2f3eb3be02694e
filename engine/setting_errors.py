"""Validation errors of settings as sentences for users."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from engine.quoting import quoted

SettingPath = tuple[int | str, ...]
"""The sections around a setting, from the outermost one, and its name."""

Locator = Callable[[Sequence[int | str]], str]
"""Returns where a setting stands in its file, such as `Line 3, column 5, `; empty if unknown."""

Order = Callable[[Sequence[int | str]], tuple[float, float]]
"""Returns the line and column of a setting in its file, by which errors are sorted."""

_REQUIREMENTS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "string_too_long": "at most {max_length:,} characters long",
    "list_type": "a list such as [{input}]",
    "dict_type": "a mapping of settings",
    "model_type": "a mapping of settings",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "literal_error": "{expected}",
}
_KINDS = frozenset(get_args(ErrorType))
_MAX_VALUE = 80  # characters of a wrong value that a message repeats
_MAX_TEXT = 800  # characters of a validator's own message, which may contain its input
_MAX_MESSAGES = 10  # errors that are listed
_MAX_NAME = 100  # characters of a name that is compared with the names of settings


def error_sentences(
    error: ValidationError,
    model: type[BaseModel],
    locate: Locator = lambda path: "",
    order: Order = lambda path: (0, 0),
    as_written: Callable[[SettingPath], SettingPath] = tuple,
) -> str:
    """A sentence for each invalid setting of `model`: where it is, and what its value must be.

    `as_written` returns the path that the user wrote for a setting. Lists the first ten in their
    order in the file, then the number of the others.
    """
    messages = []
    problems = [(as_written(p["loc"]), p) for p in error.errors(include_url=False)]
    problems.sort(key=lambda written: order(written[0]))
    for path, problem in problems[:_MAX_MESSAGES]:
        name = ".".join(_step(step) for step in path)
        message = _message(problem, model)
        end = "" if message.endswith("?") else "."
        messages.append(f"{locate(path)}{name or 'configuration'}: {message}{end}")
    if (more := error.error_count() - _MAX_MESSAGES) > 0:
        messages.append(f"{more:,} more settings are wrong.")
    return " ".join(messages)


def error_details(
    error: ValidationError,
    outer_path: Callable[[SettingPath], SettingPath],
    model: type[BaseModel] | None = None,
) -> list[InitErrorDetails]:
    """The errors in `error` for the ValidationError of an enclosing model.

    `outer_path` maps the path of a setting to its path in the enclosing model. The message for an
    unknown setting lists the fields of `model`, if given.
    """
    all_details: list[InitErrorDetails] = []
    for details in error.errors(include_url=False):
        kind: str | PydanticCustomError = details["type"]
        if kind == "extra_forbidden" and model is not None:
            kind = _custom_error(_unknown_option(details["loc"], model))
        elif kind not in _KINDS:
            kind = _custom_error(details["msg"])
        outer: InitErrorDetails = {
            "type": kind,
            "loc": outer_path(details["loc"]),
            "input": details["input"],
        }
        if isinstance(kind, str) and "ctx" in details:
            outer["ctx"] = details["ctx"]
        all_details.append(outer)
    return all_details


def _custom_error(message: str) -> PydanticCustomError:
    return PydanticCustomError("option", "{message}", {"message": message})


def _unknown_option(path: SettingPath, model: type[BaseModel]) -> str:
    names, name = list(model.model_fields), str(path[-1])
    if not names:
        return "there are no options to set here"
    if len(name) <= _MAX_NAME and (close := get_close_matches(name, names, n=1)):
        return f"there is no such option. Did you mean {close[0]}?"
    return f"there is no such option. Choose from: {', '.join(names)}"


def _step(step: int | str) -> str:
    """A component of a path; quoted unless it is an index or a plain name."""
    plain = isinstance(step, int) or (step.isidentifier() and len(step) <= _MAX_VALUE)
    return str(step) if plain else quoted(step, _MAX_VALUE)


def _message(problem: ErrorDetails, model: type[BaseModel]) -> str:
    kind, value = problem["type"], problem["input"]
    context = {name: _short(value) for name, value in problem.get("ctx", {}).items()}
    if kind in ("extra_forbidden", "no_such_attribute"):
        return "there is no such setting" + _suggestion(problem["loc"], model)
    if kind == "string_unicode":
        return "holds a character that no text can have"
    if kind == "invalid_key":
        return "the name of a setting must be text"
    if kind == "too_short":
        return "must name something, but is empty"
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries, not {context['actual_length']}"
    if kind in _REQUIREMENTS:
        is_short = isinstance(value, str) and len(value) <= _MAX_VALUE
        example = value if is_short else quoted(value, 40)
        requirement = _REQUIREMENTS[kind].format(input=example, **context)
        return f"must be {requirement}, not {quoted(value, _MAX_VALUE)}"
    text = problem["msg"].removeprefix("Value error, ")
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def _short(value: Any) -> Any:
    """A bound as people write it: 1 instead of 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _suggestion(path: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """The section that has a setting of this name, or a similar name in the same section."""
    sections = {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    name = str(path[-1])
    if len(name) > _MAX_NAME:
        return ""
    for section, fields in sections.items():
        if name in fields.model_fields:
            return f". It belongs to {section}"
    section_model = sections.get(str(path[0])) if len(path) > 1 else None
    if section_model:
        others = getattr(section_model, "other_names", ())
        candidates: tuple[str, ...] = (*section_model.model_fields, *sorted(others))
    else:
        others = getattr(model, "other_names", ())
        candidates = (*model.model_fields, *sorted(others), *_outer_key(sections))
    close = get_close_matches(name, candidates, n=1)
    return f". Did you mean {close[0]}?" if close else ""


def _outer_key(sections: Mapping[str, Any]) -> tuple[str, ...]:
    """The outermost key of a configuration file, which may be misspelt as well."""
    return ("nas",) if sections else ()
