"""The selected sub-network of a run: in the URL, and the same on every page."""

import streamlit as st

from app import url_parameters

SELECTED = "selected"


def selected_number(run: str, count: int) -> int | None:
    """The number in the URL, else the one selected last; None if it is not from 1 to `count`.

    Writes it into the URL.
    """
    last_number = st.session_state.get(_key(run))
    number = url_parameters.int_parameter(SELECTED, 1, count)
    if number is None and last_number is not None and last_number <= count:
        number = int(last_number)
    if number is not None:
        select_for_next_page(run, number)
    url_parameters.set_parameter(SELECTED, number)
    return number


def select(run: str, number: int | None) -> None:
    """Select a sub-network, or none, and write it into the URL."""
    select_for_next_page(run, number)
    url_parameters.set_parameter(SELECTED, number)


def select_for_next_page(run: str, number: int | None) -> None:
    """Select a sub-network for the next page, unless the URL of that page names another."""
    st.session_state[_key(run)] = number


def last_selected_number(run: str) -> int | None:
    """The number selected last, on any page."""
    number: int | None = st.session_state.get(_key(run))
    return number


def _key(run: str) -> str:
    return f"selected_{run}"
