"""Downloads of the shortlist."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from app.names import file_name
from engine.evaluation.record import Evaluation
from engine.export import shortlist as export
from engine.runs.history import RunHistory

_FORMATS = (
    ("ZIP with a folder each", "zip", "application/zip", export.to_zip),
    ("One JSON", "json", "application/json", export.to_json),
    ("One YAML", "yaml", "application/yaml", export.to_yaml),
    ("One CSV", "csv", "text/csv", export.to_csv),
)


def downloads(
    history: RunHistory, chosen: Sequence[Evaluation], tested: Mapping[int, float]
) -> None:
    """A button a format, in a menu; each file is made when it is asked for."""
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
        for title, suffix, mime, write in _FORMATS:
            st.download_button(
                title,
                partial(write, history, chosen, tested),
                file_name(f"{history.name} shortlist", suffix),
                mime,
                key=f"decide_export_{suffix}",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )
