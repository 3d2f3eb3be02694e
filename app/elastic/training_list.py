"""The trainings of the data folder, for the page and for the sidebar."""

import streamlit as st

from app import navigation
from app.display_names import name_markdown
from app.elastic.way_choice import TITLES
from app.run_header import state_html
from engine.training.elastic.trainings import Training, trainings

_UNFINISHED = ("queued", "running", "paused", "interrupted")
_MAX_NAME_LENGTH = 34  # characters: two lines of the sidebar


def unfinished_trainings() -> list[Training]:
    """Those that run, or wait for somebody to resume them."""
    return [training for training in trainings() if training.state.status in _UNFINISHED]


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


def sidebar_trainings() -> None:
    """Draw the unfinished trainings with small progress bars; nothing if there are none."""
    unfinished = unfinished_trainings()
    if not unfinished:
        return
    st.caption("Trainings")
    for training in unfinished:
        state = training.state
        name = name_markdown(training.name, _MAX_NAME_LENGTH)
        share = min(1.0, state.done / max(1, state.total))
        with st.container(key=f"sidebar_run_training_{training.name}", gap=None):
            label = f"{name}\N{NO-BREAK SPACE}· {share:.0%}"
            if st.button(
                label,
                key=f"sidebar_training_{training.name}",
                type="tertiary",
                help=f"The training of {name}, {state.status}: open it",
            ):
                navigation.open_elastic(training.name)
            st.progress(share)
