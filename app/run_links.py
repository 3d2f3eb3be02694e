"""Buttons that link the pages of a run."""

import streamlit as st

from app import navigation
from app.selection import select_for_next_page

_LINKS = {
    "live": ("Run", ":material/show_chart:", "Watch the run and steer it", navigation.open_live),
    "explore": (
        "Explore",
        ":material/query_stats:",
        "Replay the run, filter it, see what matters",
        navigation.open_explore,
    ),
    "decide": (
        "Decide",
        ":material/checklist:",
        "Choose from the front of the run",
        navigation.open_decide,
    ),
}


def run_links(page: str, run: str, number: int | None = None) -> None:
    """A button for each page of the run except `page`; it selects sub-network `number`."""
    for name, (label, icon, text, open_page) in _LINKS.items():
        if name != page and st.button(label, key=f"{page}_{name}", icon=icon, help=text):
            if number is not None:
                select_for_next_page(run, number)
            open_page(run)
