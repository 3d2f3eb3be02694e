"""Values of widgets that are held elsewhere, such as in the address."""

from typing import Any

import streamlit as st


def widget_key(name: str, value: Any) -> str:
    """The key of a widget that is to show `value` now.

    It changes when the value has changed by other means than the widget. What the browser still
    sends of the widget as it was then cannot be taken for a choice of the visitor.
    """
    state = st.session_state
    if (shown := f"{name}_shown") not in state or state[shown] != value:
        state[shown] = value
        state[f"{name}_turn"] = state.get(f"{name}_turn", 0) + 1
    key = f"{name}_{state[f'{name}_turn']}"
    state[key] = value
    return key


def widget_value(name: str) -> Any:
    """In a callback: what the visitor has chosen in the widget whose key `widget_key` made."""
    state = st.session_state
    value = state[f"{name}_{state[f'{name}_turn']}"]
    state[f"{name}_shown"] = value
    return value
