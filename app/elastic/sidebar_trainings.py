"""Trainings and fine-tunings that have not finished, in the sidebar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app import navigation
from app.display_names import name_markdown
from engine import data_dir
from engine.runs.fine_tuning import unfinished_fine_tunings
from engine.training.elastic.training_state import TrainingState
from engine.training.elastic.trainings import trainings

_MAX_NAME_LENGTH = 34  # characters: two lines of the sidebar
_MAX_RUN_LENGTH = 20  # of the name of a run behind a number


@dataclass(frozen=True)
class SidebarTraining:
    """One training: its key, what it is, in the sidebar and in full, and what opens it."""

    key: str
    label: str
    what: str
    state: TrainingState
    open: Callable[[], object]


def unfinished_trainings(run_names: Mapping[str, str]) -> list[SidebarTraining]:
    """Those that run, or wait for somebody to resume them; `run_names` are by the id of a run."""
    supernets = [
        SidebarTraining(
            training.name,
            name_markdown(training.name, _MAX_NAME_LENGTH),
            f"The training of {name_markdown(training.name)}",
            training.state,
            partial(navigation.open_elastic, training.name),
        )
        for training in trainings()
        if training.state.is_unfinished
    ]
    fine_tunings = [
        SidebarTraining(
            f"{tuning.run}_{tuning.number}",
            f"#{tuning.number} of {name_markdown(run_names[tuning.run], _MAX_RUN_LENGTH)}",
            f"The fine-tuning of sub-network {tuning.number} of "
            f"{name_markdown(run_names[tuning.run])}",
            tuning.state,
            partial(navigation.open_subnetwork, tuning.run, tuning.number),
        )
        for tuning in unfinished_fine_tunings(data_dir.current())
        if tuning.run in run_names
    ]
    return [*supernets, *fine_tunings]


def sidebar_trainings(run_names: Mapping[str, str]) -> None:
    """Draw the unfinished trainings with small progress bars; nothing if there are none."""
    unfinished = unfinished_trainings(run_names)
    if unfinished:
        st.caption("Trainings")
    for training in unfinished:
        state = training.state
        share = min(1.0, state.done / max(1, state.total))
        with st.container(key=f"sidebar_run_training_{training.key}", gap=None):
            if st.button(
                f"{training.label}\N{NO-BREAK SPACE}· {share:.0%}",
                key=f"sidebar_training_{training.key}",
                type="tertiary",
                help=f"{training.what}, {state.status}: open it",
            ):
                training.open()
            st.progress(share)
