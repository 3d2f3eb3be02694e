"""The head of the Explore page: which run, its state, and whether it has measured more since."""

import streamlit as st

from app import url_parameters
from app.charts.place import CAMERA, ZOOM
from app.explore.charts import AT
from app.explore.columns import newer, take_newer
from app.explore.filter import BRUSH
from app.explore.table import PAGE
from app.run_links import run_links
from app.run_picker import rerun_if_deleted, run_picker
from app.selection import SELECTED
from app.session import LIVE_STATES, service
from engine.runs.run_summary import RunSummary

_POLL = 2.0  # seconds


def head(summaries: list[RunSummary], run: str) -> None:
    """Draw the head; another run can be chosen in it."""
    by_id = {summary.id: summary for summary in summaries}
    with st.container(horizontal=True, vertical_alignment="center", key="explore_head"):
        st.title("Explore", anchor=False, width="content")
        run_picker("explore", by_id, run, _forget)
        live = by_id[run].state in LIVE_STATES
        st.fragment(_newer, run_every=_POLL if live else None)(run)
        run_links("explore", run)


def _newer(run: str) -> None:
    """How many evaluations have come since the visitor began to look; nothing moves by itself."""
    rerun_if_deleted(run)
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


def _forget() -> None:
    for name in (AT, SELECTED, BRUSH, PAGE, ZOOM, CAMERA):
        url_parameters.set_parameter(name, None)
