"""What decoded images take on the disk, and the buttons that give it back."""

import streamlit as st

from app.formatting import counted
from app.session import told_to_user
from engine.tasks.images import decoded_images


def size_text(count: int) -> str:
    """Such as `7.5 GB` or `12.4 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def section() -> None:
    """Draw the section."""
    used = decoded_images.usage()
    with st.container(border=True, key="supernets_decoded"):
        text, buttons = st.columns([0.64, 0.36], vertical_alignment="center")
        with text:
            st.markdown(f"**Decoded images** · {size_text(used.bytes)}")
            st.caption(_explained(used.files))
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            nothing = used.bytes == 0
            if st.button(
                "Remove outdated",
                key="decoded_outdated",
                disabled=nothing,
                help="Those whose image files have changed since, or are gone",
            ):
                _remove(decoded_images.remove_outdated)
            if st.button(
                "Remove all", key="decoded_all", icon=":material/delete:", disabled=nothing
            ):
                _remove(decoded_images.remove_all)


def _explained(files: int) -> str:
    if not files:
        return (
            "None yet. The first evaluation on a folder of images keeps them here, so that the "
            "others need not wait."
        )
    count = counted(files, "file")
    return (
        f"{count} in {decoded_images.folder()}. The images of ImageFolder data are decoded once "
        "and kept here for all searches. What is removed is decoded again when it is needed."
    )


def _remove(action) -> None:  # type: ignore[no-untyped-def]
    done = False
    with told_to_user():
        action()
        done = True
    if done:
        st.rerun()
