"""Supernets & data: what there is to search, what each supernet needs, and what is there."""

import time

import streamlit as st

from app.forms import search_form as form
from app.session import told_to_user
from app.supernets import card, prepared
from app.supernets.checklist import look_again
from engine.meters import registry as meters
from engine.supernets import registry


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", key="supernets_title"):
        st.title("Supernets & data", anchor=False)
        if st.button(
            "Look again",
            key="supernets_refresh",
            icon=":material/refresh:",
            help="Look for files, folders and plug-in packages anew",
        ):
            look_again()
            meters.forget_plug_ins()
            form.missing.clear()
            st.rerun()
    st.caption(
        "What can be searched, and what each supernet needs for it. Paths are remembered in the "
        "data folder, and *New search* is filled with them."
    )
    for name in form.supernet_names():
        with st.container(border=True, key=f"supernet_{name}"), told_to_user():
            supernet = registry.load(name)
            working = card.working(supernet, time.time())
            st.fragment(card.draw, run_every=card.POLL if working else None)(supernet, working)
    prepared.sections()
