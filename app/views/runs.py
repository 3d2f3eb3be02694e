"""Runs: the table of all runs, and the actions on them."""

import math
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

import streamlit as st

from app import navigation, view_memory
from app.diagrams.sparkline import sparkline_svg
from app.forms import stored_paths
from app.forms.import_results import import_button
from app.forms.search_form import use_as_template
from app.run_list import actions, damaged_runs, dialogs, toolbar, trash
from app.run_list.rows import (
    Comparison,
    Query,
    RunRow,
    comparisons,
    matching_rows,
    next_order,
    run_row,
)
from app.run_list.template_note import template_note
from app.session import MOVING_STATES, service, show_errors
from app.tables.runs import RequestedAction, row_data, runs_table
from app.url_parameters import int_parameter
from engine.errors import DynasError, RunError
from engine.runs.run_summary import RunSummary
from engine.runs.script_runs import missing_script_text

_POLL_MOVING = 2.0  # seconds
_POLL_IDLE = 10.0  # seconds: another server may start a run
_PAGE = 50  # rows
_PAGE_KEY, _QUERY = "page", "runs_query"
_SPARK_POINTS = 24
_REQUEST = "runs_asked"
_known_rows: dict[str, tuple[RunSummary, RunRow]] = {}  # by id of the run, as of its summary


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs_title"):
        st.title("Runs", anchor=False)
        if st.button("New search", key="runs_search", icon=":material/add_circle:", type="primary"):
            navigation.open_new_search()
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
        _table(matching, query, comparisons(rows))
    elif rows or not unreadable:
        toolbar.empty_table_note(rows, query)
    view_memory.remember()


def _rows(summaries: Sequence[RunSummary]) -> list[RunRow]:
    """The rows of the runs; those of runs that have not changed are kept."""
    rows = []
    for summary in summaries:
        known = _known_rows.get(summary.id)
        if known is None or known[0] is not summary:
            try:
                known = summary, run_row(summary, service().labels(summary.id))
            except DynasError:  # deleted or damaged since: the next survey reports it
                continue
            _known_rows[summary.id] = known
        rows.append(known[1])
    for gone in _known_rows.keys() - {row.id for row in rows}:
        _known_rows.pop(gone, None)
    return rows


def _table(
    matching: list[RunRow], query: Query, comparisons: Mapping[tuple[object, ...], Comparison]
) -> None:
    page_count = math.ceil(len(matching) / _PAGE)
    first = (_current_page(query, page_count) - 1) * _PAGE
    shown = matching[first : first + _PAGE]
    now = time.time()
    runs_table(
        [
            row_data(row, _sparkline(row, found), now, _menu(row), found)
            for row in shown
            for found in [comparisons.get(row.key)]
        ],
        order=query.order,
        selected=actions.selected_runs(),
        revision=actions.revision(),
        key="runs_table",
        on_action=lambda action: st.session_state.update({_REQUEST: action}),
        on_select=actions.store_selection,
        on_sort=lambda column: toolbar.remember_order(next_order(query.order, column)),
    )
    if page_count > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="runs_pages"):
            last = first + len(shown)
            st.caption(f"{first + 1:,}–{last:,} of {len(matching):,}", width="content")
            st.pagination(page_count, key=_PAGE_KEY, bind="query-params")


def _current_page(query: Query, page_count: int) -> int:
    """The page that the visitor has chosen; the first after a change of filter or order."""
    state = st.session_state
    if state.setdefault(_QUERY, query) != query:
        state[_QUERY], state[_PAGE_KEY] = query, 1
    chosen = state.get(_PAGE_KEY) or int_parameter(_PAGE_KEY, 1, page_count) or 1
    page = min(max(int(chosen), 1), page_count)
    if _PAGE_KEY in state and state[_PAGE_KEY] != page:
        state[_PAGE_KEY] = page
    return page


def _sparkline(row: RunRow, comparison: Comparison | None) -> str:
    try:
        top = comparison.best if comparison else row.hypervolume
        return _sparkline_of(row.id, row.count, row.hypervolume, top)
    except DynasError:  # the list reports the error when it is drawn next
        return ""


@lru_cache(maxsize=2000)
def _sparkline_of(run: str, _count: str, _hypervolume: float, top: float) -> str:
    return sparkline_svg(service().history(run).hypervolume, top, _SPARK_POINTS)


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
            if history.imported:
                stored_paths.request_ready_source(history.config)
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
