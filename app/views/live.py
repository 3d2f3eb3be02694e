"""Live: what a run is doing, the best it has, and what can be done next."""

import streamlit as st

from app import navigation
from app.live import charts, controls, details
from app.session import MOVING_STATES, chosen_run, remember_run, service, told_to_user

_CHARTS_EVERY = 0.7
_DETAILS_EVERY = 1.5


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    run = chosen_run(summaries)
    if run is None:
        _empty()
        return
    remember_run(run)
    moving = next(s.state for s in summaries if s.id == run) in MOVING_STATES
    with told_to_user():
        st.fragment(_live, run_every=_CHARTS_EVERY if moving else None, key="live")(run, moving)
        table, panel = st.columns([0.46, 0.54], gap="medium")
        with table:
            st.fragment(
                details.front, run_every=_DETAILS_EVERY if moving else None, key="live_front"
            )(run)
        with panel:
            st.fragment(details.selected_panel, key="live_panel")(run)
        st.fragment(
            details.records, run_every=_DETAILS_EVERY if moving else None, key="live_records"
        )(run)


def _live(run: str, moving: bool) -> None:
    with told_to_user():
        history = service().history(run)
        history.refresh()
        summary = history.summary()
        controls.header(summary, history)
        charts.draw(summary, history)
        if (summary.state in MOVING_STATES) != moving:
            st.rerun()


def _empty() -> None:
    st.title("Live", anchor=False)
    with st.container(border=True, key="live_empty"):
        st.markdown("**No run yet.** Set up a search, and its front grows here as it is measured.")
        if st.button("New search", key="live_new", type="primary", icon=":material/add_circle:"):
            navigation.open_new_search()
