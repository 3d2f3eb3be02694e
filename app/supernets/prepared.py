"""What the data that tasks prepare takes on the disk, and the buttons that give it back."""

from collections.abc import Callable

import streamlit as st

from app.formatting import counted, plain
from app.session import told_to_user
from engine.supernets.registry import prepared_data
from engine.tasks.prepared_data import PreparedData, Usage


def size_text(count: int) -> str:
    """Such as `7.5 GB` or `12.4 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def sections() -> None:
    """Draw a section for each kind."""
    for kind in prepared_data():
        _section(kind)


def _section(kind: PreparedData) -> None:
    used, name = kind.usage(), kind.name
    with st.container(border=True, key=f"supernets_{name}"):
        text, buttons = st.columns([0.64, 0.36], vertical_alignment="center")
        with text:
            st.markdown(f"**{plain(kind.title)}** · {size_text(used.bytes)}")
            st.caption(plain(_explained(kind, used)))
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            nothing = used.bytes == 0
            if st.button(
                "Remove outdated", key=f"{name}_outdated", disabled=nothing, help=kind.outdated
            ):
                _remove(kind.remove_outdated)
            if st.button(
                "Remove all", key=f"{name}_all", icon=":material/delete:", disabled=nothing
            ):
                _remove(kind.remove_all)


def _explained(kind: PreparedData, used: Usage) -> str:
    if not used.files:
        return f"None yet. {kind.purpose}"
    there = f"{counted(used.files, 'file')} in {kind.folder()}."
    return f"{there} {kind.purpose} What is removed is made again when it is needed."


def _remove(action: Callable[[], None]) -> None:
    done = False
    with told_to_user():
        action()
        done = True
    if done:
        st.rerun()
