"""Runs: every run with what became of it, and what can be done with it."""

import time
from dataclasses import dataclass
from html import escape

import streamlit as st

from app import navigation
from app.diagrams.component import drawing
from app.diagrams.stages import sparkline_svg
from app.formatting import age, share
from app.forms.import_results import import_button
from app.forms.search_form import use_as_template
from app.run_header import bar_html, state_html
from app.session import MOVING_STATES, service, told_to_user
from engine.metrics import metric
from engine.runs.history import RunSummary

_EVERY = 2.0
_PAGE = 20
_COLUMNS = [0.24, 0.14, 0.22, 0.2, 0.11, 0.09]
_EXPLORE, _TEMPLATE, _RENAME, _DELETE = "Explore", "Use as template", "Rename", "Delete"


@dataclass(frozen=True)
class RunRow:
    """Plain data of one row."""

    state: str
    supernet: str
    objectives: str
    progress: float
    count: str
    hypervolume: str
    age: str


def run_row(summary: RunSummary, now: float) -> RunRow:
    """The row of a run, as it stands at the POSIX time `now`."""
    dynas = summary.config.dynas
    return RunRow(
        summary.state,
        dynas.supernet,
        ", ".join(metric(name).label for name in dynas.metrics),
        min(1.0, summary.evaluations / max(1, summary.budget)),
        f"{summary.evaluations} / {summary.budget}",
        share(summary.hypervolume) if summary.evaluations else "",
        age(now - summary.created),
    )


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", key="runs_title"):
        st.title("Runs", anchor=False)
        import_button()
    summaries = service().list()
    if not summaries:
        with st.container(border=True, key="runs_empty"):
            st.markdown("**No run yet.** A search that you start is kept here.")
            if st.button(
                "New search", key="runs_new", type="primary", icon=":material/add_circle:"
            ):
                navigation.open_new_search()
        return
    moving = any(summary.state in MOVING_STATES for summary in summaries)
    st.fragment(_rows, run_every=_EVERY if moving else None)(moving)


def _rows(moving: bool) -> None:
    summaries = service().list()
    if any(summary.state in MOVING_STATES for summary in summaries) != moving:
        st.rerun()
    shown = st.session_state.setdefault("runs_shown", _PAGE)
    now = time.time()
    with st.container(key="runs_head"):
        titles = ("Run", "State", "Objectives", "Progress", "Hypervolume", "")
        for column, title in zip(st.columns(_COLUMNS, gap="small"), titles, strict=True):
            column.caption(title)
    for summary in summaries[:shown]:
        with st.container(border=True, key=f"run_{summary.id}"), told_to_user():
            _row(summary, run_row(summary, now))
    if len(summaries) > shown:
        st.button(f"Show {_PAGE} more", key="runs_more", on_click=_show_more)


def _show_more() -> None:
    st.session_state["runs_shown"] += _PAGE


def _row(summary: RunSummary, row: RunRow) -> None:
    name, state, objectives, progress, hypervolume, menu = st.columns(
        _COLUMNS, vertical_alignment="center", gap="small"
    )
    with name:
        if st.button(
            summary.name,
            key=f"run_open_{summary.id}",
            type="tertiary",
            help="Open on the Live page",
        ):
            navigation.open_live(summary.id)
    state.html(state_html(row.state) + f'<div class="dynas-small">{row.age}</div>')
    objectives.html(
        f'<div class="dynas-cell">{escape(row.objectives)}</div><div class="dynas-small dynas-cut" '
        f'title="{escape(row.supernet, quote=True)}">{escape(row.supernet)}</div>'
    )
    progress.html(
        f'<div class="dynas-small">{row.count} evaluations</div>'
        + bar_html(row.progress, f"{row.count} evaluations")
    )
    history = service().history(summary.id)
    with hypervolume, st.container(gap=None):
        drawing(sparkline_svg(history.hypervolume), f"run_spark_{summary.id}")
        st.html(f'<div class="dynas-small">{row.hypervolume}</div>')
    with menu:
        _menu(summary)


def _menu(summary: RunSummary) -> None:
    options = [_EXPLORE, _TEMPLATE]
    options += [_RENAME] if "rename" in summary.actions else []
    options += [_DELETE] if "delete" in summary.actions else []
    choice = st.menu_button(
        "", options, key=f"run_menu_{summary.id}", icon=":material/more_horiz:", help="More"
    )
    if choice == _EXPLORE:
        navigation.open_explore(summary.id)
    elif choice == _TEMPLATE:
        use_as_template(summary.config)
        navigation.open_new_search()
    elif choice == _RENAME:
        _rename(summary)
    elif choice == _DELETE:
        _delete(summary)


@st.dialog("Rename run")
def _rename(summary: RunSummary) -> None:
    name = st.text_input("Name", value=summary.name, key="runs_new_name", max_chars=80)
    if st.button("Rename", key="runs_rename_apply", type="primary"):
        with told_to_user():
            service().rename(summary.id, (name or "").strip())
            st.rerun()


@st.dialog("Delete run")
def _delete(summary: RunSummary) -> None:
    st.markdown(
        f"Delete **{summary.name}** with its {summary.evaluations} evaluations? "
        "This cannot be undone."
    )
    with st.container(horizontal=True):
        if st.button("Delete", key="runs_delete_apply", type="primary"):
            with told_to_user():
                service().delete(summary.id)
                st.session_state.pop("current_run", None)
                st.rerun()
        if st.button("Keep it", key="runs_delete_cancel"):
            st.rerun()
