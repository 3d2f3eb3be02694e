"""Supernets & data: the supernets, what each of them needs, and the prepared data."""

import time

import streamlit as st

from app import navigation
from app.documentation.links import documentation_url
from app.forms import search_form as form
from app.progress import POLL_SECONDS
from app.session import show_errors
from app.supernets import card, prepared_data
from app.supernets.checklist import clear_cache
from engine.meters import registry as meters
from engine.supernets import registry


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", key="supernets_title"):
        st.title("Supernets & data", anchor=False)
        if st.button(
            "Refresh",
            key="supernets_refresh",
            icon=":material/refresh:",
            help="Look for files, folders and plug-in packages anew",
        ):
            clear_cache()
            meters.forget_plug_ins()
            form.missing_requirements.clear()
            st.rerun()
        if st.button(
            "Make a network elastic",
            key="supernets_elastic",
            icon=":material/expand:",
            help="Bring a PyTorch network of your own, and get a supernet of it",
        ):
            navigation.open_elastic()
        st.link_button(
            "Add your own",
            documentation_url("own supernet"),
            key="supernets_own",
            icon=":material/help:",
            type="tertiary",
            help="How to train one on your images, or to write a package, in another tab",
        )
    st.caption(
        "What can be searched, and what each supernet needs for it. Paths are remembered in the "
        "data folder, and *New search* is filled with them."
    )
    for name in form.supernet_names():
        with st.container(border=True, key=f"supernet_{name}"), show_errors():
            supernet = registry.load(name)
            is_working = card.is_working(supernet, time.time())
            st.fragment(card.draw_card, run_every=POLL_SECONDS if is_working else None)(
                supernet, is_working
            )
    prepared_data.sections()
