"""Layout of form fields in rows: as many side by side as fit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

_ROW_WIDTH = 5.0
_FULL_WIDTH = 2.5  # from this width on, fields fill their row
_SPARE_WIDTH = 0.5  # up to this width, the fields of a row share the remaining space


@dataclass(frozen=True)
class Cell:
    """A field drawn by `draw`, and its width as a part of `_ROW_WIDTH`."""

    width: float
    draw: Callable[[], None]


def draw_cells(cells: Sequence[Cell]) -> None:
    """Draw the fields in order, row by row."""
    for row in rows(cells):
        widths = [cell.width for cell in row]
        spare = _ROW_WIDTH - sum(widths)
        empty = [spare] if max(widths) < _FULL_WIDTH and spare > _SPARE_WIDTH else []
        columns = st.columns([*widths, *empty], vertical_alignment="bottom")
        for column, cell in zip(columns, row, strict=False):
            with column:
                cell.draw()


def rows(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """The fields split into rows."""
    row: list[Cell] = []
    for cell in cells:
        if row and sum(other.width for other in row) + cell.width > _ROW_WIDTH:
            yield row
            row = []
        row.append(cell)
    if row:
        yield row
