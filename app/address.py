"""A value of the page that its address holds: followed when the address changes, written back.

For values that a bound widget cannot hold, because what it shows is not what identifies it.
"""

import streamlit as st


def follow(parameter: str) -> str | None:
    """The address's value of `parameter` if it is not what the page wrote there last, else None."""
    text = st.query_params.get(parameter, "")
    written = st.session_state.get(_key(parameter))
    return None if text == written else text


def write(parameter: str, text: str) -> None:
    """Put a value into the address, or take the parameter out if it is empty."""
    if st.query_params.get(parameter, "") != text:
        if text:
            st.query_params[parameter] = text
        else:
            st.query_params.pop(parameter, None)
    st.session_state[_key(parameter)] = text


def _key(parameter: str) -> str:
    return f"address_{parameter}"
