"""Live: what a run is doing, the best it has, and what can be done next."""

import streamlit as st

from app import navigation
from app.live import charts, controls, details
from app.session import MOVING_STATES, chosen_run, remember_run, service, told_to_user

_EVERY = 0.7  # seconds
_EVERY_LONG = 1.2  # seconds, of a run in which one evaluation more is a small part
_LONG = 2000  # evaluations
_WHILE_CALM = 5.0  # seconds: another process may go on with the run


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    run = chosen_run(summaries)
    if run is None:
        _empty()
        return
    remember_run(run)
    summary = next(s for s in summaries if s.id == run)
    moving = summary.state in MOVING_STATES
    every = _EVERY if summary.evaluations < _LONG else _EVERY_LONG
    st.fragment(_live, run_every=every if moving else _WHILE_CALM)(run, moving)


def _live(run: str, moving: bool) -> None:
    """Everything that changes while the run does.

    One fragment: several that refresh on their own could each wait for the others, and a part of
    the page that one of them fills could be gone when its turn comes.
    """
    with told_to_user():
        history = service().history(run)
        summary = history.summary()
        controls.header(summary, history)
        charts.draw(summary, history)
        table, panel = st.columns([0.48, 0.52], gap="medium")
        with table:
            details.front(run, history)
        with panel:
            details.selected_panel(run, history)
        details.records(run, history)
        if (summary.state in MOVING_STATES) != moving:
            st.rerun()


def _empty() -> None:
    st.title("Live", anchor=False)
    with st.container(border=True, key="live_empty"):
        st.markdown("**No run yet.** Set up a search, and its front grows here as it is measured.")
        if st.button("New search", key="live_new", type="primary", icon=":material/add_circle:"):
            navigation.open_new_search()
