"""The download menu of the shortlist."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from app.display_names import file_name
from app.downloads.panel import bundle_download
from engine.evaluation.record import Evaluation
from engine.export.formats import SHORTLIST_FORMATS
from engine.runs.history import RunHistory


def downloads(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_quality: Mapping[int, float]
) -> None:
    """Draw a menu with the networks in one archive, and a button for each text format.

    What is in the menu is drawn once it is open; a file is made when it is requested.
    """
    menu = st.popover(
        "Download",
        icon=":material/download:",
        key="decide_export",
        help="The networks of the shortlist, or all numbers and their sources",
        on_change="rerun",
    )
    if not menu.open:
        return
    with menu:
        heading = "**The networks** · a folder each, with files that other programs load"
        bundle_download(history.id, history, evaluations, "decide_bundle", heading)
        st.markdown("**Their configurations** · with numbers and sources, as text")
        with st.container(horizontal=True):
            for entry in SHORTLIST_FORMATS:
                st.download_button(
                    entry.label,
                    partial(entry.write, history, evaluations, held_out_quality),
                    file_name(f"{history.name} shortlist", entry.suffix),
                    entry.mime,
                    key=f"decide_export_{entry.name}",
                    icon=":material/download:",
                    on_click="ignore",
                )
