"""Selecting a sub-network of a run in a chart: the table turns to it."""

import streamlit as st

from app.selection import select


def select_and_show_row(run: str, number: int) -> None:
    """Select, and turn to the page of the table where the sub-network is."""
    select(run, number)
    st.session_state[_wanted(run)] = number


def requested_row(run: str) -> int | None:
    """The number that the table has to turn to, once."""
    number: int | None = st.session_state.pop(_wanted(run), None)
    return number


def _wanted(run: str) -> str:
    return f"explore_find_{run}"
