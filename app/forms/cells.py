"""Fields side by side: as many in a row as there is room for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

_ROOM = 5.0
_WIDE = 2.5  # a field that takes what room there is
_LEFT = 0.5  # room that may be shared out among the fields of a row


@dataclass(frozen=True)
class Cell:
    """A field that is drawn by `draw`, and the part of `_ROOM` that it needs beside others."""

    width: float
    draw: Callable[[], None]


def draw_cells(cells: Sequence[Cell]) -> None:
    """Draw fields in their order, row by row."""
    for row in rows(cells):
        widths = [cell.width for cell in row]
        spare = _ROOM - sum(widths)
        empty = [spare] if max(widths) < _WIDE and spare > _LEFT else []
        columns = st.columns([*widths, *empty], vertical_alignment="bottom")
        for column, cell in zip(columns, row, strict=False):
            with column:
                cell.draw()


def rows(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """The fields of each row."""
    row: list[Cell] = []
    for cell in cells:
        if row and sum(other.width for other in row) + cell.width > _ROOM:
            yield row
            row = []
        row.append(cell)
    if row:
        yield row
