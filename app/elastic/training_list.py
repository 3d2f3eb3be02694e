"""The trainings of the data folder, for the page."""

import streamlit as st

from app import navigation
from app.display_names import name_markdown
from app.elastic.way_choice import TITLES
from app.run_header import state_html
from engine.training.elastic.trainings import trainings


def training_rows() -> None:
    """Draw a row for each training; nothing if there are none."""
    found = trainings()
    if not found:
        return
    with st.container(border=True, key="elastic_trainings"):
        st.markdown("**Trainings**")
        for training in found:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"training_row_{training.name}"
            ):
                st.markdown(
                    f"{name_markdown(training.name)} · {TITLES[training.request.way]}",
                    width="stretch",
                )
                st.html(state_html(training.state.status), width="content")
                if st.button("Open", key=f"training_open_{training.name}", type="tertiary"):
                    navigation.open_elastic(training.name)
