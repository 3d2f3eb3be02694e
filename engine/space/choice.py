"""What genes can be: numbers, truth values and texts, told apart by value and by type."""

import math
from typing import Any, Literal, TypeGuard

import numpy as np

Choice = float | str
"""What a gene can be: a number, a truth value, or in categorical genes a text."""

Kind = Literal["ordinal", "range", "categorical"]
"""How the choices of a gene are related: as numbers in their order, or not at all."""

_LARGEST_WHOLE = 2**53  # whole numbers up to here are exact as floating-point ones


def choice_text(choice: Choice) -> str:
    """A choice as people read it: `3`, `0.35`, `relu`; different choices read differently."""
    if not isinstance(choice, float):
        return str(choice)
    short = f"{choice:g}"
    return short if float(short) == choice else repr(choice)


def python_value(value: Any) -> Any:
    """Python's own number or text for one of numpy's, or of an enumeration."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str) and type(value) is not str:
        return str.__str__(value)
    if isinstance(value, int | float) and type(value) not in (bool, int, float):
        return int(value) if isinstance(value, int) else float(value)
    return value


def typed(value: Choice) -> tuple[str, Choice]:
    """What tells `1`, `1.0` and `True` apart, and is equal for equal values of one type."""
    return type(value).__name__, value


def is_text(value: object) -> TypeGuard[str]:
    """Whether it is a text that people can read and every file can hold."""
    return isinstance(value, str) and bool(value) and value.isprintable()


def is_choice(value: object) -> TypeGuard[Choice]:
    """Whether a gene can be that."""
    if isinstance(value, bool | int):
        return abs(value) <= _LARGEST_WHOLE
    return math.isfinite(value) if isinstance(value, float) else is_text(value)
