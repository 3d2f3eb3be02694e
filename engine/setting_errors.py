"""What is wrong with settings, in sentences."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_MUST_BE = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "list_type": "a list such as [{input}]",
    "dict_type": "a mapping of settings",
    "model_type": "a mapping of settings",
    "greater_than_equal": "at least {ge:g}",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
    "literal_error": "{expected}",
}
_LONGEST = 80  # characters of a wrong value that are repeated


def sentences(error: ValidationError, model: type[BaseModel]) -> str:
    """A sentence for each setting of `model` that is wrong: where, what, and what it must be."""
    found = []
    for problem in error.errors():
        where, message = ".".join(map(str, problem["loc"])), _message(problem, model)
        end = "" if message.endswith("?") else "."
        found.append(f"{where or 'configuration'}: {message}{end}")
    return " ".join(found)


def _message(problem: ErrorDetails, model: type[BaseModel]) -> str:
    kind, given = problem["type"], problem["input"]
    context: Mapping[str, Any] = problem.get("ctx", {})
    if kind == "extra_forbidden":
        return "there is no such setting" + _meant(problem["loc"], model)
    if kind == "too_short":
        return "must name something, but is empty"
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries, not {context['actual_length']}"
    if kind in _MUST_BE:
        shown = repr(given)
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
        return f"must be {_MUST_BE[kind].format(input=given, **context)}, not {shown}"
    return problem["msg"].removeprefix("Value error, ")


def _meant(where: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """The section that has such a setting, or one of the same section that is spelt much alike."""
    sections = {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    name = str(where[-1])
    for section, fields in sections.items():
        if name in fields.model_fields:
            return f". It belongs to {section}"
    inside = sections.get(str(where[0]), model)
    close = get_close_matches(name, inside.model_fields, n=1)
    return f". Did you mean {close[0]}?" if close else ""
