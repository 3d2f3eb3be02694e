"""The state of a page in the query parameters of its URL: a pasted link shows the same view.

Widgets bind to query parameters themselves. These functions are for charts and tables, and for
widgets whose value has another form in the URL.
"""

from collections.abc import Sequence

import streamlit as st


def int_parameter(name: str, low: int, high: int) -> int | None:
    """The integer parameter `name`; None if it is missing or not from `low` to `high`."""
    text = st.query_params.get(name, "")
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    return value if value is not None and low <= value <= high else None


def text_parameter(name: str) -> str:
    """The parameter `name` as text; empty if it is missing."""
    return str(st.query_params.get(name, ""))


def selected_option(options: Sequence[str], name: str, default: str) -> str:
    """The value of a widget bound to `name`, before it is drawn; `default` if not an option."""
    selected = str(st.session_state.get(name) or text_parameter(name))
    return selected if selected in options else default


def set_parameter(name: str, value: str | int | None) -> None:
    """Set a parameter; None or an empty text removes it."""
    if value in (None, ""):
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)


def external_value(parameter: str) -> str | None:
    """The value of `parameter`; None if it is what the page itself wrote last."""
    text = st.query_params.get(parameter, "")
    own_value = st.session_state.get(_key(parameter))
    return None if text == own_value else text


def set_own_value(parameter: str, text: str) -> None:
    """Set a parameter; `external_value` then knows that the page itself wrote it."""
    set_parameter(parameter, text)
    st.session_state[_key(parameter)] = text


def _key(parameter: str) -> str:
    return f"address_{parameter}"
