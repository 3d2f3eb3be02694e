"""CSV cells that a spreadsheet does not run as formulas; numbers stay numbers."""

from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_safe(row: Iterable[object]) -> list[object]:
    """A row in which `'` precedes a text that a spreadsheet would run as a formula."""
    return [f"'{cell}" if isinstance(cell, str) and _is_formula(cell) else cell for cell in row]


def _is_formula(text: str) -> bool:
    if not text.startswith(_FORMULA):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return False
