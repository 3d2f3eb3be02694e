"""What is wrong with settings, in sentences."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from engine.quoting import quoted

Path = tuple[int | str, ...]
"""Where a setting stands: the names of the sections around it, from the outermost on."""

Where = Callable[[Sequence[int | str]], str]
"""Says where in a text a setting stands, such as `Line 3, column 5, `; empty if nobody knows."""

_MUST_BE = {
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
_LONGEST = 80  # characters of a wrong value that are repeated
_LONGEST_SENTENCE = 800  # of what a check says that may quote what it was given
_MOST = 10  # problems that are told
_LONGEST_NAME = 100  # characters of a name that may be a misspelt one


def sentences(
    error: ValidationError, model: type[BaseModel], where: Where = lambda path: ""
) -> str:
    """A sentence for each setting of `model` that is wrong: where, what, and what it must be.

    The first ten are told, and how many there are besides.
    """
    found = []
    for problem in error.errors(include_url=False)[:_MOST]:
        name = ".".join(_step(step) for step in problem["loc"])
        message = _message(problem, model)
        end = "" if message.endswith("?") else "."
        found.append(f"{where(problem['loc'])}{name or 'configuration'}: {message}{end}")
    if (more := error.error_count() - _MOST) > 0:
        found.append(f"{more:,} more settings are wrong.")
    return " ".join(found)


def problems(
    error: ValidationError, at: Callable[[Path], Path], model: type[BaseModel] | None = None
) -> list[InitErrorDetails]:
    """The problems in `error`, for an error of what is around: `at` says where each stands there.

    A setting that there is not is told beside those of `model`, if it is given.
    """
    found: list[InitErrorDetails] = []
    for one in error.errors(include_url=False):
        kind: str | PydanticCustomError = one["type"]
        if kind == "extra_forbidden" and model is not None:
            kind = _said(_no_such(one["loc"], model))
        elif kind not in _KINDS:
            kind = _said(one["msg"])
        made: InitErrorDetails = {"type": kind, "loc": at(one["loc"]), "input": one["input"]}
        found.append(
            {**made, "ctx": one["ctx"]} if isinstance(kind, str) and "ctx" in one else made
        )
    return found


def _said(message: str) -> PydanticCustomError:
    return PydanticCustomError("option", "{said}", {"said": message})


def _no_such(path: Path, model: type[BaseModel]) -> str:
    names, name = list(model.model_fields), str(path[-1])
    if not names:
        return "there is no such option: what is chosen here has none"
    if len(name) <= _LONGEST_NAME and (close := get_close_matches(name, names, n=1)):
        return f"there is no such option. Did you mean {close[0]}?"
    return f"there is no such option. Choose from: {', '.join(names)}"


def _step(step: int | str) -> str:
    """A part of the path to a setting; what is no plain name is quoted."""
    plain = isinstance(step, int) or (step.isidentifier() and len(step) <= _LONGEST)
    return str(step) if plain else quoted(step, _LONGEST)


def _message(problem: ErrorDetails, model: type[BaseModel]) -> str:
    kind, given = problem["type"], problem["input"]
    context = {name: _short(value) for name, value in problem.get("ctx", {}).items()}
    if kind in ("extra_forbidden", "no_such_attribute"):
        return "there is no such setting" + _meant(problem["loc"], model)
    if kind == "string_unicode":
        return "holds a character that no text can have"
    if kind == "invalid_key":
        return "the name of a setting must be text"
    if kind == "too_short":
        return "must name something, but is empty"
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries, not {context['actual_length']}"
    if kind in _MUST_BE:
        shown = given if isinstance(given, str) and len(given) <= _LONGEST else quoted(given, 40)
        wanted = _MUST_BE[kind].format(input=shown, **context)
        return f"must be {wanted}, not {quoted(given, _LONGEST)}"
    said = problem["msg"].removeprefix("Value error, ")
    return said if len(said) <= _LONGEST_SENTENCE else f"{said[:_LONGEST_SENTENCE]}…"


def _short(value: Any) -> Any:
    """A bound as people write it: 1 rather than 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _meant(path: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """The section that has such a setting, or one of the same section that is spelt much alike."""
    sections = {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    name = str(path[-1])
    if len(name) > _LONGEST_NAME:
        return ""
    for section, fields in sections.items():
        if name in fields.model_fields:
            return f". It belongs to {section}"
    inside = sections.get(str(path[0])) if len(path) > 1 else None
    known = (*inside.model_fields,) if inside else (*model.model_fields, *_outer(sections))
    close = get_close_matches(name, known, n=1)
    return f". Did you mean {close[0]}?" if close else ""


def _outer(sections: Mapping[str, Any]) -> tuple[str, ...]:
    """The key around a whole configuration, which may be the one that is misspelt."""
    return ("nas",) if sections else ()
