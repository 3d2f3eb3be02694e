"""Live: what a run is doing, the best it has, and what can be done next."""

import streamlit as st

from app.live import charts, controls, details
from app.run_picker import rerun_if_deleted, run_to_show, show_run_errors
from app.selection import selected_number
from app.session import MOVING_STATES, service

_PULSE = 0.7  # seconds after which the browser asks how far the run is
_PULSE_CALM = 3.0  # of a run that rests: another process may go on with it
_ANEW = 2.0  # seconds after which all of the page is drawn anew, changed or not
_ANEW_LONG = 10.0  # of a run in which one evaluation more is a small part
_LONG = 2000  # evaluations


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    sentence = "Set up a search, and its front grows here as it is measured."
    run = run_to_show("live", "Live", sentence, summaries)
    if run is None:
        return
    summary = next(s for s in summaries if s.id == run)
    moving = summary.state in MOVING_STATES
    anew = _ANEW if moving and summary.evaluations < _LONG else _ANEW_LONG
    st.fragment(_live, run_every=anew)(run, moving)


def _live(run: str, moving: bool) -> None:
    """Everything that changes while the run does.

    One fragment: several that refresh on their own could each wait for the others, and a part of
    the page that one of them fills could be gone when its turn comes.
    """
    rerun_if_deleted(run)
    with show_run_errors("live", run):
        history = service().history(run)
        summary = history.summary()
        controls.header(summary, history, _PULSE if moving else _PULSE_CALM)
        chosen = selected_number(run, len(history.evaluations))
        charts.draw(summary, history, chosen)
        table, panel = st.columns([0.58, 0.42], gap="medium")
        with table:
            details.front(run, history, chosen)
        with panel:
            details.selected_panel(run, history, chosen)
        details.records(run, history)
        if (summary.state in MOVING_STATES) != moving:
            st.rerun()
