"""Runs as a table: each with its state, progress and hypervolume; a selection and a menu a row."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components import component
from app.formatting import age
from app.run_header import state_colour
from app.run_list.rows import RunRow
from engine.analysis.number_text import hypervolume_text

_mount = component("dynas_runs", html='<div class="dynas-runs"></div>\n', module="tables/runs.js")

COLUMNS = {
    "name": "Run",
    "state": "State",
    "supernet": "Supernet and objectives",
    "progress": "Evaluations",
    "hypervolume": "Hypervolume",
    "created": "Started",
}
"""The titles of the columns by the name of the order that a click on them asks for."""


_MARKS = re.compile(r"[*_`#>]+")  # of Markdown, in the first line of a note


@dataclass(frozen=True)
class Asked:
    """What the visitor asks of one run: `open` or the name of an entry of its menu."""

    run: str
    action: str


def row_data(
    row: RunRow, spark: str, now: float, menu: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """What the browser draws of a row at the POSIX time `now`."""
    count = f"{row.evaluations:,} / {row.budget:,}"
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "colour": state_colour(row.state),
        "where": "driven by another process" if row.elsewhere else "",
        "supernet": row.supernet,
        "title": row.title,
        "objectives": row.objectives,
        "approach": row.approach.replace("_", " "),
        "progress": round(100 * row.progress, 1),
        "count": count,
        "hypervolume": hypervolume_text(row.hypervolume),
        "spark": spark,
        "age": age(now - row.created),
        "started": time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created)),
        "tags": list(row.labels.tags),
        "note": row.labels.note,
        "summary": _MARKS.sub("", row.labels.note.partition("\n")[0]),
        "menu": [list(entry) for entry in menu],
    }


def runs_table(
    rows: Sequence[Mapping[str, Any]],
    *,
    order: str,
    selected: Sequence[str],
    revision: int,
    key: str,
    on_ask: Callable[[Asked], None],
    on_select: Callable[[list[str]], None],
    on_sort: Callable[[str], None],
) -> None:
    """Draw the table.

    The browser keeps the selection while `revision` stays the same, so that quick clicks are not
    undone by an answer to the first of them.
    """

    def asked() -> None:
        if wanted := st.session_state[key].get("asked"):
            on_ask(Asked(str(wanted["run"]), str(wanted["action"])))

    def picked() -> None:
        if (ids := st.session_state[key].get("picked")) is not None:
            on_select([str(run) for run in ids])

    def ordered() -> None:
        if (column := st.session_state[key].get("sorted")) in COLUMNS:
            on_sort(str(column))

    _mount(
        key=key,
        data={
            "columns": [{"name": name, "title": title} for name, title in COLUMNS.items()],
            "order": order,
            "rows": list(rows),
            "selected": list(selected),
            "revision": revision,
        },
        on_asked_change=asked,
        on_picked_change=picked,
        on_sorted_change=ordered,
    )
