"""Strict type checks of settings, where pydantic would convert the value.

Pydantic accepts `True` for 1, bytes for text and a set for a list. A number that is written as a
text is accepted, such as `1e3`, which YAML reads as text.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticCustomError, PydanticKnownError

_WITH_EXPONENT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")
_LONGEST_NUMBER = 100  # characters of a number that is written as a text


def check_type(annotation: Any, value: Any) -> Any:
    """Return `value`; raise pydantic's error if it is not of the type `annotation`."""
    kinds = set(_kinds(annotation))
    if bool in kinds:
        _require(isinstance(value, bool) or value is None, "bool_type")
    elif kinds & {int, float}:
        number = "int_type" if int in kinds else "float_type"
        _require(not isinstance(value, bool | bytes | bytearray), number)
        _require(not isinstance(value, str) or len(value) <= _LONGEST_NUMBER, number)
        if int in kinds and isinstance(value, str):
            return _whole_number(value)
    elif str in kinds:
        _require(not isinstance(value, bytes | bytearray), "string_type")
        _require_storable_text(value)
    elif list in kinds:
        _require(isinstance(value, list | tuple), "list_type")
        for entry in value:
            _require_storable_text(entry)
    return value


def _whole_number(text: str) -> int | str:
    """The whole number that a text such as `1e5` writes; the text itself if it writes none."""
    if not _WITH_EXPONENT.fullmatch(text.strip()):
        return text
    number = Decimal(text.strip())
    is_usual = number.adjusted() < _LONGEST_NUMBER
    return int(number) if is_usual and number == number.to_integral_value() else text


def _kinds(annotation: Any) -> Iterator[type]:
    """The types that an annotation such as `int | None` or `list[str]` names."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _kinds(part)
    elif origin is Literal:
        yield str
    elif isinstance(origin or annotation, type):
        yield origin or annotation


def _require(condition: bool, kind: Any) -> None:
    if not condition:
        raise PydanticKnownError(kind)


def _require_storable_text(value: Any) -> None:
    """Raise an error for a lone surrogate or a null character, which cannot be stored."""
    if isinstance(value, str) and "\0" in value:
        raise PydanticCustomError("characters", "holds a null character, which no setting can have")
    if isinstance(value, str) and not _encodable(value):
        raise PydanticCustomError("characters", "holds a character that no text can have")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
