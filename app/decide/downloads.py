"""The download menu of the shortlist."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from app.display_names import file_name
from engine.evaluation.record import Evaluation
from engine.export.formats import SHORTLIST_FORMATS
from engine.runs.history import RunHistory


def downloads(
    history: RunHistory, evaluations: Sequence[Evaluation], held_out_quality: Mapping[int, float]
) -> None:
    """Draw a menu with a button for each format; a file is made when it is requested."""
    with st.popover(
        "Export",
        icon=":material/download:",
        key="decide_export",
        help="The shortlist with all numbers and their sources",
    ):
        st.caption(
            "Each holds the configs that rebuild the sub-networks, and their numbers with sources. "
            "The ZIP has the Python lines as well."
        )
        for entry in SHORTLIST_FORMATS:
            st.download_button(
                entry.label,
                partial(entry.write, history, evaluations, held_out_quality),
                file_name(f"{history.name} shortlist", entry.suffix),
                entry.mime,
                key=f"decide_export_{entry.name}",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )
