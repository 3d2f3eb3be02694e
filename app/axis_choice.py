"""Select boxes for the axes of a chart; the URL holds the choice."""

from collections.abc import Mapping

import streamlit as st

from app.formatting import choice_width
from app.url_parameters import selected_option

_MIN_WIDTH = 145  # pixels


def axis_choice(title: str, key: str, labels: Mapping[str, str], default: str) -> str:
    """Draw a select box of metrics, name to label, for one axis; returns the selected name."""
    names = list(labels)
    selected = st.selectbox(
        title,
        names,
        index=names.index(default),
        format_func=labels.__getitem__,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width=choice_width([labels[selected_option(names, key, default)]], _MIN_WIDTH),
    )
    return str(selected or default)


def further_axis(
    preposition: str, title: str, key: str, labels: Mapping[str, str], default: str
) -> str:
    """A further axis with a word such as `over` before it, on the same line in narrow windows."""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.markdown(preposition, width="content")
        return axis_choice(title, key, labels, default)


def plane_choice(
    page: str, labels: Mapping[str, str], defaults: tuple[str, str]
) -> tuple[str, str]:
    """Draw the choice of both axes; returns horizontal and vertical, as in `defaults`."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{page}_axes"):
        y = axis_choice("Vertical axis", f"{page}_y", labels, defaults[1])
        x = further_axis("over", "Horizontal axis", f"{page}_x", labels, defaults[0])
    return x, y
