"""Fine-tuning of sub-networks that were chosen: what it costs, how far it is, what it brought."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from app.access import policy as access
from app.actions import perform_and_redraw, refusal
from app.elastic.training_panel import progress_text
from app.formatting import duration, escape_markdown
from app.run_header import bar_html
from app.session import service, show_errors
from engine.analysis.number_text import metric_value
from engine.count_text import count_text
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.metrics import metric
from engine.runs.fine_tuning import (
    discard_progress,
    fine_tuning_folder,
    fine_tuning_request,
    forget_fine_tuning,
    start_fine_tuning,
)
from engine.runs.history import RunHistory
from engine.supernets import registry, trained
from engine.training.elastic import process
from engine.training.elastic.fine_tuning_cost import fine_tuning_seconds
from engine.training.elastic.fine_tuning_record import FineTuned
from engine.training.elastic.training_state import TRAINING, TrainingState
from engine.training.elastic.trainings import training

_POLL = 1.0  # seconds
_ABOUT = (
    "Train this sub-network further, from the shared weights, with labels and your own network. "
    "The run keeps its numbers; bundles then hold the fine-tuned weights."
)
_ANEW = "It is fine-tuned again; the numbers above and their weights stay until that is done."


@dataclass(frozen=True)
class FineTuning:
    """The fine-tuning of a sub-network: its folder, its state and its record, if there are any."""

    folder: Path
    state: TrainingState | None
    record: FineTuned | None

    @classmethod
    def of(cls, history: RunHistory, number: int) -> "FineTuning":
        """That of an evaluation of a run; raises DataError for damaged files."""
        folder = fine_tuning_folder(history.data_folder, history.id, number)
        return cls(folder, process.state(folder), FineTuned.read(folder))

    @property
    def is_active(self) -> bool:
        """Whether it goes on."""
        return self.state is not None and self.state.is_active

    @property
    def is_untouched(self) -> bool:
        """Whether it was never begun."""
        return self.state is None and self.record is None


def can_be_fine_tuned(history: RunHistory) -> bool:
    """Whether the run's supernet is a user's own network that was made elastic here."""
    with suppress(DynasError):
        return trained.is_elastic(history.supernet_name)
    return False


def fine_tuning_panel(run: str, evaluations: Sequence[Evaluation], key: str) -> None:
    """Draw the fine-tuning of these sub-networks of a run; `key` starts the keys of widgets."""
    history = service().history(run)
    active = [e.number for e in evaluations if FineTuning.of(history, e.number).is_active]
    seconds = _POLL if active else None
    st.fragment(_panel, run_every=seconds)(run, [e.number for e in evaluations], active, key)


def _panel(run: str, numbers: Sequence[int], was_active: Sequence[int], key: str) -> None:
    history = service().history(run)
    with history.own_metrics(), show_errors():
        found = {number: FineTuning.of(history, number) for number in numbers}
        if [number for number, tuning in found.items() if tuning.is_active] != list(was_active):
            st.rerun()  # one has begun or ended: downloads change with it
        st.markdown("**Fine-tune**", help=_ABOUT)
        untouched = [number for number, tuning in found.items() if tuning.is_untouched]
        passes = _passes(history, untouched, key) if untouched else None
        for number, tuning in found.items():
            with st.container(key=f"{key}_{number}", gap="xxsmall"):
                if len(numbers) > 1:
                    st.markdown(f"#{number}")
                _one(history, history.evaluations[number - 1], tuning, passes, f"{key}_{number}")


def _passes(history: RunHistory, numbers: Sequence[int], key: str) -> float | None:
    """Draw the length, and what it costs for the first of `numbers`; returns the passes."""
    passes = st.number_input(
        "Epochs", min_value=0.1, value=None, step=1.0, format="%g", key=f"{key}_epochs",
        placeholder="A quarter of your network's training",
        help="Passes over the training data.",
    )  # fmt: skip
    seconds = _seconds(history, history.evaluations[numbers[0] - 1], passes)
    if seconds is not None:
        each = " each" if len(numbers) > 1 else ""
        st.caption(f"About {duration(seconds)}{each}, by the steps of the supernet's training.")
    return passes


def _seconds(history: RunHistory, evaluation: Evaluation, passes: float | None) -> float | None:
    with suppress(DynasError):
        supernet = registry.load(history.supernet_name)
        rows = np.array([evaluation.genotype, supernet.space.largest])
        macs = np.asarray(supernet.macs_params(rows))[:, 0]
        folder = trained.folder_of(history.supernet_name) / TRAINING
        return fine_tuning_seconds(folder, float(macs[0] / macs[1]), passes)
    return None


def _one(
    history: RunHistory,
    evaluation: Evaluation,
    tuning: FineTuning,
    passes: float | None,
    key: str,
) -> None:
    state = tuning.state
    if tuning.record is not None:
        st.html(result_html(tuning.record))
        st.caption(
            f"{count_text(tuning.record.steps, 'step')}. Bundles hold the fine-tuned weights."
        )
    if state is None or state.status == "finished":
        if tuning.record is not None:
            with st.container(horizontal=True):
                _again_button(history, evaluation, key)
                _remove_button(tuning.folder, key)
        elif st.button("Fine-tune", key=f"{key}_start", icon=":material/model_training:"):
            perform_and_redraw(key, lambda: _start(history, evaluation, passes))
    elif state.is_active:
        if tuning.record is not None:
            st.caption(_ANEW)
        _progress(state)
        if st.button("Pause", key=f"{key}_pause", icon=":material/pause:", type="tertiary"):
            perform_and_redraw(key, lambda: process.ask(tuning.folder, "pause"))
    else:
        _unfinished(history, tuning, state, key)
    refusal(key)


def _unfinished(history: RunHistory, tuning: FineTuning, state: TrainingState, key: str) -> None:
    if tuning.record is not None:
        st.caption(_ANEW)
    if state.status == "failed":
        st.error(escape_markdown(state.sentence), icon=":material/error:")
    else:
        st.caption(f":material/info: {state.status.capitalize()}: {progress_text(state)}.")
    with st.container(horizontal=True):
        if st.button("Resume", key=f"{key}_resume", icon=":material/play_arrow:"):
            perform_and_redraw(key, lambda: _resume(history, tuning.folder))
        if tuning.record is None:
            _remove_button(tuning.folder, key)
        elif st.button(
            "Discard", key=f"{key}_discard", icon=":material/delete:", type="tertiary",
            help="Forget the new fine-tuning; the weights that are there stay",
        ):  # fmt: skip
            perform_and_redraw(key, lambda: discard_progress(tuning.folder))


def _again_button(history: RunHistory, evaluation: Evaluation, key: str) -> None:
    """Ask for the length of another fine-tuning, say what it replaces, and start it."""
    with st.popover("Fine-tune again", icon=":material/model_training:", key=f"{key}_again"):
        st.markdown(
            "It begins with the shared weights. The fine-tuned weights and their numbers stay "
            "until the new ones are there, and are replaced then, also if the new ones are worse."
        )
        passes = _passes(history, [evaluation.number], f"{key}_again")
        if st.button("Replace when done", key=f"{key}_again_start", type="primary"):
            perform_and_redraw(key, lambda: _start(history, evaluation, passes, again=True))


def _progress(state: TrainingState) -> None:
    if not state.total or state.sentence:
        st.caption(f"{escape_markdown(state.sentence or 'Starting')} …")
        return
    text = progress_text(state)
    st.html(
        f'<div class="dynas-small">{escape(text)}</div>{bar_html(state.done / state.total, text)}'
    )


def result_html(record: FineTuned) -> str:
    """Each quality before and after, on validation and on held-out data."""
    entries = "".join(
        f"<dt>{escape(metric(name).label)}, {escape(part)}</dt><dd>"
        f"{metric_value(name, before)} → {metric_value(name, record.after[part][name])}"
        "</dd>"
        for part, values in record.before.items()
        for name, before in values.items()
        if name in record.after.get(part, {})
    )
    return f'<dl class="dynas-metrics" data-testid="fine-tuned">{entries}</dl>'


def _remove_button(folder: Path, key: str) -> None:
    if st.button(
        "Remove", key=f"{key}_remove", icon=":material/delete:", type="tertiary",
        help="Forget the fine-tuned weights; bundles hold those of the supernet again",
    ):  # fmt: skip
        perform_and_redraw(key, lambda: forget_fine_tuning(folder))


def _start(
    history: RunHistory, evaluation: Evaluation, passes: float | None, again: bool = False
) -> None:
    _check_allowed(history)
    folder = fine_tuning_folder(history.data_folder, history.id, evaluation.number)
    with st.spinner("Starting the process"):
        start_fine_tuning(folder, fine_tuning_request(history, evaluation, passes=passes), again)


def _resume(history: RunHistory, folder: Path) -> None:
    _check_allowed(history)
    with st.spinner("Starting the process"):
        process.resume(folder)


def _check_allowed(history: RunHistory) -> None:
    access.current().check_training(training(history.supernet_name).request)
