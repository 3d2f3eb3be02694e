"""The table of sub-networks: a click on a row selects it, a click on a column's title sorts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.components import component

Order = Literal["", "ascending", "descending"]
"""The order of the rows by a column; empty if they are not sorted by it."""

_mount = component(
    "dynas_table", html='<div class="dynas-table"></div>\n', module="tables/table.js"
)


@dataclass(frozen=True)
class Column:
    """One column; a click on its title sorts if it has a `name`. `order` is the current order."""

    title: str
    numeric: bool = False
    name: str = ""
    order: Order = ""


@dataclass(frozen=True)
class Row:
    """One sub-network; `is_newest` marks it as new.

    `notes` has the small text below each cell, empty for none.
    """

    number: int
    cells: tuple[str, ...]
    is_newest: bool = False
    notes: tuple[str, ...] = ()


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    name: str,
    caption: str,
    selected: int | None,
    height: int,
    key: str,
    on_pick: Callable[[int], None],
    on_sort: Callable[[str], None] | None = None,
) -> None:
    """Draw the rows as they come, with `data-testid="table-NAME"`; `caption` describes them.

    `on_pick` is called with the number of a clicked row, `on_sort` with the name of a column.
    """

    def handle_pick() -> None:
        number = st.session_state[key].get("picked")
        if number is not None:
            on_pick(int(number))

    def handle_sort() -> None:
        column = st.session_state[key].get("sorted")
        if on_sort is not None and column is not None:
            on_sort(str(column))

    _mount(
        key=key,
        data={
            "name": name,
            "caption": caption,
            "columns": [
                {"title": c.title, "numeric": c.numeric, "name": c.name, "order": c.order}
                for c in columns
            ],
            "rows": [
                {
                    "number": row.number,
                    "cells": list(row.cells),
                    "notes": list(row.notes),
                    "newest": row.is_newest,
                }
                for row in rows
            ],
            "selected": selected,
            "height": height,
        },
        on_picked_change=handle_pick,
        on_sorted_change=handle_sort,
    )
