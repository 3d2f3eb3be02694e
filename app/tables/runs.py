"""The table of runs: state, progress and hypervolume, a selection, and a menu for each row."""

import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components import component
from app.formatting import age
from app.run_header import state_colour
from app.run_list.rows import Comparison, RunRow
from engine.analysis.number_text import hypervolume_text, number_with_unit

_mount = component("dynas_runs", html='<div class="dynas-runs"></div>\n', module="tables/runs.js")

COLUMNS = {
    "name": "Run",
    "state": "State",
    "supernet": "Supernet",
    "progress": "Progress",
    "best": "Best",
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
    row: RunRow,
    spark: str,
    now: float,
    menu: Sequence[tuple[str, str]],
    comparison: Comparison | None = None,
) -> dict[str, Any]:
    """The data of a row for the browser, at the POSIX time `now`."""
    standing, standing_help = standing_texts(row.hypervolume, comparison)
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
        "unit": row.unit,
        "best": number_with_unit(row.best, row.metric.unit),
        "limits": row.limits,
        "bestHelp": _best_help(row),
        "hypervolume": hypervolume_text(row.hypervolume),
        "standing": standing,
        "standingHelp": standing_help,
        "spark": spark,
        "age": age(now - row.created),
        "started": time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created)),
        "tags": list(row.labels.tags),
        "note": row.labels.note,
        "summary": _MARKS.sub("", row.labels.note.partition("\n")[0]),
        "menu": [list(entry) for entry in menu],
    }


def _best_help(row: RunRow) -> str:
    limits = f" within {row.limits}" if row.limits else "; the run has no limits"
    return f"The best value of {row.metric.label}{limits}"


def standing_texts(hypervolume: float, comparison: Comparison | None) -> tuple[str, str]:
    """How a hypervolume stands among those it can be compared with, and an explanation.

    >>> standing_texts(0.45, Comparison(12, 0.9))[0]
    '50.0 % of best'
    """
    if math.isnan(hypervolume):
        return "", ""
    if comparison is None:
        return "", "No other run has this supernet, these objectives and these limits."
    count = comparison.count
    explanation = (
        f"{count:,} runs have the same supernet, objectives and limits, so that their hypervolumes "
        "and small charts can be compared: these share one scale."
    )
    if hypervolume == comparison.best:
        return f"best of {count:,}", explanation
    return f"{100 * hypervolume / (comparison.best or 1.0):.1f} % of best", explanation


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
