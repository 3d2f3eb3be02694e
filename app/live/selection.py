"""Which sub-network of a run the visitor looks at."""

import streamlit as st

_REDRAWN = ["live", "live_front", "live_panel"]


def selected(run: str) -> int | None:
    """The number of the selected sub-network, or None."""
    return st.session_state.get(f"selected_{run}")


def select(run: str, number: int) -> None:
    """Select a sub-network; for use in callbacks, as it redraws the parts that show it."""
    st.session_state[f"selected_{run}"] = number
    st.rerun(_REDRAWN)
