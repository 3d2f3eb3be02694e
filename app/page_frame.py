"""The frame around every page: title, styles, navigation and sidebar."""

from pathlib import Path

import streamlit as st

from app import navigation, sidebar, view_memory
from app.access import notices
from app.compat.streamlit import styles
from app.session import service

_STYLES = Path(__file__).with_name("styles.css")
_ICON = Path(__file__).with_name("icon.png")
_LOGO = Path(__file__).with_name("logo.svg")
_SIDEBAR_WIDTH = 224


@st.cache_resource(show_spinner=False)
def _styles() -> str:
    return f"<style>{styles()}{_STYLES.read_text()}</style>"


def render() -> None:
    """Draw the current page within its frame."""
    st.set_page_config(
        page_title="DyNAS Studio",
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state=_SIDEBAR_WIDTH,
    )
    st.logo(str(_LOGO), size="large")
    st.html(_styles())
    current = st.navigation(navigation.pages())
    if current.url_path and (view := view_memory.restored(current.url_path)):
        st.switch_page(current, query_params=view)
    st.set_page_config(page_title=f"{current.title} · DyNAS Studio")
    with st.spinner("Reading the runs"):  # shown only if it takes long: long logs, or many
        summaries = service().list()
    with st.sidebar:
        sidebar.render(current.url_path, summaries)
        notices.signed_in_user()
    notices.unprotected_notice()
    current.run()
    view_memory.remember(current.url_path)
