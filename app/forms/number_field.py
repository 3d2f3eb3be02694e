"""Number fields of the New search form."""

import streamlit as st

from app.forms.keys import key


def number_field(
    title: str,
    field: str,
    help: str,
    *,
    minimum: float,
    maximum: float | None = None,
    step: float | None = None,
    empty_text: str = "",
    disabled: bool = False,
) -> None:
    """Draw the field of the form called `field`: whole numbers where `minimum` is one.

    With `empty_text`, the words for having no number, it can be left empty and then says them.
    """
    st.number_input(
        title,
        min_value=minimum,
        max_value=maximum,
        value=None if empty_text else "min",
        step=step,
        format="%g" if isinstance(minimum, float) else None,
        key=key(field),
        persist_state="session",
        disabled=disabled,
        help=help,
        placeholder=empty_text or None,
    )
