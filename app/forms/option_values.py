"""Values of options in the configuration, and in the fields of the New search form.

Numbers by name are a text in the form, such as `GPU: 1, memory: 8`.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.options import OptionField

_ENTRY = re.compile(r"\s*['\"]?([^,:=]*[^,:=\s'\"])['\"]?\s*[:=]\s*(\S+)\s*")


def field_value(option: OptionField, value: Any) -> Any:
    """The value of an option in its field."""
    if option.kind in ("path", "text"):
        return value or ""
    if option.kind == "numbers by name":
        return mapping_text(value or {})
    return float(value) if option.kind == "number" and value is not None else value


def config_value(option: OptionField, value: Any) -> Any:
    """The value of an option in the configuration."""
    if option.kind in ("path", "text"):
        text = (value or "").strip()
        return None if option.optional and not text else text
    if option.kind == "numbers by name":
        return read_mapping(value or "")
    return value


def mapping_text(numbers: Mapping[str, float]) -> str:
    """The text of a field for numbers by name; empty for none."""
    return ", ".join(f"{name}: {_number_text(number)}" for name, number in numbers.items())


def read_mapping(text: str) -> dict[str, float] | str:
    """The numbers by name that a field holds; the text itself if it holds something else.

    Braces around them, and `=` for a colon, are accepted. Validation refuses a text.
    """
    content = text.strip().removeprefix("{").removesuffix("}").strip()
    numbers: dict[str, float] = {}
    for entry in content.split(",") if content else ():
        match = _ENTRY.fullmatch(entry)
        try:
            name, number = match.groups() if match else ("", "")
            numbers[name] = float(number)
        except ValueError:
            return text
    return numbers


def _number_text(number: float) -> str:
    return f"{number:.0f}" if float(number).is_integer() else repr(float(number))
