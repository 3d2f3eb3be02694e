"""Which sub-network of a run the visitor looks at."""

import streamlit as st


def selected(run: str) -> int | None:
    """The number of the selected sub-network, or None."""
    return st.session_state.get(f"selected_{run}")


def select(run: str, number: int) -> None:
    """Select a sub-network."""
    st.session_state[f"selected_{run}"] = number
