"""What pages that look at one run share: choosing it, and what to do where there is none."""

from collections.abc import Callable, Mapping

import streamlit as st

from app import navigation
from app.run_header import state_html
from engine.runs.history import RunSummary


def run_picker(
    page: str, summaries: Mapping[str, RunSummary], run: str, forget: Callable[[], None]
) -> None:
    """The list of runs and the state of the one that is shown.

    Another choice goes into the address; `forget` then drops what belonged to the run before.
    """
    key = f"{page}_run_{run}"

    def change() -> None:
        chosen = st.session_state[key]
        st.session_state["current_run"] = chosen
        st.query_params["run"] = chosen
        forget()

    st.selectbox(
        "Run",
        list(summaries),
        index=list(summaries).index(run),
        format_func=lambda other: summaries[other].name if other in summaries else other,
        key=key,
        on_change=change,
        label_visibility="collapsed",
        width=280,
    )
    st.html(state_html(summaries[run].state), width="content")


def no_run(page: str, title: str, sentence: str) -> None:
    """Say that there is no run yet, with the button that leads to one."""
    st.title(title, anchor=False)
    with st.container(border=True, key=f"{page}_empty"):
        st.markdown(sentence)
        if st.button("New search", key=f"{page}_new", type="primary", icon=":material/add_circle:"):
            navigation.open_new_search()


def nothing_yet(page: str, sentence: str, run: str) -> None:
    """Say what a run lacks to be shown, with the button that leads to its Live page."""
    with st.container(border=True, key=f"{page}_empty"):
        st.markdown(sentence)
        if st.button("Open Live", key=f"{page}_open_live", type="primary"):
            navigation.open_live(run)
