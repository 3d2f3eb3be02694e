"""A table of sub-networks: a click on a row selects it, a click on a column's title sorts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.components import component

Order = Literal["", "ascending", "descending"]
"""How the rows are sorted by a column; empty where they are not."""

_mount = component(
    "dynas_table", html='<div class="dynas-table"></div>\n', module="tables/table.js"
)


@dataclass(frozen=True)
class Column:
    """One column; with a `name` its title sorts. `order` is that of the rows now."""

    title: str
    numeric: bool = False
    name: str = ""
    order: Order = ""


@dataclass(frozen=True)
class Row:
    """One sub-network; `fresh` marks it as new.

    `remarks` stand small below the cells in the same places; an empty one leaves nothing there.
    """

    number: int
    cells: tuple[str, ...]
    fresh: bool = False
    remarks: tuple[str, ...] = ()


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
    """Draw the rows as they come, with `data-testid="table-NAME"`; `caption` says what they are.

    `on_pick` is called with the number of a picked row, `on_sort` with the name of a column.
    """

    def picked() -> None:
        number = st.session_state[key].get("picked")
        if number is not None:
            on_pick(int(number))

    def sort() -> None:
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
                    "remarks": list(row.remarks),
                    "fresh": row.fresh,
                }
                for row in rows
            ],
            "selected": selected,
            "height": height,
        },
        on_picked_change=picked,
        on_sorted_change=sort,
    )
