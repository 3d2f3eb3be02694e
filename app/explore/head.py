"""The head of the Explore page: which run, its state, and whether it has measured more since."""

import streamlit as st

from app import navigation
from app.explore import address
from app.explore.charts import AT
from app.explore.columns import newer, take_newer
from app.explore.filter import BRUSH
from app.explore.selection import SELECTED
from app.explore.table import PAGE
from app.run_header import state_html
from app.session import LIVE_STATES, service
from engine.runs.history import RunSummary

_POLL = 2.0  # seconds


def head(summaries: list[RunSummary], run: str) -> None:
    """Draw the head; another run can be chosen in it."""
    by_id = {summary.id: summary for summary in summaries}
    with st.container(horizontal=True, vertical_alignment="center", key="explore_head"):
        st.title("Explore", anchor=False, width="content")
        st.selectbox(
            "Run",
            list(by_id),
            index=list(by_id).index(run),
            format_func=lambda other: by_id[other].name if other in by_id else other,
            key=f"explore_run_{run}",
            on_change=lambda: _change_run(st.session_state[f"explore_run_{run}"]),
            label_visibility="collapsed",
            width=280,
        )
        st.html(state_html(by_id[run].state), width="content")
        live = by_id[run].state in LIVE_STATES
        st.fragment(_newer, run_every=_POLL if live else None)(run)
        if st.button("Live", key="explore_live", icon=":material/show_chart:"):
            navigation.open_live(run)


def _newer(run: str) -> None:
    """How many evaluations have come since the visitor began to look; nothing moves by itself."""
    more = newer(run, len(service().history(run).evaluations))
    if more > 0 and st.button(
        f"Show {more:,} newer",
        key="explore_newer",
        icon=":material/refresh:",
        type="primary",
        help="The run has measured more since you opened this page.",
    ):
        take_newer(run)
        st.rerun()


def _change_run(run: str) -> None:
    st.session_state["current_run"] = run
    st.query_params["run"] = run
    for name in (AT, SELECTED, BRUSH, PAGE):
        address.put(name, None)


def empty(sentence: str, next_step: str, run: str = "") -> None:
    """Say what is missing, with a button that leads on: to `new` search, or `live`."""
    if next_step == "new":
        st.title("Explore", anchor=False)
    with st.container(border=True, key="explore_empty"):
        st.markdown(sentence)
        if next_step == "new":
            if st.button(
                "New search", key="explore_new", type="primary", icon=":material/add_circle:"
            ):
                navigation.open_new_search()
        elif st.button("Open Live", key="explore_open_live", type="primary"):
            navigation.open_live(run)
