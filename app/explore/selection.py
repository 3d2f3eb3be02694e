"""The selection of a sub-network in a chart, which scrolls the table to its row."""

import streamlit as st

from app.selection import select


def select_and_show_row(run: str, number: int) -> None:
    """Select a sub-network, and show the page of the table that has it."""
    select(run, number)
    st.session_state[_state_key(run)] = number


def requested_row(run: str) -> int | None:
    """The number of the row that the table has to show; None after the first call."""
    number: int | None = st.session_state.pop(_state_key(run), None)
    return number


def _state_key(run: str) -> str:
    return f"explore_find_{run}"
