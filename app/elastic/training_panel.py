"""One training: its state, its curves, the buttons that steer it, what it brought."""

from html import escape

import streamlit as st

from app import navigation
from app.access import policy as access
from app.actions import perform_and_redraw, refusal
from app.display_names import name_markdown
from app.elastic.charts import draw_curves
from app.elastic.field_words import in_words_of_fields
from app.elastic.way_choice import TITLES
from app.formatting import duration, escape_markdown
from app.forms import stored_paths
from app.forms.search_form import use_as_template
from app.run_header import bar_html, state_html
from app.session import show_errors
from engine.analysis.charts.training_curves import training_curves_info
from engine.config import NASConfig
from engine.supernets import registry
from engine.training.elastic import process, training_log, trainings
from engine.training.elastic.plan_facts import PlanFacts
from engine.training.elastic.training_state import TrainingFolder, TrainingState
from engine.training.elastic.trainings import Training

_POLL = 1.0  # seconds
_RESUMABLE = ("paused", "stopped", "failed", "interrupted")
_NOTES = {
    "interrupted": "The process of this training was ended. Nothing up to its last checkpoint is "
    "lost: Resume goes on from there.",
    "paused": "Resume goes on where it was.",
    "stopped": "Resume goes on where it was.",
}


def training_page(name: str) -> None:
    """Draw the training of the supernet `name`, refreshed while it runs."""
    with show_errors():
        found = trainings.training(name)
        seconds = _POLL if found.state.is_active else None
        st.fragment(_panel, run_every=seconds)(name, found.state.status)


def _panel(name: str, drawn_status: str) -> None:
    with show_errors():
        found = trainings.training(name)
        if found.state.status != drawn_status and not (
            found.state.is_active and drawn_status in ("queued", "running")
        ):
            st.rerun()  # it has ended or begun: the page decides how often this is drawn
        _header(found)
        refusal(_place(found))
        _state(found)
        _curves(found)
        _notes(found.state)


def _header(found: Training) -> None:
    title, buttons = st.columns([0.55, 0.45], vertical_alignment="center")
    with title, st.container(horizontal=True, vertical_alignment="center", key="training_title"):
        st.subheader(name_markdown(found.name), anchor=False, width="content")
        st.html(state_html(found.state.status), width="content")
    with (
        buttons,
        st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"),
    ):
        _buttons(found)
    way = found.request.way
    what = TITLES.get(way, way)
    st.caption(f"{what} · {escape_markdown(found.request.model)}")


def _buttons(found: Training) -> None:
    status, folder, place = found.state.status, found.folder, _place(found)
    if found.state.is_active:
        waits = TrainingFolder(folder).wish() != "go on"
        if st.button("Pause", key="training_pause", icon=":material/pause:", disabled=waits):
            perform_and_redraw(place, lambda: process.ask(folder, "pause"))
        if st.button(
            "Stop", key="training_stop", icon=":material/stop:", disabled=waits,
            help="After the running step; what was learned is kept",
        ):  # fmt: skip
            perform_and_redraw(place, lambda: process.ask(folder, "stop"))
    if status in _RESUMABLE:
        if st.button("Resume", key="training_resume", icon=":material/play_arrow:", type="primary"):
            perform_and_redraw(place, lambda: _resume(found))
        with st.popover("Discard", icon=":material/delete:", key="training_discard"):
            st.markdown("The training and all that it has learned are deleted.")
            if st.button("Delete it", key="training_discard_now", type="primary"):
                perform_and_redraw(
                    place, lambda: trainings.discard(found.name), navigation.open_elastic
                )
    if found.is_complete and st.button(
        "New search", key="training_search", icon=":material/add_circle:", type="primary",
        help="Search this supernet",
    ):  # fmt: skip
        with show_errors():
            _open_search(found)


def _place(found: Training) -> str:
    return f"training_{found.name}"


def _open_search(found: Training) -> None:
    """Open New search; a list of sizes is measured whole, one after another."""
    if found.request.way == "train":
        stored_paths.request_source(found.name, "measured")
    else:
        supernet = registry.load(found.name)
        settings = {"supernet": found.name, "metrics": list(supernet.default_objectives)}
        use_as_template(NASConfig(approach="grid", dynas=settings))
    navigation.open_new_search()


def _resume(found: Training) -> None:
    access.current().check_training(found.request)
    with st.spinner("Starting the process"):
        process.resume(found.folder)


def _state(found: Training) -> None:
    state = found.state
    if found.state.is_active and TrainingFolder(found.folder).wish() != "go on":
        st.caption(":material/info: It ends after the running step.")
    if state.total and state.status != "finished":
        text = progress_text(state)
        st.html(
            f'<div class="dynas-small" data-testid="training-progress">{escape(text)}</div>'
            f"{bar_html(state.done / state.total, text)}"
        )
    if state.status == "failed":
        st.error(escape_markdown(in_words_of_fields(state.sentence)), icon=":material/error:")
    elif state.status == "finished":
        st.success(escape_markdown(state.sentence), icon=":material/check:")
    elif state.sentence:
        st.caption(escape_markdown(state.sentence))
    if note := _NOTES.get(state.status):
        st.caption(f":material/info: {note}")


def progress_text(state: TrainingState) -> str:
    """Such as `412 of 1,200 steps · supernet · 3 m 20 s left`."""
    parts = [f"{state.done:,} of {state.total:,} steps", state.stage]
    if state.is_active and state.seconds_left is not None:
        parts.append(f"{duration(state.seconds_left)} left")
    return " · ".join(part for part in parts if part)


def _curves(found: Training) -> None:
    entries = training_log.read(found.folder)
    if not entries and not found.state.total:
        return
    plan = PlanFacts.read(found.folder)
    draw_curves(
        training_curves_info(found.name, entries, found.state.total, plan.metric, plan.unit)
    )


def _notes(state: TrainingState) -> None:
    for note in state.notes:
        st.caption(f":material/info: {escape_markdown(in_words_of_fields(note))}")
