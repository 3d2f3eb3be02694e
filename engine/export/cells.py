"""Cells of a CSV that a spreadsheet may open: texts are texts there, numbers stay numbers."""

from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(row: Iterable[object]) -> list[object]:
    """A row in which a text that a spreadsheet would run as a formula begins with `'`."""
    return [f"'{cell}" if isinstance(cell, str) and _runs(cell) else cell for cell in row]


def _runs(text: str) -> bool:
    if not text.startswith(_FORMULA):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return False
