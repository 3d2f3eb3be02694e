"""Which sub-network of a run the visitor looks at: in the address, and the same on every page."""

import streamlit as st

from app import address

SELECTED = "selected"


def selected(run: str, known: int) -> int | None:
    """The number that the address names, else the one selected last; None for none of the `known`.

    Puts it into the address.
    """
    last = st.session_state.get(_key(run))
    number = address.whole(SELECTED, 1, known)
    if number is None and last is not None and last <= known:
        number = int(last)
    if number is not None:
        remember(run, number)
    address.put(SELECTED, number)
    return number


def select(run: str, number: int | None) -> None:
    """Select a sub-network, or none."""
    remember(run, number)
    address.put(SELECTED, number)


def remember(run: str, number: int | None) -> None:
    """Select for the page that is drawn next, whose address does not say otherwise."""
    st.session_state[_key(run)] = number


def remembered(run: str) -> int | None:
    """The one selected last, on whatever page."""
    number: int | None = st.session_state.get(_key(run))
    return number


def _key(run: str) -> str:
    return f"selected_{run}"
