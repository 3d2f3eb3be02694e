"""Run: the state of a run, its front so far, and the buttons that control it."""

import streamlit as st

from app import view_memory
from app.baselines import is_measuring
from app.live import charts, controls, details, utilisation
from app.run_picker import rerun_if_deleted, run_to_show, show_run_errors
from app.selection import selected_number
from app.session import MOVING_STATES, opened_run, service

_PROGRESS_SECONDS = 0.7  # between two requests of the browser for the progress of the run
_PROGRESS_SECONDS_IDLE = 3.0  # of a run at rest: another process may resume it
_REDRAW_SECONDS = 2.0  # between two updates of the whole page, changed or not
_REDRAW_SECONDS_LONG = 10.0  # of a long run, which one more evaluation changes little
_LONG_RUN = 2000  # evaluations


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    sentence = "Set up a search, and its front grows here as it is measured."
    run = run_to_show("live", "Run", sentence, summaries)
    if run is None:
        return
    summary = next(s for s in summaries if s.id == run)
    is_moving = summary.state in MOVING_STATES
    was_measuring = is_measuring(run)
    is_short = is_moving and summary.evaluations < _LONG_RUN
    seconds = _REDRAW_SECONDS if is_short or was_measuring else _REDRAW_SECONDS_LONG
    st.fragment(_live, run_every=seconds)(run, is_moving, was_measuring)


def _live(run: str, is_moving: bool, was_measuring: bool) -> None:
    """Draw everything that changes with the run, as one fragment.

    Several fragments that refresh on their own could wait for each other, and a container that one
    of them fills could be gone by then.
    """
    rerun_if_deleted(run)
    with show_run_errors("live", run), opened_run(run) as history:
        summary = history.summary()
        controls.header(
            summary, history, _PROGRESS_SECONDS if is_moving else _PROGRESS_SECONDS_IDLE
        )
        number = selected_number(run, len(history.evaluations))
        charts.draw(summary, history, number)
        table, panel = st.columns([0.58, 0.42], gap="medium")
        with table:
            details.front_panel(run, history, number)
        with panel:
            details.architecture_panel(run, history, number)
        utilisation.utilisation_panel(run, history)
        details.records_panel(run, history)
        if (summary.state in MOVING_STATES, is_measuring(run)) != (is_moving, was_measuring):
            st.rerun()
    view_memory.remember()
