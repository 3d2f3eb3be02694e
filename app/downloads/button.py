"""Download of a single sub-network: a small button with the bundle and the text formats."""

import streamlit as st

from app import subnetwork_panel
from app.downloads.panel import bundle_download, configuration_note
from engine.evaluation.record import Evaluation
from engine.export.formats import SUBNETWORK_FORMATS
from engine.runs.history import RunHistory


def download_button(run: str, history: RunHistory, evaluation: Evaluation, key: str) -> None:
    """Draw a menu with what can be downloaded of a sub-network of `run`.

    Its content is drawn once it is open. `key` is that of the line on the page.
    """
    key = f"{key}_{evaluation.number}"
    menu = st.popover(
        "Download",
        icon=":material/download:",
        key=f"{key}_download",
        type="tertiary",
        help=f"Sub-network #{evaluation.number}, for other programs or to rebuild it",
        on_change="rerun",
    )
    if not menu.open:
        return
    with menu:
        heading = f"**Network #{evaluation.number}** · files that other programs load"
        bundle_download(run, history, [evaluation], f"{key}_bundle", heading)
        st.markdown(f"**Its configuration** · {configuration_note(history)}")
        with st.container(horizontal=True):
            for entry in SUBNETWORK_FORMATS:
                subnetwork_panel.download_button(entry, history.config, evaluation, key)
