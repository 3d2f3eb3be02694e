"""The card of a supernet: its checklist, the next step, the metrics of a random sub-network."""

import time
from html import escape
from typing import Literal

import streamlit as st

from app import navigation, subnetwork_panel
from app.actions import refusal, submit
from app.diagrams.component import drawing
from app.diagrams.stages import stages_svg
from app.display_names import name_code, name_markdown
from app.formatting import duration, escape_markdown, power_of_ten
from app.forms import search_form as form
from app.forms import stored_paths
from app.progress import failure_message, progress_panel
from app.session import requirement_records, show_errors
from app.supernets import supernet_jobs
from app.supernets.checklist import (
    TEST,
    ChecklistRow,
    Step,
    clear_cache,
    needs_text,
    next_steps,
    ready_sources,
    rows,
)
from engine.evaluation.record import Evaluation
from engine.requirements import QualitySource
from engine.supernets.base import Supernet

_ICONS = {
    "missing": (":material/radio_button_unchecked:", "missing"),
    "broken": (":red[:material/error:]", "error"),
    "unchecked": (":blue[:material/check:]", "available, not checked"),
    "checked": (":green[:material/check_circle:]", "checked"),
}


def is_working(supernet: Supernet, now: float) -> bool:
    """Whether a job of the card is running."""
    return bool(supernet_jobs.running_jobs(_keys(supernet, rows(supernet, now))))


def draw_card(supernet: Supernet, was_working: bool) -> None:
    """Draw the card; as a fragment, it refreshes while a job is running."""
    with show_errors():
        checklist = rows(supernet, time.time())
        running_keys = supernet_jobs.running_jobs(_keys(supernet, checklist))
        if was_working and not running_keys:
            clear_cache()
            form.missing_requirements.clear()
            st.rerun()
        _header(supernet, checklist)
        for row in checklist:
            _row(supernet, row, bool(running_keys))
        for number, key in enumerate(running_keys):
            progress_panel(key, f"supernet_work_{supernet.name}_{number}")
        _footer(supernet, checklist, bool(running_keys))


def _keys(supernet: Supernet, checklist: list[ChecklistRow]) -> list[supernet_jobs.Key]:
    """The keys of the jobs that the card can start."""
    files = [
        key(row)
        for row in checklist
        for key in (supernet_jobs.download_key, supernet_jobs.check_key)
    ]
    return [
        *files,
        *(supernet_jobs.trial_key(supernet, source) for source in ready_sources(checklist)),
    ]


def _header(supernet: Supernet, checklist: list[ChecklistRow]) -> None:
    text, picture = st.columns([0.76, 0.24], vertical_alignment="center")
    with text:
        size = supernet.known_size or supernet.space.size
        st.markdown(
            f"**{name_markdown(supernet.title)}** {_badge(checklist)}  \n"
            f"{name_code(supernet.name)} · {power_of_ten(size)} sub-networks"
        )
        st.caption(escape_markdown(supernet.description))
    with picture:
        if supernet.stages:
            drawing(stages_svg(supernet.stages), f"supernet_stages_{supernet.name}")


def _badge(checklist: list[ChecklistRow]) -> str:
    sources = ready_sources(checklist)
    if "measured" in sources:
        return ":green-badge[:material/check: ready]"
    if sources:
        return ":green-badge[:material/check: ready with the published predictor]"
    return f":orange-badge[:material/warning: {escape_markdown(needs_text(checklist))}]"


def _row(supernet: Supernet, row: ChecklistRow, is_busy: bool) -> None:
    requirement = row.requirement
    name = f"{supernet.name}_{requirement.title}".replace(" ", "_")
    icon, meaning = _ICONS[row.mark]
    text_column, button_column = st.columns([0.72, 0.28], vertical_alignment="center", gap="small")
    with text_column, st.container(gap="xxsmall"):
        checked_text = f" · checked {row.checked}" if row.checked else ""
        text = row.text.removesuffix(".") if checked_text else row.text
        st.markdown(
            f"{icon} **{name_markdown(requirement.title)}** · "
            f"{escape_markdown(text)}{checked_text}",
            help=f"{meaning}. {escape_markdown(requirement.origin)}",
        )
        if row.location and (
            row.user_path or requirement.download
        ):  # the text of shipped data names its location
            st.html(f'<div class="dynas-small dynas-place">{escape(row.location)}</div>')
        key = (
            supernet_jobs.download_key(row) if row.is_downloadable else supernet_jobs.check_key(row)
        )
        if message := failure_message(key):
            st.error(escape_markdown(message), icon=":material/error:")
    with button_column, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if row.is_downloadable and st.button(
            "Download",
            key=f"download_{name}",
            type="tertiary",
            disabled=is_busy,
            help=escape_markdown(requirement.download),
        ):
            supernet_jobs.start_download(supernet, row)
            st.rerun()
        if row.location and st.button(
            "Check", key=f"check_{name}", type="tertiary", disabled=is_busy,
            help="Read all of the data and report what was found",
        ):  # fmt: skip
            supernet_jobs.start_check(supernet, row)
            st.rerun()
        if requirement.option:
            _path(row, "Path", f"path_{name}", "tertiary")


def _path(
    row: ChecklistRow, label: str, key: str, kind: Literal["primary", "secondary", "tertiary"]
) -> None:
    """Draw a popover with a field for the path of a requirement; it closes when one is accepted."""
    with st.popover(label, key=key, type=kind, icon=":material/folder_open:", on_change="rerun"):
        with st.form(f"{key}_form", border=False):
            field = f"{key}_text"
            st.text_input(
                f"{name_markdown(row.requirement.title)}: path on this machine",
                value=row.user_path,
                key=field,
                placeholder="The official one" if row.requirement.download else "/data/my-data",
                help=escape_markdown(row.requirement.origin),
            )
            is_sent = st.form_submit_button(
                "Use this path",
                key=f"{key}_apply",
                type="primary",
                on_click=submit,
                args=(key, lambda: _store_path(row, st.session_state[field] or ""), key),
            )
        refusal(key)
    if is_sent:
        st.rerun()


def _store_path(row: ChecklistRow, path: str) -> None:
    requirement_records().set_path(row.requirement, path)
    clear_cache()
    form.missing_requirements.clear()


def _footer(supernet: Supernet, checklist: list[ChecklistRow], is_busy: bool) -> None:
    sources = ready_sources(checklist)
    source: QualitySource | None = sources[0] if sources else None
    key = supernet_jobs.trial_key(supernet, source) if source else ()
    result = supernet_jobs.trial_result(key) if source else None
    first, *others = next_steps(checklist, result is not None)
    with st.container(horizontal=True, key=f"supernet_next_{supernet.name}"):
        _step_button(supernet, checklist, first, is_busy, f"next_{supernet.name}", is_first=True)
        for step in others:
            _step_button(supernet, checklist, step, is_busy, f"{step.kind}_{supernet.name}")
        if source and not any(step.kind == "test" for step in others):
            label = "Test another sub-network" if result else TEST
            if st.button(label, key=f"test_{supernet.name}", disabled=is_busy):
                supernet_jobs.start_trial(supernet, source)
                st.rerun()
    if message := failure_message(key):
        st.error(escape_markdown(message), icon=":material/error:")
    if result is not None and source:
        _trial_results(supernet, result, source)


def _step_button(
    supernet: Supernet,
    checklist: list[ChecklistRow],
    step: Step,
    is_busy: bool,
    key: str,
    is_first: bool = False,
) -> None:
    """Draw the button of a step, in colour if it is the first one."""
    looks: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    if step.kind == "path" and step.row is not None:
        _path(step.row, escape_markdown(step.label), key, looks)
        return
    is_waiting = is_busy and step.kind != "search"
    if not st.button(escape_markdown(step.label), key=key, type=looks, disabled=is_waiting):
        return
    if step.source is not None:
        stored_paths.request_source(supernet.name, step.source)
        navigation.open_new_search()
    elif step.kind == "download" and step.row is not None:
        supernet_jobs.start_download(supernet, step.row)
    elif step.kind == "check":
        unchecked = [
            r for r in checklist if (r.mark, r.requirement.serves) == ("unchecked", "measured")
        ]
        for row in [step.row] if step.row else unchecked:
            supernet_jobs.start_check(supernet, row)
    elif step.kind == "test":
        supernet_jobs.start_trial(supernet, "measured")
    st.rerun()


def _trial_results(supernet: Supernet, result: Evaluation, source: QualitySource) -> None:
    how_measured = "measured" if source == "measured" else "its quality predicted,"
    trial_note = (
        escape_markdown(supernet_jobs.trial_options_text(supernet)) if source == "measured" else ""
    )
    st.caption(
        f"One random sub-network, {how_measured} in {duration(result.seconds)}: it shows that "
        f"everything works, and is no result to quote.{trial_note}"
    )
    rows = subnetwork_panel.metric_rows(result)
    st.html(subnetwork_panel.metrics_html(rows) + subnetwork_panel.conditions_html(result))
