"""Disk usage of the data that tasks prepare, with buttons that delete it."""

from collections.abc import Callable

import streamlit as st

from app.formatting import escape_markdown
from app.session import show_errors
from engine.count_text import count_text
from engine.supernets.registry import prepared_data
from engine.tasks.prepared_data import PreparedData, Usage


def size_text(count: int) -> str:
    """Such as `7.5 GB` or `12.4 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def sections() -> None:
    """Draw a section for each kind of prepared data."""
    for kind in prepared_data():
        _section(kind)


def _section(kind: PreparedData) -> None:
    usage, name = kind.usage(), kind.name
    with st.container(border=True, key=f"supernets_{name}"):
        text_column, button_column = st.columns([0.64, 0.36], vertical_alignment="center")
        with text_column:
            st.markdown(f"**{escape_markdown(kind.title)}** · {size_text(usage.bytes)}")
            st.caption(escape_markdown(_usage_text(kind, usage)))
        with button_column, st.container(horizontal=True, horizontal_alignment="right"):
            is_empty = usage.bytes == 0
            if st.button(
                "Remove outdated", key=f"{name}_outdated", disabled=is_empty, help=kind.outdated
            ):
                _remove(kind.remove_outdated)
            if st.button(
                "Remove all", key=f"{name}_all", icon=":material/delete:", disabled=is_empty
            ):
                _remove(kind.remove_all)


def _usage_text(kind: PreparedData, usage: Usage) -> str:
    if not usage.files:
        return f"None yet. {kind.purpose}"
    usage_text = f"{count_text(usage.files, 'file')} in {kind.folder()}."
    return f"{usage_text} {kind.purpose} What is removed is made again when it is needed."


def _remove(action: Callable[[], None]) -> None:
    is_done = False
    with show_errors():
        action()
        is_done = True
    if is_done:
        st.rerun()
