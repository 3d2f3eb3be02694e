"""Live: what a run is doing, the best it has, and what can be done next."""

import streamlit as st

from app import navigation
from app.live import charts, controls, details
from app.session import MOVING_STATES, chosen_run, remember_run, service, told_to_user

_PULSE = 0.7  # seconds after which the browser asks how far the run is
_PULSE_CALM = 3.0  # of a run that rests: another process may go on with it
_ANEW = 2.0  # seconds after which all of the page is drawn anew, changed or not
_ANEW_LONG = 10.0  # of a run in which one evaluation more is a small part
_LONG = 2000  # evaluations


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
    anew = _ANEW if moving and summary.evaluations < _LONG else _ANEW_LONG
    st.fragment(_live, run_every=anew)(run, moving)


def _live(run: str, moving: bool) -> None:
    """Everything that changes while the run does.

    One fragment: several that refresh on their own could each wait for the others, and a part of
    the page that one of them fills could be gone when its turn comes.
    """
    with told_to_user():
        history = service().history(run)
        summary = history.summary()
        controls.header(summary, history, _PULSE if moving else _PULSE_CALM)
        charts.draw(summary, history)
        table, panel = st.columns([0.53, 0.47], gap="medium")
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
