"""The choice of a chart's axes, the same on every page that has one; the address keeps it."""

from collections.abc import Mapping

import streamlit as st

from app.address import one_of
from app.formatting import choice_width

_NARROWEST = 145  # pixels


def axis_choice(title: str, key: str, labels: Mapping[str, str], usual: str) -> str:
    """Draw the choice of one axis among metrics, name to label; as wide as what is chosen."""
    names = list(labels)
    chosen = st.selectbox(
        title,
        names,
        index=names.index(usual),
        format_func=labels.__getitem__,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width=choice_width([labels[one_of(names, key, usual)]], _NARROWEST),
    )
    return str(chosen or usual)


def further_axis(word: str, title: str, key: str, labels: Mapping[str, str], usual: str) -> str:
    """One more axis, with a word such as `over` before it that stays with it in a narrow window."""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.markdown(word, width="content")
        return axis_choice(title, key, labels, usual)


def plane_choice(page: str, labels: Mapping[str, str], usual: tuple[str, str]) -> tuple[str, str]:
    """Draw the choice of both axes; `usual` and the answer are the horizontal and the vertical."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{page}_axes"):
        y = axis_choice("Vertical axis", f"{page}_y", labels, usual[1])
        x = further_axis("over", "Horizontal axis", f"{page}_x", labels, usual[0])
    return x, y
