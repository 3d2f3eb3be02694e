"""The values of genes: numbers, truth values and texts, distinguished by value and by type."""

import math
from typing import Any, Literal, TypeGuard

import numpy as np

Choice = float | str
"""The value of a gene: a number, a truth value, or in categorical genes a text."""

Kind = Literal["ordinal", "range", "categorical"]
"""Whether the choices of a gene are ordered numbers or unrelated categories."""

_LARGEST_WHOLE = 2**53  # the largest range of integers that are exact as floating-point numbers


def choice_text(choice: Choice) -> str:
    """A choice as text for people: `3`, `0.35`, `relu`; different choices have different texts."""
    if not isinstance(choice, float):
        return str(choice)
    short = f"{choice:g}"
    return short if float(short) == choice else repr(choice)


def python_value(value: Any) -> Any:
    """Python's own number or text for a value of numpy or of an enumeration."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str) and type(value) is not str:
        return str.__str__(value)
    if isinstance(value, int | float) and type(value) not in (bool, int, float):
        return int(value) if isinstance(value, int) else float(value)
    return value


def typed_key(value: Choice) -> tuple[str, Choice]:
    """A key that distinguishes `1`, `1.0` and `True`, equal for equal values of one type."""
    return type(value).__name__, value


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a text that can be printed and written to any file."""
    return isinstance(value, str) and bool(value) and value.isprintable()


def is_choice(value: object) -> TypeGuard[Choice]:
    """Whether a value can be the choice of a gene."""
    if isinstance(value, bool | int):
        return abs(value) <= _LARGEST_WHOLE
    return math.isfinite(value) if isinstance(value, float) else is_text(value)
