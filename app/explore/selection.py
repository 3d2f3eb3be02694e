"""The selected sub-network of a run: in the address, and known to the other pages."""

import streamlit as st

from app import address
from app.live.selection import select

SELECTED = "selected"


def pick(run: str, number: int) -> None:
    """Select a sub-network in every view."""
    select(run, number)
    address.put(SELECTED, number)


def pick_and_find(run: str, number: int) -> None:
    """Select, and turn to the page of the table where the sub-network is."""
    pick(run, number)
    st.session_state[_wanted(run)] = number


def wanted_row(run: str) -> int | None:
    """The number that the table has to turn to, once."""
    number: int | None = st.session_state.pop(_wanted(run), None)
    return number


def _wanted(run: str) -> str:
    return f"explore_find_{run}"
