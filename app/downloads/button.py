"""Download of a single sub-network: a small button with the bundle and the text formats."""

import streamlit as st

from app import subnetwork_panel
from app.downloads.panel import bundle_download
from engine.evaluation.record import Evaluation
from engine.export.formats import SUBNETWORK_FORMATS
from engine.runs.history import RunHistory


def download_button(
    run: str, history: RunHistory, evaluation: Evaluation, key: str, width: str = "content"
) -> None:
    """Draw a button that opens the menu of downloads of a sub-network.

    What is in the menu is drawn once it is open. `key` starts the keys of all widgets.
    """
    menu = st.popover(
        "Download",
        icon=":material/download:",
        key=f"{key}_menu",
        help=f"#{evaluation.number} as a network that other programs load, or as text",
        on_change="rerun",
        width=width,  # type: ignore[arg-type]
    )
    if not menu.open:
        return
    with menu:
        download_menu(run, history, evaluation, key)


def download_menu(run: str, history: RunHistory, evaluation: Evaluation, key: str) -> None:
    """Draw the bundle and below it the text formats of a sub-network."""
    st.markdown("**The network** · files that other programs load")
    bundle_download(run, history, [evaluation], f"{key}_bundle")
    st.markdown("**Its configuration** · text that rebuilds it here")
    with st.container(horizontal=True):
        for entry in SUBNETWORK_FORMATS:
            subnetwork_panel.download_button(entry, history.config, evaluation, key)
