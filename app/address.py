"""What a page is looking at, kept in its address: a pasted link shows the same view.

Widgets bind to the address themselves. This is for what charts and tables say, and for widgets that
show something else than what identifies it.
"""

from collections.abc import Sequence

import streamlit as st


def whole(name: str, low: int, high: int) -> int | None:
    """The number from `low` to `high` that the address gives for `name`; None if it gives none."""
    text = st.query_params.get(name, "")
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    return value if value is not None and low <= value <= high else None


def word(name: str) -> str:
    """The text that the address gives for `name`; empty if it gives none."""
    return str(st.query_params.get(name, ""))


def one_of(options: Sequence[str], name: str, otherwise: str) -> str:
    """What a choice among `options` that is bound to `name` is set to, before it is drawn."""
    chosen = str(st.session_state.get(name) or word(name))
    return chosen if chosen in options else otherwise


def put(name: str, value: str | int | None) -> None:
    """Write a value into the address; None or an empty text takes it away."""
    if value in (None, ""):
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)


def follow(parameter: str) -> str | None:
    """The address's value of `parameter` if it is not what the page wrote there last, else None."""
    text = st.query_params.get(parameter, "")
    written = st.session_state.get(_key(parameter))
    return None if text == written else text


def write(parameter: str, text: str) -> None:
    """As `put`; `follow` then knows that the page itself wrote it."""
    put(parameter, text)
    st.session_state[_key(parameter)] = text


def _key(parameter: str) -> str:
    return f"address_{parameter}"
