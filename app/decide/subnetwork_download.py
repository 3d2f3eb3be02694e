"""Download of one sub-network from a line of the Decide page."""

import streamlit as st

from app import subnetwork_panel
from engine.evaluation.record import Evaluation
from engine.export.formats import SUBNETWORK_FORMATS
from engine.runs.history import RunHistory


def download_button(run: str, history: RunHistory, evaluation: Evaluation, key: str) -> None:
    """Draw a menu with the formats in which a sub-network of `run` can be taken away.

    `key` is that of the line on the page.
    """
    with st.popover(
        "Download",
        icon=":material/download:",
        key=f"{key}_download",
        type="tertiary",
        help=f"Sub-network #{evaluation.number} to rebuild it elsewhere",
    ):
        for entry in SUBNETWORK_FORMATS:
            subnetwork_panel.download_button(
                entry, history.config, evaluation, f"{key}_download_{run}"
            )
