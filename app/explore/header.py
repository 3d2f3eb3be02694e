"""The header of the Explore page: the run, its state, and a button for newer evaluations."""

from contextlib import AbstractContextManager

import streamlit as st

from app import url_parameters
from app.charts.view_address import CAMERA, ZOOM
from app.display_names import file_name
from app.explore.charts import REPLAY_POSITION
from app.explore.columns import newer_count, show_newer
from app.explore.filter import BRUSH
from app.explore.table import PAGE
from app.run_links import run_links
from app.run_picker import rerun_if_deleted, run_picker
from app.selection import SELECTED
from app.session import LIVE_STATES, service
from engine.export.report.page import report_html
from engine.runs.run_summary import RunSummary

_POLL = 2.0  # seconds


def page_header(summaries: list[RunSummary], run: str) -> AbstractContextManager[object]:
    """Draw the header with a choice of the run; returns it, for further choices at its end."""
    by_id = {summary.id: summary for summary in summaries}
    header = st.container(horizontal=True, vertical_alignment="center", key="explore_head")
    with header:
        st.title("Explore", anchor=False, width="content")
        run_picker("explore", by_id, run, _clear_parameters)
        live = by_id[run].state in LIVE_STATES
        st.fragment(_newer_button, run_every=_POLL if live else None)(run)
        run_links("explore", run)
        st.download_button(
            "Report",
            lambda: report_html(service().history(run)),
            file_name(by_id[run].name, "html"),
            "text/html",
            key="explore_report",
            icon=":material/description:",
            on_click="ignore",
            help="One HTML file with figures, front, chosen sub-networks and configuration, which "
            "opens without a server",
        )
    return header


def _newer_button(run: str) -> None:
    """Offer the evaluations that are newer than the visitor's snapshot."""
    rerun_if_deleted(run)
    count = newer_count(run, len(service().history(run).evaluations))
    if count > 0 and st.button(
        f"Show {count:,} newer",
        key="explore_newer",
        icon=":material/refresh:",
        type="primary",
        help="The run has measured more since you opened this page.",
    ):
        show_newer(run)
        st.rerun()


def _clear_parameters() -> None:
    for name in (REPLAY_POSITION, SELECTED, BRUSH, PAGE, ZOOM, CAMERA):
        url_parameters.set_parameter(name, None)
