"""The number fields of the New search form."""

import streamlit as st

from app.forms.keys import key


def number_field(
    title: str,
    field: str,
    help: str,
    *,
    least: float,
    most: float | None = None,
    step: float | None = None,
    empty: str = "",
    disabled: bool = False,
) -> None:
    """Draw the field of the form called `field`: whole numbers where `least` is one.

    With `empty`, the words for having no number, it can be left empty and then says them.
    """
    st.number_input(
        title,
        min_value=least,
        max_value=most,
        value=None if empty else "min",
        step=step,
        format="%g" if isinstance(least, float) else None,
        key=key(field),
        persist_state="session",
        disabled=disabled,
        help=help,
        placeholder=empty or None,
    )
