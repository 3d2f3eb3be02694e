"""The header of the Run page: name, state, counts, and the buttons that control the run."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import display_names
from app.actions import perform, refusal, submit
from app.formatting import escape_markdown
from app.live.facts import facts_line
from app.live.worker_share import share_popover
from app.name_field import entered_name
from app.run_header import head_html
from app.run_links import run_links
from app.session import LIVE_STATES, service
from engine.analysis.confirmation_text import confirmation_text
from engine.config_sections import MOST_EVALUATIONS
from engine.runs.history import RunHistory
from engine.runs.run_labels import Labels
from engine.runs.run_summary import RunSummary
from engine.runs.script_runs import missing_script_text

_DEFAULT_EXTENSION = 50
_COMPUTED_EXTENSION = 100_000  # sub-networks
_TITLE_AND_BUTTONS = (0.36, 0.64)  # all buttons fit in one row from a window width of 1280 pixels


def header(summary: RunSummary, history: RunHistory, every: float) -> None:
    """Draw name, state, buttons, facts and progress bar; facts are updated `every` seconds."""
    missing_script = ""
    if summary.state not in LIVE_STATES:
        verb = "Resume it" if "resume" in summary.actions else "Extend it"
        missing_script = missing_script_text(history, verb)
    title, buttons = st.columns(_TITLE_AND_BUTTONS, vertical_alignment="center")
    with title, st.container(horizontal=True, vertical_alignment="center", key="live_title"):
        st.subheader(display_names.name_markdown(summary.name), anchor=False, width="content")
        st.html(head_html(summary), width="content")
        _rename(summary)
    with (
        buttons,
        st.container(
            horizontal=True, horizontal_alignment="right", gap="xsmall", key="live_buttons"
        ),
    ):
        _run_controls(summary, history, missing_script)
    refusal(_place(summary.id))
    facts_line(summary.id, history, every)
    if summary.state == "failed":
        st.error(escape_markdown(summary.message), icon=":material/error:")
    elif summary.state == "queued" and summary.message:
        _queue_line(summary, history)
    elif summary.message:
        st.caption(f":material/info: {escape_markdown(summary.message)}")
    if text := confirmation_text(history):
        st.caption(f":material/fact_check: {escape_markdown(text)}")
    if missing_script:
        st.caption(f":material/info: {escape_markdown(missing_script)}")
    elif summary.state == "interrupted":
        st.caption(
            ":material/info: The program that drove this run was ended. No measurement is lost: "
            "Resume continues from here."
            if summary.evaluations
            else ":material/info: The program that drove this run was ended before the first "
            "measurement. Resume starts it again."
        )
    if summary.state in LIVE_STATES and not summary.is_run_by_this_process:
        st.caption(
            ":material/info: Another process drives this run. It carries out your request as soon "
            "as its current evaluation has ended."
        )
    _labels(service().labels(summary.id))


def _labels(labels: Labels) -> None:
    """Draw tags and note as on the Runs page."""
    if not labels.tags and not labels.note:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="live_labels"):
        if labels.tags:
            badges = " ".join(
                f":gray-badge[{display_names.name_markdown(tag)}]" for tag in labels.tags
            )
            st.markdown(f":material/label: {badges}", width="content")
        if labels.note:
            with st.popover("Note", icon=":material/notes:", key="live_note", type="tertiary"):
                st.markdown(display_names.note_markdown(labels.note))


def _action_button(run: str, label: str, action: Callable[[], object], **looks: Any) -> None:
    """Draw a button whose click acts on the run, which shows at once in the whole page.

    `action` finds the fields that it needs in the session: at the click, it is the one which was
    drawn before they were filled.
    """
    if st.button(label, on_click=perform, args=(_place(run), action), **looks):
        st.rerun()


def _place(run: str) -> str:
    return f"live_{run}"


def _rename(summary: RunSummary) -> None:
    if "rename" not in summary.actions:
        return
    place, field = "live_rename", f"live_name_{summary.id}"
    with st.popover(
        "",
        icon=":material/edit:",
        key=place,
        help="Rename this run",
        type="tertiary",
        on_change="rerun",
    ):
        with st.form(f"{place}_form", border=False):
            st.text_input("Name", value=summary.name, key=field)
            is_sent = st.form_submit_button(
                "Rename",
                key=f"{place}_apply",
                on_click=submit,
                args=(
                    place,
                    lambda: service().rename(summary.id, entered_name(st.session_state[field])),
                    place,
                ),
            )
        refusal(place)
    if is_sent:
        st.rerun()


def _stop(run: str, actions: frozenset[str]) -> None:
    """Draw Stop, which waits for running evaluations, or Stop now, which does not."""
    if "stop_now" in actions and "stop" not in actions:
        _action_button(
            run,
            "Stop now",
            lambda: service().stop_now(run),
            key="live_stop_now",
            icon=":material/cancel:",
            help="Does not wait for running evaluations: they are abandoned, and measured when "
            "the run is resumed.",
        )
        return
    _action_button(
        run,
        "Stop",
        lambda: service().stop(run),
        key="live_stop",
        icon=":material/stop:",
        disabled="stop" not in actions,
    )


def _retry(summary: RunSummary, missing_script: str) -> None:
    count = summary.retriable
    sub_networks = "the sub-network" if count == 1 else f"the {count} sub-networks"
    _action_button(
        summary.id,
        "Retry failed",
        lambda: service().resume(summary.id, retry_failed=True),
        key="live_retry",
        icon=":material/replay:",
        disabled=bool(missing_script),
        help=missing_script
        or f"Resumes the run and measures {sub_networks} whose evaluation failed once more, in "
        "addition to the budget. Fix the cause first.",
    )


def _pause(run: str, actions: frozenset[str]) -> None:
    _action_button(
        run,
        "Pause",
        lambda: service().pause(run),
        key="live_pause",
        icon=":material/pause:",
        disabled="pause" not in actions,
    )


def _queue_line(summary: RunSummary, history: RunHistory) -> None:
    """Draw for which runs a queued run waits and how long, and what can be done about it."""
    text = f"{summary.message} {service().durations.activity(history)}".strip()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="live_queue"):
        st.caption(f":material/info: {escape_markdown(text)}", width="content")
        with st.container(horizontal=True, gap="small", width="content"):
            _queue_buttons(summary.id, summary.actions)


def _queue_buttons(run: str, actions: frozenset[str]) -> None:
    if "go_first" in actions:
        _action_button(
            run,
            "Go first",
            lambda: service().go_first(run),
            key="live_go_first",
            icon=":material/vertical_align_top:",
            type="tertiary",
            help="Lets this run come before all others that wait for its workers",
        )
    if "run_beside" in actions:
        _action_button(
            run,
            "Run beside it",
            lambda: service().run_beside(run),
            key="live_run_beside",
            icon=":material/splitscreen:",
            type="tertiary",
            help="Begins at once, beside the runs that have the workers: all of them measure more "
            "slowly then",
        )


def _run_controls(summary: RunSummary, history: RunHistory, missing_script: str) -> None:
    """Draw the buttons; those that need a missing script are disabled, and say so."""
    run, actions = summary.id, summary.actions
    run_links("live", run)
    if "resume" in actions:
        _action_button(
            run,
            "Resume",
            lambda: service().resume(run),
            key="live_resume",
            icon=":material/play_arrow:",
            type="primary",
            disabled=bool(missing_script),
            help=missing_script or None,
        )
    else:
        _pause(run, actions)
    if "retry" in actions:  # the run has ended and cannot be stopped
        _retry(summary, missing_script)
    else:
        _stop(run, actions)
    measures = summary.computed is None
    if measures and summary.state in LIVE_STATES and "change_workers" in actions:
        share_popover(run, history)
    with st.popover(
        "Extend",
        icon=":material/add:",
        key="live_extend",
        disabled="extend" not in actions or bool(missing_script),
        on_change="rerun",
        help=missing_script.replace("Resume it", "Extend it", 1) or "Give the run a larger budget",
    ):
        field = f"live_extra_{run}"
        extra = st.number_input(
            "Further evaluations" if measures else "Further sub-networks to compute",
            value=_DEFAULT_EXTENSION if measures else _COMPUTED_EXTENSION,
            step=10 if measures else 10_000,
            key=field,
            help=f"At most {MOST_EVALUATIONS:,} at a time",
        )
        is_possible = 1 <= extra <= MOST_EVALUATIONS
        if not is_possible:  # bounds of the field itself would keep the earlier number in force
            st.caption(f":material/warning: Give a number from 1 to {MOST_EVALUATIONS:,}.")
        is_sent = st.button(
            f"Extend by {extra:,}" if is_possible else "Extend",
            key="live_extend_apply",
            type="primary",
            disabled=not is_possible,
            on_click=submit,
            args=(
                _place(run),
                lambda: service().extend(run, int(st.session_state[field] or 0)),
                "live_extend",
            ),
        )
    if is_sent:
        st.rerun()
