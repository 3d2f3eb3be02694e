"""Runs: the table of all runs, and the actions on them."""

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

import streamlit as st

from app import navigation
from app.diagrams.sparkline import sparkline_svg
from app.forms.import_results import import_button
from app.forms.search_form import use_as_template
from app.run_list import actions, damaged_runs, dialogs, toolbar, trash
from app.run_list.rows import RunRow, matching_rows, next_order, run_row
from app.run_list.template_note import template_note
from app.session import MOVING_STATES, service, show_errors
from app.tables.runs import RequestedAction, row_data, runs_table
from engine.errors import DynasError, RunError
from engine.runs.run_summary import RunSummary
from engine.runs.script_runs import missing_script_text

_POLL_MOVING = 2.0  # seconds
_POLL_IDLE = 10.0  # seconds: another server may start a run
_PAGE = 50
_SPARK_POINTS = 24
_REQUEST = "runs_asked"


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs_title"):
        st.title("Runs", anchor=False)
        import_button()
    dialogs.open_requested()
    is_moving = any(summary.state in MOVING_STATES for summary in service().list())
    st.fragment(_content, run_every=_POLL_MOVING if is_moving else _POLL_IDLE)(is_moving)


def _content(was_moving: bool) -> None:
    _run_requested_action()
    summaries, unreadable = service().survey()
    if (
        any(summary.state in MOVING_STATES for summary in summaries) != was_moving
        or dialogs.is_requested()
    ):
        st.rerun()
    rows = _rows(summaries)
    if not rows and not unreadable and not service().trash.entries():
        _empty_panel()
        return
    query, in_trash = toolbar.filters(rows)
    if in_trash:
        toolbar.notice()
        trash.render()
        return
    damaged_runs.panels(unreadable)
    matching = matching_rows(rows, query)
    toolbar.bulk_actions(matching, len([r for r in rows if r.labels.archived == query.archived]))
    toolbar.notice()
    if matching:
        _table(matching, query.order)
    elif rows or not unreadable:
        toolbar.empty_table_note(rows, query)


def _rows(summaries: Sequence[RunSummary]) -> list[RunRow]:
    rows = []
    for summary in summaries:
        with suppress(DynasError):  # deleted or damaged since: the next survey reports it
            rows.append(run_row(summary, service().labels(summary.id)))
    return rows


def _table(matching: list[RunRow], order: str) -> None:
    row_count = st.session_state.setdefault("runs_shown", _PAGE)
    now = time.time()
    runs_table(
        [row_data(row, _sparkline(row), now, _menu(row)) for row in matching[:row_count]],
        order=order,
        selected=actions.selected_runs(),
        revision=actions.revision(),
        key="runs_table",
        on_action=lambda action: st.session_state.update({_REQUEST: action}),
        on_select=actions.store_selection,
        on_sort=lambda column: toolbar.remember_order(next_order(order, column)),
    )
    if len(matching) > row_count:
        st.button(f"Show {_PAGE} more", key="runs_more", on_click=_show_more)


def _show_more() -> None:
    st.session_state["runs_shown"] += _PAGE


def _sparkline(row: RunRow) -> str:
    try:
        return _sparkline_of(row.id, row.count, row.hypervolume)
    except DynasError:  # the list reports the error when it is drawn next
        return ""


@lru_cache(maxsize=2000)
def _sparkline_of(run: str, _count: str, _hypervolume: float) -> str:
    return sparkline_svg(service().history(run).hypervolume, _SPARK_POINTS)


def _menu(row: RunRow) -> list[tuple[str, str]]:
    """The entries of the menu of a row: the name of each action, and its label."""
    archived = row.labels.archived
    return [
        *([("go_first", "Go first")] if "go_first" in row.actions else []),
        *([("run_beside", "Run beside others")] if "run_beside" in row.actions else []),
        ("labels", "Tags and note"),
        ("rename", "Rename"),
        ("explore", "Explore"),
        ("decide", "Decide"),
        ("compare", "Compare"),
        ("template", "Use as template"),
        ("latencies", "Import latencies"),
        ("unarchive", "Unarchive") if archived else ("archive", "Archive"),
        *([("delete", "Delete")] if "delete" in row.actions else []),
    ]


def _run_requested_action() -> None:
    request: RequestedAction | None = st.session_state.pop(_REQUEST, None)
    if request is None:
        return
    run = request.run
    if request.action == "open":
        navigation.open_live(run)
    elif request.action == "explore":
        navigation.open_explore(run)
    elif request.action == "decide":
        navigation.open_decide(run)
    elif request.action == "compare":
        navigation.open_compare([run])
    elif request.action == "template":
        with show_errors():
            history = service().history(run)
            if text := missing_script_text(history, "Search again"):
                raise RunError(text)
            use_as_template(history.config, template_note(history))
            navigation.open_new_search()
    elif request.action in ("rename", "labels", "latencies"):
        dialogs.request(request.action, run)
    elif request.action == "go_first":
        actions.go_first(run)
    elif request.action == "run_beside":
        actions.run_beside(run)
    elif request.action in toolbar.BULK:
        toolbar.BULK[request.action]([run])


def _empty_panel() -> None:
    with st.container(border=True, key="runs_empty"):
        st.markdown(
            "**No run yet.** A search that you start is kept here. *Import results*, above, makes "
            "a run of what another search wrote."
        )
        if st.button("New search", key="runs_new", type="primary", icon=":material/add_circle:"):
            navigation.open_new_search()
