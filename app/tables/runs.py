"""The table of runs: state, progress and hypervolume, a selection, and a menu for each row."""

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
"""The titles of the columns by the name of the order that a click on them requests."""


_MARKS = re.compile(r"[*_`#>]+")  # of Markdown, in the first line of a note


@dataclass(frozen=True)
class RequestedAction:
    """An action that the visitor requests for a run: `open` or an entry of its menu."""

    run: str
    action: str


def row_data(
    row: RunRow, spark: str, now: float, menu: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The data of a row for the browser, at the POSIX time `now`."""
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "colour": state_colour(row.state),
        "where": "driven by another process" if row.elsewhere else "",
        "waits": row.waits,
        "supernet": row.supernet,
        "title": row.title,
        "objectives": row.objectives,
        "approach": row.approach.replace("_", " "),
        "progress": round(100 * row.progress, 1),
        "count": row.count,
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
    on_action: Callable[[RequestedAction], None],
    on_select: Callable[[list[str]], None],
    on_sort: Callable[[str], None],
) -> None:
    """Draw the table.

    The browser keeps its selection while `revision` stays the same, so that the response to one
    click does not undo the next.
    """

    def handle_action() -> None:
        if request := st.session_state[key].get("asked"):
            on_action(RequestedAction(str(request["run"]), str(request["action"])))

    def handle_selection() -> None:
        if (ids := st.session_state[key].get("picked")) is not None:
            on_select([str(run) for run in ids])

    def handle_sort() -> None:
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
        on_asked_change=handle_action,
        on_picked_change=handle_selection,
        on_sorted_change=handle_sort,
    )
