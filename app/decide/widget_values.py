"""Widgets whose value is stored elsewhere, such as in the URL."""

from typing import Any

import streamlit as st


def widget_key(name: str, value: Any) -> str:
    """The key of a widget that shows `value`.

    The key changes when the value changes by other means than the widget. A late message of the
    browser about the previous widget then cannot overwrite the value.
    """
    state = st.session_state
    if (shown_key := f"{name}_shown") not in state or state[shown_key] != value:
        state[shown_key] = value
        state[f"{name}_turn"] = state.get(f"{name}_turn", 0) + 1
    key = f"{name}_{state[f'{name}_turn']}"
    state[key] = value
    return key


def widget_value(name: str) -> Any:
    """In a callback: the new value of the widget with a key of `widget_key`."""
    state = st.session_state
    value = state[f"{name}_{state[f'{name}_turn']}"]
    state[f"{name}_shown"] = value
    return value
