"""What a click does, and the sentence that says why it was refused.

Parts of a page that refresh themselves would wipe a message off within a second or two: it is
remembered instead, and drawn for a minute or until the next click there.
"""

import time
from collections.abc import Callable

import streamlit as st

from app.formatting import escape_markdown
from engine.errors import DynasError

_SHOWN_SECONDS = 60.0


def perform(place: str, action: Callable[[], object]) -> None:
    """Call `action`; `refusal` draws the message of a DynasError at `place`.

    As the `on_click` of a button, it runs before anything is drawn: a redraw of the page that
    comes in between cannot lose the click.
    """
    _is_done(place, action)


def perform_and_redraw(
    place: str, action: Callable[[], object], and_then: Callable[[], object] = st.rerun
) -> None:
    """`perform`, then redraw the page: with the refusal, or by `and_then` if it was done."""
    (and_then if _is_done(place, action) else st.rerun)()


def submit(place: str, action: Callable[[], object], popover: str) -> None:
    """`perform` as the `on_click` of a popover's button: if it was done, the popover is closed.

    `popover` is its key; it must have `on_change="rerun"`.
    """
    if _is_done(place, action):
        st.session_state[popover] = False


def refusal(place: str) -> None:
    """Draw why the last click at `place` was refused, if it was, and not long ago."""
    message, when = st.session_state.get(_key(place), ("", 0.0))
    if message and time.monotonic() - when < _SHOWN_SECONDS:
        st.error(escape_markdown(message), icon=":material/error:")


def _is_done(place: str, action: Callable[[], object]) -> bool:
    st.session_state.pop(_key(place), None)
    try:
        action()
    except DynasError as error:
        st.session_state[_key(place)] = (str(error), time.monotonic())
        return False
    return True


def _key(place: str) -> str:
    return f"refusal_{place}"
