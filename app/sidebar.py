"""The sidebar below the navigation: runs that are live, each with a tiny progress bar."""

import streamlit as st

from app import navigation
from app.names import named
from app.session import LIVE_STATES, service

_WHILE_LIVE = 2.0
_WHILE_CALM = 10.0
_LONGEST = 34  # characters of a name: two lines


def render() -> None:
    """Draw the live runs and keep them up to date."""
    live = any(summary.state in LIVE_STATES for summary in service().list())
    st.fragment(_live_runs, run_every=_WHILE_LIVE if live else _WHILE_CALM)()


def _live_runs() -> None:
    live = [summary for summary in service().list() if summary.state in LIVE_STATES]
    if not live:
        return
    st.caption("Live runs")
    for summary in live:
        with st.container(key=f"sidebar_run_{summary.id}", gap=None):
            name = named(summary.name, _LONGEST)
            label = f"{name}\N{NO-BREAK SPACE}· {summary.evaluations:,}/{summary.budget:,}"
            if st.button(
                label,
                key=f"sidebar_open_{summary.id}",
                type="tertiary",
                help=f"{named(summary.name)}, {summary.state}: open it on the Live page",
            ):
                navigation.open_live(summary.id)
            st.progress(min(1.0, summary.evaluations / max(1, summary.budget)))
